import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readTlsFiles, type TlsFiles, type TlsPaths } from '../../../src/http/tls-files.ts';
import { FaultsError } from '../../../src/shared/fault.ts';
import { pem, revocationList } from '../../support/revocation-list.ts';
import { testCertificates } from '../../support/test-certificates.ts';

const { ca, server, agency, expiredServer } = testCertificates();
const CLOCK = { now: () => Date.now() };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gecit-tls-'));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

interface Texts extends TlsFiles {
  readonly crl: string;
}

async function written(change: Partial<Texts> = {}): Promise<TlsPaths> {
  const content = { certificate: server.certificate, key: server.key, clientCa: ca.certificate, ...change };
  const path = (name: string): string => join(folder, `${name}.pem`);
  for (const [name, text] of Object.entries(content)) await writeFile(path(name), text);
  const crl = change.crl === undefined ? null : path('crl');
  return { certificate: path('certificate'), key: path('key'), clientCa: path('clientCa'), crl };
}

function faultsOf(paths: TlsPaths, clock = CLOCK): string[] {
  try {
    readTlsFiles(paths, clock);
  } catch (error) {
    if (error instanceof FaultsError) return error.faults.map((fault) => fault.code);
    throw error;
  }
  return [];
}

describe('the files of the partner listener', () => {
  test('are read when they fit together', async () => {
    const { files, trust, validUntil } = readTlsFiles(await written(), CLOCK);
    expect(files).toEqual({ certificate: server.certificate, key: server.key, clientCa: ca.certificate });
    expect(new Date(validUntil)).toEqual(new Date(new X509Certificate(server.certificate).validTo));
    expect(trust.listsUntil).toBeNull();
  });

  test('are all named when they are missing, with their paths', () => {
    const [certificate, key, clientCa, crl] = ['a', 'b', 'c', 'd'].map((name) => join(folder, name));
    const paths = { certificate, key, clientCa, crl } as TlsPaths;
    expect(faultsOf(paths)).toEqual(Array.from({ length: 4 }, () => 'TLS_FILE_UNREADABLE'));
    expect(() => readTlsFiles(paths, CLOCK)).toThrow(join(folder, 'd'));
    expect(() => readTlsFiles(paths, CLOCK)).toThrow(paths.clientCa);
  });

  test.each<[string, Partial<Texts>]>([
    ['TLS_FILE_EMPTY', { key: ' \n' }],
    ['TLS_CERTIFICATE_INVALID', { certificate: 'not a certificate' }],
    ['TLS_CERTIFICATE_EXPIRED', { certificate: expiredServer.certificate, key: expiredServer.key }],
    ['TLS_KEY_INVALID', { key: 'not a key' }],
    ['TLS_KEY_MISMATCH', { key: agency.key }],
    ['TLS_CLIENT_CA_INVALID', { clientCa: 'not a certificate' }],
    ['TLS_CLIENT_CA_INVALID', { clientCa: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }],
    ['TLS_FILE_EMPTY', { crl: '\n' }],
    ['TLS_FILE_TOO_LARGE', { crl: 'x'.repeat(32 * 1024 * 1024 + 1) }],
    ['TLS_CRL_INVALID', { crl: 'not a list' }],
    ['TLS_CRL_INVALID', { crl: pem(Buffer.from('3003020101', 'hex')) }],
    ['TLS_CRL_UNSIGNED', { crl: revocationList(agency) }],
    ['TLS_CRL_PARTIAL', { crl: revocationList(ca, { critical: '2.5.29.27' }) }],
    ['TLS_CRL_OVERDUE', { crl: revocationList(ca, { nextUpdate: Date.now() - 1000 }) }],
    ['TLS_CRL_MISSING', { crl: revocationList(ca), clientCa: ca.certificate + agency.certificate }],
  ])('give %s when they are broken', async (code, change) => {
    expect(faultsOf(await written(change))).toEqual([code]);
  });

  test('are refused while the certificate is not valid yet', async () => {
    expect(faultsOf(await written(), { now: () => 0 })).toEqual(['TLS_CERTIFICATE_NOT_YET_VALID']);
  });

  test('never show their content in a fault', async () => {
    const paths = await written({ key: 'hush-hush', clientCa: 'hush-hush' });
    let text = '';
    try {
      readTlsFiles(paths, CLOCK);
    } catch (error) {
      text = JSON.stringify(error) + String(error);
    }
    expect(text).toContain('TLS_KEY_INVALID');
    expect(text).not.toContain('hush');
  });
});
