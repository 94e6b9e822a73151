import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { readSettings } from '../../../src/settings/read-settings.ts';
import { type Settings } from '../../../src/settings/settings.ts';
import { FaultsError } from '../../../src/shared/fault.ts';

type Draft = Record<string, unknown>;

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'gecit-settings-'));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const OPERATION = { agreement: 'a', operation: 'b', fields: { unvan: 'x' } };
const COMMON = { id: 's', system: 't', timeoutMilliseconds: 500 };
const REST = {
  ...COMMON,
  kind: 'rest',
  url: 'https://a.example/x',
  operations: [{ ...OPERATION, path: '/k/{tckn}' }],
};
const SOAP = {
  ...COMMON, kind: 'soap', url: 'https://a.example/x', wsdl: 'config/a.wsdl',
  operations: [{ ...OPERATION, call: 'sorgula', arguments: { kisi: { no: '{tckn}' } } }],
}; // prettier-ignore
const CSV = { ...COMMON, kind: 'csv', file: '{data}/a.csv', operations: [{ ...OPERATION, key: 'TC' }] };

function read(source: Draft): Settings['sources'][number] {
  writeFileSync(join(root, 'gecit.yaml'), stringify({ sources: [source] }));
  const [read] = readSettings({ GECIT_CONFIG: 'gecit.yaml', GECIT_DATA_DIR: '/data' }, root).sources;
  if (read === undefined) throw new Error('no source');
  return read;
}

function faults(source: Draft): string[] {
  try {
    read(source);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof FaultsError)) throw thrown;
    for (const { message, remedy } of thrown.faults) expect(message.tr + remedy.tr).not.toBe(message.en + remedy.en);
    return thrown.faults.map(({ code, key }) => `${code} ${key.replace('sources.0.', '')}`);
  }
} // prettier-ignore

function withOperation(source: Draft & { operations: readonly Draft[] }, change: Draft): Draft {
  return { ...source, operations: [{ ...source.operations[0], ...change }] };
}

function withField(mapping: unknown): Draft {
  return withOperation(CSV, { fields: { unvan: mapping } });
}

