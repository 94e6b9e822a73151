import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { passwordDigest } from 'soap';
import { SignedXml } from 'xml-crypto';
import { FaultsError } from '../../../src/shared/fault.ts';
import { type AnsweringSource } from '../../../src/sources/answering-source.ts';
import { checkSource } from '../../../src/sources/check-source.ts';
import { openSoapSource } from '../../../src/sources/soap/open-soap-source.ts';
import {
  type SoapOperationSettings,
  type SoapSourceSettings,
} from '../../../src/sources/soap/soap-source-settings.ts';
import { HostileServer, httpAnswer } from '../../support/hostile-server.ts';
import { errorOf } from '../../support/refusal.ts';
import { AGREED, AGREEMENT, askFor, OPERATION, TCKN } from '../../support/rest-source.ts';
import { SoapService, WSDL } from '../../support/soap/soap-service.ts';
import { SourceFiles } from '../../support/source-files.ts';
import { sourceLimits } from '../../support/source-limits.ts';
import { testCertificates } from '../../support/test-certificates.ts';

const KAYIT = {
  kimlikNo: TCKN, adSoyad: 'Işıl Çağrı Öğüt   ', unvan: 'Öğüt Tarım Aracılığı', izinTarihi: '2026-03-01+03:00',
  iletisim: { telefon: '0322 000 00 00' }, isciSayisi: '1.037', durum: 'A', iban: 'TR000000000000000000000000',
}; // prettier-ignore

