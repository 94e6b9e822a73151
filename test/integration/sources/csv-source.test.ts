import { renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { compileProjection } from '../../../src/gateway/projection/compile-projection.ts';
import { FaultsError } from '../../../src/shared/fault.ts';
import { checkSource } from '../../../src/sources/check-source.ts';
import { type CsvSource } from '../../../src/sources/csv/csv-source.ts';
import {
  type CsvOperationSettings,
  type CsvSourceSettings,
} from '../../../src/sources/csv/csv-source-settings.ts';
import { openCsvSource } from '../../../src/sources/csv/open-csv-source.ts';
import { type SourceEvent } from '../../../src/sources/source-event.ts';
import { errorOf } from '../../support/refusal.ts';
import { AGREED, AGREEMENT, askFor, OPERATION, TCKN } from '../../support/rest-source.ts';
import { SourceFiles } from '../../support/source-files.ts';
import { sourceLimits } from '../../support/source-limits.ts';

const HEADER = 'TC NO;AD SOYAD;UNVAN;IZIN;TELEFON;ISCI;DURUM;IBAN';
const ROW = `${TCKN} ;Işıl Çağrı Öğüt;"Öğüt Tarım Aracılığı";01/03/2026;0322 000 00 00;1.037;1;TR00`;
const OTHER = '17160614084;Başka Biri;B;02/03/2026;1;;2;TR01';
const NOBODY = '11111111110';

let files: SourceFiles;
let file: string;
let events: SourceEvent[];
let source: CsvSource | undefined;

beforeEach(() => {
  files = new SourceFiles();
  file = files.write('sicil.csv', '');
  events = [];
});
afterEach(async () => {
  await source?.close();
  source = undefined;
  files[Symbol.dispose]();
});

function operation(change: Partial<CsvOperationSettings> = {}): CsvOperationSettings {
  return {
    agreement: AGREEMENT,
    operation: OPERATION.id,
    key: 'TC NO',
    fields: {
      adSoyad: { from: 'AD SOYAD' },
      unvan: { from: 'UNVAN' },
      izinBaslangicTarihi: { from: 'IZIN', date: 'dd/MM/yyyy' },
      telefon: { from: 'TELEFON' },
      bildirilenIsciSayisi: { from: 'ISCI', integer: 'turkish', nullIf: [''] },
      durum: { from: 'DURUM', codes: { '1': 'gecerli', '2': 'askida' } },
    },
    echo: { tckn: 'TC NO' },
    ...change,
  };
}

async function open(
  content: string | Buffer,
  change: Partial<CsvSourceSettings> = {},
  operationChange: Partial<CsvOperationSettings> = {},
): Promise<CsvSource> {
  writeFileSync(file, content);
  const settings: CsvSourceSettings = {
    id: 'iskur', kind: 'csv', system: OPERATION.system, timeoutMilliseconds: 1_000, limits: sourceLimits(), file,
    encoding: 'utf-8', delimiter: ';', maxBytes: 1024 * 1024, maxRows: 1_000, timeZone: 'Europe/Istanbul',
    operations: [operation(operationChange)], ...change,
  }; // prettier-ignore
  source = await openCsvSource(settings, {
    findOperation: (agreement, id) =>
      agreement === AGREEMENT && id === OPERATION.id ? OPERATION : undefined,
    onEvent: (event) => events.push(event),
  });
  return source;
}

function lines(...rows: string[]): string {
  return rows.map((row) => `${row}\r\n`).join('');
}

/** Why the newest file was refused. */
function refusal(): string | undefined {
  return events.at(-1)?.kind === 'data-refused' ? events.at(-1)?.detail : undefined;
}

/** A new file takes the path, and is looked at until it has come to rest. */
async function replace(asked: CsvSource, content: string): Promise<void> {
  const fresh = files.write('fresh.csv', content);
  renameSync(fresh, file);
  await asked.look();
  await asked.look();
}

describe('a CSV source', () => {
  test('answers the row of a key, and counts the columns that it leaves out', async () => {
    const asked = await open(lines(HEADER, ROW, OTHER));
    const answer = await askFor(asked);
    expect(answer).toEqual({ records: [AGREED], dropped: 1 });
    expect(compileProjection(OPERATION).project(answer)).toMatchObject({ outcome: 'found', surplus: 1 });
    expect((await askFor(asked, '17160614084')).records).toMatchObject([{ durum: 'askida', bildirilenIsciSayisi: null }]);
    expect(await askFor(asked, NOBODY)).toEqual({ records: [] });
    expect(events).toEqual([]);
    expect(asked.current()).toBe(true);
  }); // prettier-ignore

  test.each<[string, Partial<CsvSourceSettings>, (text: string) => string | Buffer]>([
    ['a byte order mark', {}, (text) => `\ufeff${text}`],
    ['commas', { delimiter: ',' }, (text) => text.replaceAll(';', ',')],
    ['tabs', { delimiter: '\t' }, (text) => text.replaceAll(';', '\t')],
    ['windows-1254', { encoding: 'windows-1254' }, latin5],
    ['iso-8859-9', { encoding: 'iso-8859-9' }, latin5],
    ['blank lines and no end of the last', {}, (text) => `\r\n${text}\r\n`.trimEnd()],
    ['line feeds alone', {}, (text) => text.replaceAll('\r\n', '\n')],
  ])('reads a file with %s', async (_name, change, write) => {
    expect(await askFor(await open(write(lines(HEADER, ROW)), change))).toMatchObject({ records: [AGREED] });
    expect(events).toEqual([]);
  });

  test('answers what the mapping cannot read as invalid, without a word of it', async () => {
    const asked = await open(lines(HEADER, ROW.replace(';1;', ';9;')));
    const { code, cause } = await errorOf(async () => askFor(asked));
    expect([code, (cause as Error).message]).toEqual(['SOURCE_ANSWER_INVALID', 'mapping of durum: code']);
  });

  test('keeps a text that crosses the pieces in which it is read', async () => {
    const many = Array.from({ length: 900 }, (_, n) => OTHER.replace('17160614084', `x${String(n)}`).replace('Başka', 'ğ'.repeat(200)));
    const asked = await open(lines(HEADER, ...many, ROW));
    expect((await askFor(asked)).records).toEqual([AGREED]);
    for (const key of ['x0', 'x163', 'x700', 'x899'])
      expect((await askFor(asked, key)).records).toMatchObject([{ adSoyad: `${'ğ'.repeat(200)} Biri` }]);
  }); // prettier-ignore
});

describe('a file that cannot be taken', () => {
  test.each<[string, string | Buffer, string, Partial<CsvSourceSettings>?]>([
    ['names a person twice', lines(HEADER, ROW, OTHER, ROW.replace('Öğüt', 'X')), 'KEY_TWICE at line 4'],
    ['names a person twice, with blanks', lines(HEADER, ROW, `  ${ROW}`), 'KEY_TWICE at line 3'],
    ['names nobody', lines(HEADER, ROW, OTHER.replace('17160614084', ' ')), 'KEY_EMPTY at line 3'],
    ['lacks a column', lines(HEADER.replace('DURUM', 'DURUMU'), ROW), 'COLUMN_MISSING at line 1'],
    ['lacks the key', lines(HEADER.replace('TC NO', 'TC'), ROW), 'COLUMN_MISSING at line 1'],
    ['has a column twice', lines(HEADER.replace('IBAN', 'DURUM'), ROW), 'COLUMN_TWICE at line 1'],
    ['has a short row', lines(HEADER, ROW, OTHER.replace(';TR01', '')), 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH at line 3'],
    ['has a long row', lines(HEADER, `${ROW};x`), 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH at line 2'],
    ['leaves a quote open', lines(HEADER, ROW, OTHER.replace(';B;', ';"B;')), 'CSV_QUOTE_NOT_CLOSED at line 4'],
    ['has an endless cell', lines(HEADER, OTHER.replace(';B;', `;${'B'.repeat(70_000)};`)), 'CSV_MAX_RECORD_SIZE at line 2'],
    ['has too many rows', lines(HEADER, ROW, OTHER), 'TOO_MANY_ROWS at line 3', { maxRows: 1 }],
    ['is too large', lines(HEADER, ROW), 'TOO_LARGE', { maxBytes: 100 }],
    ['is of another encoding', latin5(lines(HEADER, ROW)), 'ENCODING'],
    ['is of UTF-16', Buffer.from(`\ufeff${lines(HEADER, ROW)}`, 'utf16le'), 'ENCODING at line 1'],
    ['is of UTF-8 by its mark', `\ufeff${lines(HEADER, ROW)}`, 'ENCODING at line 1', { encoding: 'windows-1254' }],
    ['has another delimiter', lines(HEADER, ROW), 'INVALID_OPENING_QUOTE at line 2', { delimiter: ',' }],
    ['is empty', '', 'NO_HEADER'],
    ['is a folder', '', 'NO_FILE', { file: '/' }],
    ['is not there', '', 'ENOENT', { file: '/none.csv' }],
  ])('because it %s leaves the source unavailable, and says where', async (_name, content, detail, change = {}) => {
    const asked = await open(content, change);
    expect(events).toEqual([{ kind: 'data-refused', source: 'iskur', detail }]);
    expect(asked.current()).toBe(false);
    const { code, cause } = await errorOf(async () => askFor(asked));
    expect([code, cause]).toEqual(['SOURCE_UNAVAILABLE', detail]);
    expect(await checkSource(asked)).toMatchObject([{ outcome: 'unavailable', cause: detail }]);
  }); // prettier-ignore
});

describe('a file that changes', () => {
  test('is answered from once it looked the same twice', async () => {
    const asked = await open(lines(HEADER, OTHER));
    expect(await askFor(asked)).toEqual({ records: [] });
    renameSync(files.write('fresh.csv', lines(HEADER, ROW)), file);
    await asked.look();
    expect(await askFor(asked)).toEqual({ records: [] });
    await asked.look();
    expect(await askFor(asked)).toMatchObject({ records: [AGREED] });
    expect(events).toEqual([]);
  });

  test('is not read while it grows: half a copy is no register', async () => {
    const asked = await open(lines(HEADER, ROW, OTHER));
    for (const [step, rows] of [[HEADER], [HEADER, OTHER]].entries()) {
      writeFileSync(file, lines(...rows));
      utimesSync(file, step + 1, step + 1);
      await asked.look();
      expect(await askFor(asked)).toMatchObject({ records: [AGREED] });
    }
  });

  test('but is broken leaves the old rows, says so, and is told once', async () => {
    const asked = await open(lines(HEADER, ROW));
    await replace(asked, lines(HEADER, ROW, ROW));
    expect(refusal()).toBe('KEY_TWICE at line 3');
    await asked.look();
    await asked.look();
    expect(events).toHaveLength(1);
    expect(asked.current()).toBe(false);
    expect(await askFor(asked)).toMatchObject({ records: [AGREED] });
    await replace(asked, lines(HEADER, OTHER));
    expect(events.at(-1)).toEqual({ kind: 'data-taken', source: 'iskur', detail: 'a new file' });
    expect(asked.current()).toBe(true);
    expect(await askFor(asked)).toEqual({ records: [] });
  });

  test('and goes away leaves the old rows until it is back', async () => {
    const asked = await open(lines(HEADER, ROW));
    rmSync(file);
    await asked.look();
    await asked.look();
    expect(refusal()).toBe('ENOENT');
    expect(await askFor(asked)).toMatchObject({ records: [AGREED] });
    await replace(asked, lines(HEADER, ROW));
    expect(asked.current()).toBe(true);
  });

  test('is looked at once at a time', async () => {
    const asked = await open(lines(HEADER, OTHER));
    renameSync(files.write('fresh.csv', lines(HEADER, ROW)), file);
    await Promise.all([asked.look(), asked.look(), asked.look()]);
    expect(await askFor(asked)).toEqual({ records: [] });
  });
});

describe('the settings of a CSV source', () => {
  test('are held against the agreement before the file is opened', async () => {
    const { unvan, ...fields } = operation().fields;
    const thrown: unknown = await open('', {}, { fields: { ...fields, bildirilenIsciSayisi: { from: 'ISCI' } } }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(unvan).toBeDefined();
    if (!(thrown instanceof FaultsError)) throw new Error('no faults');
    expect(thrown.faults.map(({ code }) => code)).toEqual(['SOURCE_FIELD_NOT_MAPPED', 'SOURCE_CONVERSION_MISSING']);
    expect(events).toEqual([]);
  }); // prettier-ignore
});

/** A Turkish text as old programs write it. */
function latin5(text: string): Buffer {
  const letters = new Map([['ğ', 0xf0], ['ı', 0xfd], ['ş', 0xfe], ['Ğ', 0xd0], ['İ', 0xdd], ['Ş', 0xde]]);
  return Buffer.from(Array.from(text, (letter) => letters.get(letter) ?? letter.charCodeAt(0)));
} // prettier-ignore