describe('the settings of a source', () => {
  test('need little, and the rest has defaults', () => {
    expect(read(REST)).toMatchObject({
      tls: {},
      timeZone: 'Europe/Istanbul',
      answerBytes: 65_536,
      answerDepth: 20,
      authentication: { kind: 'none' },
      operations: [
        { method: 'GET', query: {}, record: '$', notFound: { statuses: [404], empty: false }, fields: { unvan: { from: 'x' } } },
      ],
    });
    expect(read(SOAP)).toMatchObject({
      wsdl: join(root, 'config/a.wsdl'),
      soapVersion: '1.1',
      security: { kind: 'none' },
      operations: [{ record: '.', notFound: { empty: false, faults: [] } }],
    });
    expect(read(CSV)).toMatchObject({ file: '/data/a.csv', encoding: 'utf-8', delimiter: ';', maxBytes: 16_777_216, maxRows: 100_000 });
  }); // prettier-ignore

  test('name files by absolute paths', () => {
    const tls = { ca: '{certs}/ca.pem', certificate: 'c.pem', key: '/k.pem' };
    const paths = { ca: join(root, 'certs/ca.pem'), certificate: join(root, 'c.pem'), key: '/k.pem' };
    const authentication = { kind: 'oauth2', tokenUrl: 'https://a.example/t', clientId: 'g', clientSecretFile: 'secret' };
    expect(read({ ...REST, tls, authentication })).toMatchObject({ tls: paths, authentication: { clientSecretFile: join(root, 'secret'), clientAuthentication: 'basic' } });
    const basic = { kind: 'basic', user: 'u', passwordFile: 'p' };
    expect(read({ ...REST, authentication: basic })).toMatchObject({ authentication: { passwordFile: join(root, 'p') } });
    expect(read({ ...SOAP, tls, security: { kind: 'x509', certificate: 'c', key: 'k' } })).toMatchObject({ tls: paths, security: { certificate: join(root, 'c'), key: join(root, 'k') } });
    const token = { kind: 'usernameToken', user: 'u', passwordFile: 'p' };
    expect(read({ ...SOAP, security: token })).toMatchObject({ security: { passwordFile: join(root, 'p'), passwordType: 'digest', timestamp: true } });
  }); // prettier-ignore

  test('may map columns of a query', () => {
    const sql = {
      ...COMMON,
      kind: 'sql',
      url: 'sqlite:{data}/a.db',
      operations: [{ ...OPERATION, query: 'select x from y where z = :tckn', echo: { tckn: 'no' } }],
    };
    expect(read(sql).operations).toMatchObject([{ fields: { unvan: { from: 'x' } }, echo: { tckn: 'no' } }]);
    expect(
      faults({
        ...sql,
        operations: [{ ...sql.operations[0], fields: { unvan: { from: 'x', lower: true } } }],
      }),
    ).toEqual(['SETTING_KEY_UNKNOWN operations.0.fields.unvan.lower']);
  });

  test('take codes and sentinels as an operator writes them', () => {
    const mapping = { from: 'x', nullIf: ['', 0, -1, false], codes: { 1: 'gecerli', A: 2 } };
    expect(read(withField(mapping)).operations).toMatchObject([
      { fields: { unvan: { nullIf: ['', '0', '-1', 'false'], codes: { '1': 'gecerli', A: '2' } } } },
    ]);
  });

  test.each<[string, Draft, string]>([
    ['a conversion that nobody knows', withField({ from: 'x', lower: true }), 'SETTING_KEY_UNKNOWN operations.0.fields.unvan.lower'],
    ['a form of date that nobody knows', withField({ from: 'x', date: 'MM/dd/yyyy' }), 'SETTING_VALUE_INVALID operations.0.fields.unvan.date'],
    ['two conversions', withField({ from: 'x', date: 'yyyyMMdd', integer: 'plain' }), 'SETTING_VALUE_INVALID operations.0.fields.unvan'],
    ['no place', withField({ trim: true }), 'SETTING_KEY_MISSING operations.0.fields.unvan.from'],
    ['an address without TLS', { ...REST, url: 'http://a.example/' }, 'SETTING_VALUE_INVALID url'],
    ['a password in an address', { ...REST, url: 'https://u:p@a.example/' }, 'SETTING_VALUE_INVALID url'],
    ['a query in an address', { ...SOAP, url: 'https://a.example/?wsdl' }, 'SETTING_VALUE_INVALID url'],
    ['a certificate without its key', { ...REST, tls: { certificate: 'c' } }, 'SETTING_VALUE_INVALID tls'],
    ['a secret in the settings', { ...REST, authentication: { kind: 'basic', user: 'u', password: 'p' } }, 'SETTING_KEY_MISSING authentication.passwordFile'],
    ['a client without a secret', { ...REST, authentication: { kind: 'oauth2', tokenUrl: 'https://a.example/', clientId: 'c' } }, 'SETTING_KEY_MISSING authentication.clientSecretFile'],
    ['a POST that may change something', withOperation(REST, { method: 'POST' }), 'SETTING_KEY_MISSING operations.0.idempotent'],
    ['a GET with a body', withOperation(REST, { body: {} }), 'SETTING_VALUE_INVALID operations.0.body'],
    ['a path that leads out', withOperation(REST, { path: '/a/../{tckn}' }), 'SETTING_VALUE_INVALID operations.0.path'],
    ['a path with a query', withOperation(REST, { path: '/a?x={tckn}' }), 'SETTING_VALUE_INVALID operations.0.path'],
    ['a status that is an answer', withOperation(REST, { notFound: { statuses: [200] } }), 'SETTING_VALUE_INVALID operations.0.notFound.statuses.0'],
    ['XML that is not escaped', withOperation(SOAP, { arguments: { _xml: '<a/>' } }), 'SETTING_VALUE_INVALID operations.0.arguments._xml'],
    ['a zone that is none', { ...CSV, timeZone: 'Istanbul' }, 'SETTING_VALUE_INVALID timeZone'],
    ['an encoding that is not read', { ...CSV, encoding: 'utf-16' }, 'SETTING_VALUE_INVALID encoding'],
    ['a limit beyond reason', { ...CSV, maxBytes: 1e12 }, 'SETTING_VALUE_INVALID maxBytes'],
  ])('must not have %s', (_name, source, fault) => {
    expect(faults(source)).toContain(fault);
  }); // prettier-ignore
});
