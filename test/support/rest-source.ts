import { openRestSource } from '../../src/sources/rest/open-rest-source.ts';
import { type AnsweringSource } from '../../src/sources/answering-source.ts';
import {
  type RestOperationSettings,
  type RestSourceSettings,
} from '../../src/sources/rest/rest-source-settings.ts';
import { type SourceAnswer } from '../../src/sources/source.ts';
import { lookupOperation } from './source-document.ts';
import { sourceLimits } from './source-limits.ts';

export const TCKN = '10000000146';
export const AGREEMENT = 'tr-iskur-cgm-2024';
export const OPERATION = lookupOperation();

/** What a service of a fictional register says about one person. */
export const PERSON = {
  tckn: Number(TCKN),
  ad: { soyadiIle: 'Işıl Çağrı Öğüt' },
  unvan: 'Öğüt Tarım Aracılığı',
  izinTarihi: '01.03.2026',
  telefon: '0322 000 00 00',
  isci: '1.037',
  durum: 1,
  iban: 'TR000000000000000000000000',
  notlar: ['gizli'],
};

/** The agreed fields of `PERSON`. */
export const AGREED = {
  adSoyad: 'Işıl Çağrı Öğüt',
  unvan: 'Öğüt Tarım Aracılığı',
  izinBaslangicTarihi: '2026-03-01',
  telefon: '0322 000 00 00',
  bildirilenIsciSayisi: 1037,
  durum: 'gecerli',
};

export function restOperation(change: Partial<RestOperationSettings> = {}): RestOperationSettings {
  return {
    agreement: AGREEMENT,
    operation: OPERATION.id,
    method: 'GET',
    path: '/kisiler/{tckn}',
    query: {},
    record: '$',
    notFound: { statuses: [404], empty: false },
    fields: {
      adSoyad: { from: '$.ad.soyadiIle' },
      unvan: { from: '$.unvan' },
      izinBaslangicTarihi: { from: '$.izinTarihi', date: 'dd.MM.yyyy' },
      telefon: { from: '$.telefon' },
      bildirilenIsciSayisi: { from: '$.isci', integer: 'turkish', nullIf: [''] },
      durum: { from: '$.durum', codes: { '1': 'gecerli', '2': 'askida', '3': 'iptal' } },
    },
    echo: { tckn: '$.tckn' },
    ...change,
  };
}

export function restSettings(
  change: Partial<RestSourceSettings> & { readonly url: string },
): RestSourceSettings {
  return {
    id: 'iskur',
    kind: 'rest',
    system: OPERATION.system,
    timeoutMilliseconds: 30_000,
    limits: sourceLimits(),
    tls: {},
    timeZone: 'Europe/Istanbul',
    answerBytes: 64 * 1024,
    answerDepth: 20,
    authentication: { kind: 'none' },
    operations: [restOperation()],
    ...change,
  };
}

export async function openRest(settings: RestSourceSettings): Promise<AnsweringSource> {
  return openRestSource(settings, {
    findOperation: (agreement, operation) =>
      agreement === AGREEMENT && operation === OPERATION.id ? OPERATION : undefined,
    onEvent: () => undefined,
  });
}

export async function askFor(
  source: AnsweringSource,
  tckn = TCKN,
  signal?: AbortSignal,
): Promise<SourceAnswer> {
  return source.fetch({ agreementId: AGREEMENT, operationId: OPERATION.id, input: { tckn } }, signal);
}
