import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readSettings } from '../../../src/settings/read-settings.ts';
import { type Settings } from '../../../src/settings/settings.ts';
import { createAuthority } from '../../../src/identity/certificates/authority.ts';
import { issueServerCertificate } from '../../../src/identity/certificates/server-certificate.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { DEMO_AUTHORITY } from '../../../src/shared/demo-authority.ts';
import { type Fault, FaultsError } from '../../../src/shared/fault.ts';
import { testCertificates } from '../../support/test-certificates.ts';

const shipped = join(import.meta.dirname, '../../..');
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gecit-settings-'));
  mkdirSync(join(root, 'config'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function read(yaml: string, environment: Record<string, string> = {}): Settings {
  writeFileSync(join(root, 'config/gecit.yaml'), yaml);
  return readSettings(environment, root);
}

function faultsOf(yaml: string, environment: Record<string, string> = {}): readonly Fault[] {
  try {
    read(yaml, environment);
  } catch (error) {
    if (error instanceof FaultsError) return error.faults;
    throw error;
  }
  return [];
}

const places = (faults: readonly Fault[]): string[] =>
  faults.map((fault) => `${fault.file}:${String(fault.line)} ${fault.key} ${fault.code}`);

describe('readSettings', () => {
  test('takes the shipped file as the demo realm with its source', () => {
    const settings = readSettings({}, shipped);
    expect(settings.realm).toBe('demo');
    expect(settings.partner).toEqual({
      host: '127.0.0.1',
      port: 8443,
      certificate: join(shipped, 'certs/demo/server.crt'),
      key: join(shipped, 'certs/demo/server.key'),
      clientCa: join(shipped, 'certs/demo/ca.crt'),
    });
    expect(settings.databaseUrl).toBe(`sqlite:${join(shipped, 'data/gecit.db')}`);
    expect(settings.operatorKey).toBe(join(shipped, 'data/operators/demo.key'));
    expect(settings.sources.map(({ id, system }) => [id, system])).toEqual([
      ['iskur-araci-kayit', 'iskur-bilgi-sistemi'],
    ]);
    const query = expect.stringContaining('where tckn = :tckn') as unknown;
    expect(settings.sources[0]?.operations).toMatchObject([{ query }]);
  });

  test('ships a file whose values are the defaults, so that a missing key changes nothing', () => {
    const fromFile = readSettings({}, shipped);
    const fromDefaults = readSettings({ GECIT_CONFIG: emptyFile() }, shipped);
    expect(fromDefaults).toEqual({ ...fromFile, sources: [] });
  });

  test('lets the environment win over the file and the file over the defaults', () => {
    const settings = read('partner: { port: 1000, host: 0.0.0.0 }', { GECIT_PARTNER_PORT: '0' });
    expect(settings.partner.port).toBe(0);
    expect(settings.partner.host).toBe('0.0.0.0');
    expect(settings.ops.port).toBe(9464);
  });

  test('moves the database, the demo register and the operator key with the data folder', () => {
    const source =
      'sources: [{ id: a, kind: sql, system: b, url: "sqlite:{data}/r.db", timeoutMilliseconds: 500,';
    const operations =
      'operations: [{ agreement: c, operation: d, query: "select x from y where z = :tckn" }] }]';
    const settings = read(`${source} ${operations}`, { GECIT_DATA_DIR: '/elsewhere' });
    expect(settings.databaseUrl).toBe('sqlite:/elsewhere/gecit.db');
    expect(settings.sources[0]?.url).toBe('sqlite:/elsewhere/r.db');
    expect(settings.operatorKey).toBe('/elsewhere/operators/demo.key');
  });

  test('names every fault of file and environment at once, each at its place', () => {
    const yaml = ['realm: demo', 'partner:', '  port: 65536', '  prot: 1', 'log:', '  level: loud', ''].join(
      '\n',
    );
    const faults = faultsOf(yaml, { GECIT_OPS_PORT: 'x', GECIT_PARTNR_PORT: '1', GECIT_NODE: 'Node 1' });
    expect(places(faults).sort()).toEqual([
      'config/gecit.yaml:3 partner.port SETTING_VALUE_INVALID',
      'config/gecit.yaml:4 partner.prot SETTING_KEY_UNKNOWN',
      'config/gecit.yaml:6 log.level SETTING_VALUE_INVALID',
      'environment:0 GECIT_NODE SETTING_VALUE_INVALID',
      'environment:0 GECIT_OPS_PORT SETTING_VALUE_INVALID',
      'environment:0 GECIT_PARTNR_PORT SETTING_VARIABLE_UNKNOWN',
    ]);
  });

  test('says what is wrong in Turkish as well', () => {
    const [fault] = faultsOf('partner: { port: 65536 }');
    expect(fault?.message.tr).toBe('sayı en çok 65535 olmalı');
    expect(fault?.message.en).toBe('the number must be at most 65535');
  });

  test('takes an empty GECIT_CONFIG as not set', () => {
    expect(read('ops: { port: 1 }', { GECIT_CONFIG: '' }).ops.port).toBe(1);
  });

  test('names line and unreadable text of a broken file', () => {
    expect(places(faultsOf('realm: demo\npartner: [1,\n'))[0]).toMatch(
      /^config\/gecit\.yaml:[23] {2}YAML_INVALID$/,
    );
  });

  test('refuses a file that is not there', () => {
    expect(() => readSettings({ GECIT_CONFIG: 'none.yaml' }, root)).toThrow(/none\.yaml/);
  });

  test.each(['postgres://gecit@db/gecit', 'mssql://gecit@db:1433/gecit'])('takes the database %s', (url) => {
    expect(read('', { GECIT_DATABASE_URL: url }).databaseUrl).toBe(url);
  });

  test.each(['mysql://db/gecit', 'postgres://db'])('refuses the database %s', (url) => {
    const [fault] = faultsOf('', { GECIT_DATABASE_URL: url });
    expect(fault?.message.en).toContain('of PostgreSQL or SQL Server');
  });

  test.each(['sqlite::memory:', 'file.db', 'sqlite:{dta}/x.db'])('refuses the database %s', (url) => {
    expect(places(faultsOf('', { GECIT_DATABASE_URL: url }))).toEqual([
      'environment:0 GECIT_DATABASE_URL SETTING_VALUE_INVALID',
    ]);
  });

  test('refuses two answers for one operation and a source id that stands twice', () => {
    const source = `- { id: a, kind: sql, system: b, url: "sqlite:r.db", timeoutMilliseconds: 500, operations: [{ agreement: c, operation: d, query: "select x where y = :tckn" }] }`;
    expect(places(faultsOf(['sources:', source, source].join('\n')))).toEqual([
      'config/gecit.yaml:3 sources.1.id SETTING_VALUE_INVALID',
      'config/gecit.yaml:3 sources.1.operations.0 SETTING_VALUE_INVALID',
    ]);
  });

  test('refuses a source query that is no SELECT with named parameters', () => {
    const source = (query: string): string =>
      `sources: [{ id: a, kind: sql, system: b, url: "sqlite:r", timeoutMilliseconds: 500, operations: [{ agreement: c, operation: d, query: "${query}" }] }]`;
    expect(faultsOf(source('delete from x where t = :tckn'))).toHaveLength(1);
    expect(faultsOf(source('select 1'))).toHaveLength(1);
    expect(faultsOf(source('select 1 where 1 = :tckn'))).toHaveLength(0);
  });

  test("refuses one agency's share above the whole", () => {
    const [fault] = faultsOf('limits: { exchanges: 5, exchangesPerAgency: 6 }');
    expect(fault?.key).toBe('limits.exchangesPerAgency');
  });

  test('accepts the variables that tests and the operator key use', () => {
    const settings = read('', { GECIT_TEST_ANYTHING: '1', GECIT_OPERATOR_KEY: '/keys/me.key' });
    expect(settings.operatorKey).toBe('/keys/me.key');
  });

  test("looks for the operator's key in the user's own folder outside the demo realm", () => {
    const certificates = 'partner: { certificate: a.crt, key: a.key, clientCa: ca.crt }';
    const settings = read(certificates, { GECIT_REALM: 'test', XDG_CONFIG_HOME: '/home/a/.config' });
    expect(settings.operatorKey).toBe('/home/a/.config/gecit/operator.key');
  });

  test('writes JSON logs in production and readable ones in the demo realm', () => {
    const certificates = 'partner: { certificate: a.crt, key: a.key, clientCa: ca.crt }';
    expect(read(certificates, { GECIT_REALM: 'production' }).log.format).toBe('json');
    expect(read('').log.format).toBe('pretty');
  });

  test('cannot be changed after it was read', () => {
    const settings = read('');
    expect(() => Object.assign(settings.burst, { size: 1 })).toThrow(TypeError);
  });

  test.each(['Europe/Ankara2', '+03:00', 'europe/istanbul'])('refuses %s as a time zone', (zone) => {
    expect(places(faultsOf('', { GECIT_TIME_ZONE: zone }))).toEqual([
      'environment:0 GECIT_TIME_ZONE SETTING_VALUE_INVALID',
    ]);
  });
});

describe('the production realm', () => {
  const production = { GECIT_REALM: 'production' };
  const own = 'partner: { certificate: a.crt, key: a.key, clientCa: ca.crt }';

  test('asks for certificates of its own', () => {
    expect(places(faultsOf('', production))).toEqual([
      'config/gecit.yaml:1 partner.certificate SETTING_KEY_MISSING',
      'config/gecit.yaml:1 partner.key SETTING_KEY_MISSING',
      'config/gecit.yaml:1 partner.clientCa SETTING_KEY_MISSING',
    ]);
  });

  test('refuses every file of the demo certificates', () => {
    const demo =
      'partner: { certificate: "{certs}/demo/server.crt", key: certs/demo/server.key, clientCa: ok.crt }';
    expect(
      places(faultsOf(demo, { ...production, GECIT_PARTNER_CLIENT_CA: 'certs/../certs/demo/ca.crt' })),
    ).toEqual([
      'config/gecit.yaml:1 partner.certificate SETTING_DEMO_IN_PRODUCTION',
      'config/gecit.yaml:1 partner.key SETTING_DEMO_IN_PRODUCTION',
      'environment:0 GECIT_PARTNER_CLIENT_CA SETTING_DEMO_IN_PRODUCTION',
    ]);
  });

  test('refuses certificates of the demo authority wherever they stand, and takes others', async () => {
    const demo = await createAuthority(DEMO_AUTHORITY, 1, systemClock);
    const names = { organisation: 'Örnek', hosts: ['localhost'] as const };
    const server = await issueServerCertificate(demo, names, 1, systemClock);
    writeFileSync(join(root, 'a.crt'), `${testCertificates().server.certificate}\n${server.certificate}`);
    writeFileSync(join(root, 'ca.crt'), `${testCertificates().ca.certificate}\n${demo.certificate}`);
    expect(places(faultsOf(own, production))).toEqual([
      'config/gecit.yaml:1 partner.certificate SETTING_DEMO_IN_PRODUCTION',
      'config/gecit.yaml:1 partner.clientCa SETTING_DEMO_IN_PRODUCTION',
    ]);
    writeFileSync(join(root, 'a.crt'), testCertificates().server.certificate);
    writeFileSync(join(root, 'ca.crt'), testCertificates().ca.certificate);
    expect(faultsOf(own, production)).toEqual([]);
  });

  test('refuses a source in the demo folder, its own or another one', () => {
    const source = (url: string): string =>
      `${own}\nsources: [{ id: a, kind: sql, system: b, url: "${url}", timeoutMilliseconds: 500, operations: [{ agreement: c, operation: d, query: "select x where y = :tckn" }] }]`;
    const fault = ['config/gecit.yaml:2 sources.0.url SETTING_DEMO_IN_PRODUCTION'];
    expect(places(faultsOf(source('sqlite:{data}/demo/r.db'), production))).toEqual(fault);
    expect(faultsOf(source('sqlite:moved/demo/r.db'), production)).toEqual([]);
    mkdirSync(join(root, 'moved'));
    writeFileSync(join(root, 'moved/demo.json'), '{}');
    expect(places(faultsOf(source('sqlite:moved/demo/r.db'), production))).toEqual(fault);
  });

  test('refuses a data folder that holds demo people', () => {
    mkdirSync(join(root, 'data'));
    writeFileSync(join(root, 'data/demo.json'), '{}');
    expect(faultsOf(own, production)[0]?.message.en).toContain('demo.json');
    rmSync(join(root, 'data'), { recursive: true });
    expect(faultsOf(own, production)).toEqual([]);
  });
});

function emptyFile(): string {
  const file = join(root, 'empty.yaml');
  writeFileSync(file, '');
  return file;
}