const NIL = { 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance', 'xsi:nil': 'true' };

let service: SoapService;
let hostile: HostileServer;
let files: SourceFiles;
let source: AnsweringSource | undefined;

beforeAll(async () => {
  service = await SoapService.start('1.1');
  hostile = await HostileServer.start();
  files = new SourceFiles();
});
afterAll(async () => {
  files[Symbol.dispose]();
  await hostile[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});
beforeEach(() => {
  service.answer = () => ({ sonuc: '0', kayit: KAYIT });
  service.calls.length = 0;
  service.received.length = 0;
});
afterEach(async () => {
  await source?.close();
  source = undefined;
});

function operation(change: Partial<SoapOperationSettings> = {}): SoapOperationSettings {
  return {
    agreement: AGREEMENT,
    operation: OPERATION.id,
    call: 'sorgula',
    arguments: { kisi: { kimlikNo: '{tckn}' }, kurum: 'Geçit <&> "1"' },
    record: 'kayit',
    notFound: { empty: false, faults: [] },
    fields: {
      adSoyad: { from: 'adSoyad', trim: true },
      unvan: { from: 'unvan' },
      izinBaslangicTarihi: { from: 'izinTarihi', date: 'day+zone' },
      telefon: { from: 'iletisim/telefon' },
      bildirilenIsciSayisi: { from: 'isciSayisi', integer: 'turkish' },
      durum: { from: 'durum', codes: { A: 'gecerli' } },
    },
    echo: { tckn: 'kimlikNo' },
    ...change,
  };
}

async function open(
  change: Partial<SoapSourceSettings> = {},
  operationChange: Partial<SoapOperationSettings> = {},
): Promise<AnsweringSource> {
  const settings: SoapSourceSettings = {
    id: 'iskur',
    kind: 'soap',
    system: OPERATION.system,
    url: service.url,
    wsdl: WSDL,
    soapVersion: '1.1',
    port: 'AraciSoap11',
    timeoutMilliseconds: 30_000,
    limits: sourceLimits(),
    tls: files.tls(),
    timeZone: 'Europe/Istanbul',
    answerBytes: 64 * 1024,
    answerDepth: 20,
    security: { kind: 'none' },
    operations: [operation(operationChange)],
    ...change,
  };
  source = await openSoapSource(settings, {
    findOperation: (agreement, id) =>
      agreement === AGREEMENT && id === OPERATION.id ? OPERATION : undefined,
    onEvent: () => undefined,
  });
  return source;
}

async function endOf(asked: AnsweringSource): Promise<string> {
  const { code, cause } = await errorOf(async () => askFor(asked));
  const said = cause instanceof Error ? cause.message : String(cause);
  for (const secret of [TCKN, KAYIT.unvan, KAYIT.iban]) expect(said).not.toContain(secret);
  return `${code}: ${said}`;
}

describe('a SOAP source', () => {
  test('asks a real service by its WSDL, and answers the agreed fields', async () => {
    const answer = await askFor(await open());
    expect(answer).toEqual({ records: [AGREED], dropped: 1 });
    expect(service.calls).toEqual([{ kisi: { kimlikNo: TCKN }, kurum: 'Geçit <&> "1"' }]);
  });

  test('speaks SOAP 1.2 as well', async () => {
    await using newer = await SoapService.start('1.2');
    newer.answer = service.answer;
    const asked = await open({ url: newer.url, soapVersion: '1.2', port: 'AraciSoap12' });
    expect(await askFor(asked)).toMatchObject({ records: [AGREED] });
    expect(newer.received[0]).toContain('http://www.w3.org/2003/05/soap-envelope');
  });

  test('takes nil for null, and the empty text of a name for what it is', async () => {
    service.answer = () => ({
      sonuc: '0',
      kayit: { ...KAYIT, isciSayisi: { attributes: NIL } },
    });
    const { records } = await askFor(await open());
    expect(records).toEqual([{ ...AGREED, bildirilenIsciSayisi: null }]);
  });

  test('keeps an input value one text', async () => {
    const asked = await open();
    for (const tckn of ['1</kimlikNo><x/>', '&lt;', ']]>', '"\'', '{kurum}', 'ğ']) {
      await askFor(asked, tckn).catch(() => undefined);
      expect(service.calls.at(-1)?.kisi).toEqual({ kimlikNo: tckn });
    }
    const { code } = await errorOf(async () => askFor(asked, '<![CDATA[<x/>]]>'));
    expect(code).toBe('INTERNAL_ERROR');
    expect(service.calls).toHaveLength(6);
  });
});

describe('nobody found', () => {
  test.each<[string, object, Partial<SoapOperationSettings['notFound']>]>([
    ['no record', { sonuc: '1' }, { empty: true }],
    ['an empty record', { sonuc: '1', kayit: {} }, { empty: true }],
    ['a mark', { sonuc: 'YOK', kayit: KAYIT }, { mark: { from: 'sonuc', values: ['YOK'] } }],
  ])('is %s, where the settings say so', async (_name, answer, notFound) => {
    service.answer = () => answer;
    const asked = await open({}, { notFound: { empty: false, faults: [], ...notFound } });
    expect(await askFor(asked)).toMatchObject({ records: [] });
  });

  test('is a fault of a configured code, in both versions, or with a mark in its detail', async () => {
    const reader = async (notFound: Partial<SoapOperationSettings['notFound']>, version: '1.1' | '1.2' = '1.1') =>
      askFor(await open({ url: hostile.origin, soapVersion: version }, { notFound: { empty: false, faults: [], ...notFound } }));
    const fault11 = envelope('<s:Fault><faultcode>s:Client</faultcode><faultstring>x</faultstring><detail><Kod>404</Kod></detail></s:Fault>');
    hostile.say(soapAnswer(fault11, { status: 500 }));
    expect(await reader({ faults: ['Client'] })).toEqual({ records: [] });
    expect(await reader({ mark: { from: 'detail/Kod', values: ['404'] } })).toEqual({ records: [] });
    const fault12 = envelope('<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value xmlns:a="urn:a">a:KisiYok</s:Value></s:Subcode></s:Code><s:Reason/></s:Fault>', '1.2');
    hostile.say(soapAnswer(fault12, { status: 400, type: 'application/soap+xml' }));
    expect(await reader({ faults: ['KisiYok'] }, '1.2')).toEqual({ records: [] });
  }); // prettier-ignore
});

describe('WS-Security', () => {
  const password = 'çok gizli <&>';

  test.each(['digest', 'text'] as const)('proves who asks by user and password, as %s', async (passwordType) => {
    const passwordFile = files.write('password', `${password}\n`);
    await askFor(await open({ security: { kind: 'usernameToken', user: 'geçit', passwordFile, passwordType, timestamp: true } }));
    const token = service.security?.['UsernameToken'] as Record<string, unknown> & { Password: { $value: string }; Nonce: { $value: string }; Created: string };
    expect(token['Username']).toBe('geçit');
    const expected = passwordType === 'text' ? password : passwordDigest(token.Nonce.$value, token.Created, password);
    expect(token.Password.$value).toBe(expected);
    expect(service.security).toHaveProperty('Timestamp');
  }); // prettier-ignore

  test('signs body and time stamp with the certificate', async () => {
    const { agency } = testCertificates();
    const security = { kind: 'x509', certificate: files.write('s.crt', `Bag\n${agency.certificate}${agency.certificate}`), key: files.write('s.key', agency.key) } as const;
    await askFor(await open({ security }));
    const signed = signedReferences(service.received[0] ?? '', agency.certificate);
    expect(signed.map((element) => element.replace(/^<(?:\w+:)?(\w+)[^]*$/, '$1')).sort()).toEqual(['Body', 'Timestamp']);
    expect(signed.join('')).toContain(TCKN);
  }); // prettier-ignore
});

describe('an answer of another kind', () => {
  const good = `<n:sorgulaYaniti xmlns:n="urn:ornek:araci"><sonuc>0</sonuc>${record()}</n:sorgulaYaniti>`;
  const entities = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 9 }, (_, n) => `<!ENTITY ${'b'.repeat(n + 1)} "${'&a;'.repeat(10)}">`).join('')}]>`;

  test.each<[string, string, string]>([
    ['a document type', soapAnswer(`<?xml version="1.0"?>${entities}${envelope(good)}`), 'document type'],
    ['an external entity', soapAnswer(`<!DOCTYPE x SYSTEM "file:///etc/passwd">${envelope(good)}`), 'document type'],
    ['an entity that nobody knows', soapAnswer(envelope(good.replace('Öğüt', '&a;'))), 'not XML'],
    ['depth', soapAnswer(envelope('<a>'.repeat(10_000))), 'too deep'],
    ['breadth', soapAnswer(envelope(`<n>${'<a/>'.repeat(10_001)}</n>`)), 'too many elements'],
    ['a processing instruction', soapAnswer(envelope(`<?php x?>${good}`)), 'processing instruction'],
    ['half a document', soapAnswer(envelope(good).slice(0, -20)), 'not XML'],
    ['something behind the document', soapAnswer(`${envelope(good)}<x/>`), 'not XML'],
    ['a prefix of nothing', soapAnswer(envelope('<q:a/>')), 'not XML'],
    ['no XML', soapAnswer('{}'), 'not XML'],
    ['nothing', soapAnswer(''), 'not XML'],
    ['a page', httpAnswer(envelope(good), { type: 'text/html' }), 'content-type'],
    ['an encoding that is not expected', soapAnswer(envelope(good), { type: 'text/xml; charset=utf-7' }), 'encoding'],
    ['another version of SOAP', soapAnswer(envelope(good, '1.2')), 'no SOAP envelope'],
    ['no envelope', soapAnswer(good), 'no SOAP envelope'],
    ['an envelope without a body', soapAnswer(envelope('').replace(/<s:Body>.*<\/s:Body>/, '')), 'no SOAP envelope'],
    ['an empty body', soapAnswer(envelope('')), 'no single element in the body'],
    ['two answers', soapAnswer(envelope(good + good)), 'no single element in the body'],
    ['another message', soapAnswer(envelope(good.replaceAll('sorgulaYaniti', 'silYaniti'))), 'another message'],
    ['two records', soapAnswer(envelope(good.replace(record(), record() + record()))), 'mapping: more-than-one-record'],
    ['no record', soapAnswer(envelope(good.replace(record(), ''))), 'mapping: record-missing'],
    ['two names', soapAnswer(envelope(good.replace('<unvan>', '<unvan>a</unvan><unvan>'))), 'mapping of unvan: type'],
    ['a name with parts', soapAnswer(envelope(good.replace('<unvan>', '<unvan><b/>'))), 'mapping of unvan: type'],
    ['somebody else', soapAnswer(envelope(good.replace(TCKN, '17160614084'))), 'mapping of tckn: echo'],
    ['a reference to a prototype', soapAnswer(envelope(good.replace('<unvan>', '<unvan id="__proto__" href="#__proto__"><__proto__/>'))), 'mapping of unvan: type'],
    ['a fault of the request', soapAnswer(envelope(`<s:Fault><faultcode>s:Client</faultcode><faultstring>${TCKN}</faultstring></s:Fault>`), { status: 500 }), 'fault of the request'],
    ['a fault of its own', soapAnswer(envelope(`<s:Fault><faultcode>${TCKN}</faultcode></s:Fault>`), { status: 500 }), 'fault'],
    ['a redirect', httpAnswer('', { status: 307, more: 'location: /\r\n' }), 'redirected'],
  ])('is %s', async (_name, said, cause) => {
    hostile.say(said);
    const asked = await open({ url: hostile.origin });
    expect(await endOf(asked)).toBe(`SOURCE_ANSWER_INVALID: ${cause}`);
    hostile.say(soapAnswer(envelope(good)));
    expect(await askFor(asked)).toMatchObject({ records: [AGREED] });
    expect(Object.keys(Object.prototype)).toEqual([]);
  }); // prettier-ignore

  test.each<[string, string, string]>([
    ['a fault of the service', soapAnswer(envelope('<s:Fault><faultcode>s:Server.Veri</faultcode></s:Fault>'), { status: 500 }), 'fault of the service'],
    ['status 500 without a fault', soapAnswer(envelope(good), { status: 500 }), 'status 500'],
    ['status 500 with a page', httpAnswer('<html>', { status: 500, type: 'text/html' }), 'status 500'],
    ['status 401', httpAnswer('', { status: 401, type: 'text/html' }), 'status 401'],
  ])('is not %s: the source is unavailable', async (_name, said, cause) => {
    hostile.say(said);
    expect(await endOf(await open({ url: hostile.origin }))).toBe(`SOURCE_UNAVAILABLE: ${cause}`);
  }); // prettier-ignore

  test.each(['iso-8859-9', 'windows-1254'])('may be written in %s, which header or document says', async (encoding) => {
    const declared = `<?xml version="1.0" encoding="${encoding}"?>${envelope(good)}`;
    const latin5 = (text: string): Buffer => Buffer.from(Array.from(text, (letter) => LATIN_5.get(letter) ?? letter.charCodeAt(0)));
    hostile.script = (socket) => {
      const body = latin5(declared);
      socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: ${String(body.length)}\r\n\r\n`);
      socket.write(body);
    };
    expect(await askFor(await open({ url: hostile.origin }))).toMatchObject({ records: [AGREED] });
  }); // prettier-ignore
});

