import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readTlsFiles, type TlsFiles } from '../../../src/http/tls-files.ts';
import { FaultsError } from '../../../src/shared/fault.ts';
import { testCertificates } from '../../support/test-certificates.ts';

const { ca, server, agency, expiredServer } = testCertificates();
const CLOCK = { now: () => Date.now() };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gecit-tls-'));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

async function written(change: Partial<TlsFiles> = {}): Promise<TlsFiles> {
  const content = { certificate: server.certificate, key: server.key, clientCa: ca.certificate, ...change };
  const path = (name: string): string => join(folder, `${name}.pem`);
  for (const [name, text] of Object.entries(content)) await writeFile(path(name), text);
  return { certificate: path('certificate'), key: path('key'), clientCa: path('clientCa') };
}

function faultsOf(paths: TlsFiles, clock = CLOCK): string[] {
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
    expect(readTlsFiles(await written(), CLOCK)).toEqual({
      certificate: server.certificate,
      key: server.key,
      clientCa: ca.certificate,
    });
  });

  test('are all named when they are missing, with their paths', () => {
    const paths = { certificate: join(folder, 'a'), key: join(folder, 'b'), clientCa: join(folder, 'c') };
    expect(faultsOf(paths)).toEqual(['TLS_FILE_UNREADABLE', 'TLS_FILE_UNREADABLE', 'TLS_FILE_UNREADABLE']);
    expect(() => readTlsFiles(paths, CLOCK)).toThrow(paths.clientCa);
  });

  test.each<[string, Partial<TlsFiles>]>([
    ['TLS_FILE_EMPTY', { key: ' \n' }],
    ['TLS_CERTIFICATE_INVALID', { certificate: 'not a certificate' }],
    ['TLS_CERTIFICATE_EXPIRED', { certificate: expiredServer.certificate, key: expiredServer.key }],
    ['TLS_KEY_INVALID', { key: 'not a key' }],
    ['TLS_KEY_MISMATCH', { key: agency.key }],
    ['TLS_CLIENT_CA_INVALID', { clientCa: 'not a certificate' }],
    ['TLS_CLIENT_CA_INVALID', { clientCa: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }],
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