describe('the settings of a SOAP source', () => {
  async function faultsOf(change: Partial<SoapSourceSettings>, operationChange: Partial<SoapOperationSettings> = {}): Promise<string[]> {
    const thrown: unknown = await open(change, operationChange).then(() => undefined, (error: unknown) => error);
    if (!(thrown instanceof FaultsError)) throw new Error('no faults');
    return thrown.faults.map(({ code, key }) => `${code} ${key.replace(/^sources\.iskur\.(operations\.[^.]+\.?)?/, '')}`);
  } // prettier-ignore

  test.each<[string, Partial<SoapOperationSettings>, string]>([
    ['a call that the WSDL does not have', { call: 'sil' }, 'SOURCE_WSDL_CALL_UNKNOWN call'],
    ['an argument that the call does not have', { arguments: { kisi: { kimlikNo: '{tckn}', ad: '' }, kurum: '' } }, 'SOURCE_WSDL_ARGUMENT_UNKNOWN arguments.kisi.ad'],
    ['a text where the call takes a block', { arguments: { kisi: '{tckn}' } }, 'SOURCE_WSDL_ARGUMENT_UNKNOWN arguments.kisi'],
    ['an input that the request leaves out', { arguments: { kurum: '1' } }, 'SOURCE_REQUEST_INPUTS '],
    ['a record that is no path', { record: '//kayit' }, 'SOURCE_PLACE_INVALID record'],
    ['a mark that is no place', { notFound: { empty: false, faults: [], mark: { from: 'a/', values: ['1'] } } }, 'SOURCE_PLACE_INVALID notFound.mark.from'],
    ['a place that is none', { fields: { ...operation().fields, unvan: { from: 'unvan[1]' } } }, 'SOURCE_PLACE_INVALID fields.unvan'],
  ])('name %s', async (_name, change, fault) => {
    expect(await faultsOf({}, change)).toEqual([fault]);
  }); // prettier-ignore

  test('name a WSDL, a service or a port that cannot be used', async () => {
    const wsdl = readFileSync(WSDL, 'utf8');
    const remote = files.write('remote.wsdl', wsdl.replace('"araci-kayit.xsd"', `"${service.url}?xsd"`));
    const before = service.received.length;
    expect(await faultsOf({ wsdl: remote })).toEqual(['SOURCE_WSDL_UNUSABLE wsdl']);
    expect(service.received).toHaveLength(before);
    expect(await faultsOf({ wsdl: files.write('no.wsdl', '<html>') })).toEqual(['SOURCE_WSDL_UNUSABLE wsdl']);
    expect(await faultsOf({ wsdl: `${WSDL}.none` })).toEqual(['SOURCE_WSDL_UNUSABLE wsdl']);
    expect(await faultsOf({ port: undefined })).toEqual(['SOURCE_WSDL_PORT_UNKNOWN port']);
    expect(await faultsOf({ service: 'Baska' })).toEqual(['SOURCE_WSDL_PORT_UNKNOWN service']);
  });

  test('name a key that cannot sign', async () => {
    const { agency, otherAgency } = testCertificates();
    const security = { kind: 'x509', certificate: files.write('s.crt', agency.certificate), key: files.write('s.key', otherAgency.key) } as const;
    expect(await faultsOf({ security })).toEqual(['SOURCE_SIGNER_INVALID security']);
  }); // prettier-ignore

  test('are enough for the doctor, who asks for nobody', async () => {
    service.answer = () => ({ sonuc: '1' });
    const asked = await open({}, { notFound: { empty: true, faults: [] } });
    expect(await checkSource(asked)).toMatchObject([{ outcome: 'answers', missing: [], surplus: [] }]);
    expect(service.calls[0]?.kisi.kimlikNo).toBe('00000000000');
  });
});

const LATIN_5 = new Map([['ğ', 0xf0], ['ı', 0xfd], ['ş', 0xfe], ['Ğ', 0xd0], ['İ', 0xdd], ['Ş', 0xde]]); // prettier-ignore

function record(): string {
  return `<kayit><kimlikNo> ${TCKN} </kimlikNo><adSoyad>Işıl <![CDATA[Çağrı]]> Öğüt</adSoyad><unvan>Öğüt Tarım Aracılığı</unvan><izinTarihi>2026-03-01</izinTarihi><iletisim><telefon>0322 000 00 00</telefon></iletisim><isciSayisi>1037</isciSayisi><durum>A</durum></kayit>`;
}

function envelope(body: string, version: '1.1' | '1.2' = '1.1'): string {
  const namespace = version === '1.1' ? 'http://schemas.xmlsoap.org/soap/envelope/' : 'http://www.w3.org/2003/05/soap-envelope';
  return `<s:Envelope xmlns:s="${namespace}"><s:Header/><s:Body>${body}</s:Body></s:Envelope>`;
} // prettier-ignore

function soapAnswer(body: string, head: { status?: number; type?: string } = {}): string {
  return httpAnswer(body, { type: 'text/xml; charset=utf-8', ...head });
}

/** What a message's signature covers, once a foreign reader has found that it holds. */
function signedReferences(message: string, publicCert: string): string[] {
  const [signature] = /<Signature[ >][^]*<\/Signature>/.exec(message) ?? [];
  if (signature === undefined) throw new Error('no signature');
  const signed = new SignedXml({ publicCert });
  signed.loadSignature(signature);
  if (!signed.checkSignature(message)) throw new Error('the signature does not hold');
  return signed.getSignedReferences();
}
