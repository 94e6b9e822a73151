import { execFileSync } from 'node:child_process';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  readRevocationList,
  type RevocationList,
  RevocationListError,
  serialOf,
} from '../../../../src/http/trust/revocation-list.ts';
import { type ListContent, pem, revocationList } from '../../../support/revocation-list.ts';
import { testCertificates } from '../../../support/test-certificates.ts';

const { ca, server, agency } = testCertificates();
const KEYS = [server, ca].map(({ certificate }) => new X509Certificate(certificate).publicKey);
const NOON = Date.UTC(2026, 2, 2, 9);

function derOf(text: string): Buffer {
  return Buffer.from(text.replace(/-----[A-Z0-9 ]+-----|\s/g, ''), 'base64');
}

function read(content: ListContent): RevocationList {
  return readRevocationList(derOf(revocationList(ca, content)), KEYS).list;
}

function faultOf(der: Buffer): string | undefined {
  try {
    readRevocationList(der, KEYS);
  } catch (thrown) {
    if (thrown instanceof RevocationListError) return thrown.code;
    throw thrown;
  }
  return undefined;
}

describe('a list of revoked certificates', () => {
  test('gives its serial numbers, its time and when the next is due', () => {
    const list = read({
      serials: ['0A', '80FF00', '7F'.repeat(16)],
      issuedAt: NOON,
      nextUpdate: NOON + 1000,
    });
    expect([...list.serials]).toEqual(['a', '80ff00', '7f'.repeat(16)]);
    expect([list.issuedAt, list.nextUpdate]).toEqual([NOON, NOON + 1000]);
    expect(read({}).serials.size).toBe(0);
  });

  test('names each certificate as X509Certificate does, whatever its number', () => {
    const numbers = fc.bigInt({ min: 1n, max: 2n ** 127n });
    fc.assert(
      fc.property(fc.uniqueArray(numbers, { minLength: 1, maxLength: 20 }), (serials) => {
        const upper = serials.map((serial) => serial.toString(16).toUpperCase().padStart(32, '0'));
        expect([...read({ serials: upper }).serials]).toEqual(upper.map(serialOf));
        expect(upper.map(serialOf)).toEqual(serials.map((serial) => serial.toString(16)));
      }),
      { numRuns: 10 },
    );
  });

  test('belongs to the authority whose key made it, and to no other', () => {
    const { signer } = readRevocationList(derOf(revocationList(ca)), KEYS);
    expect(signer.equals(createPublicKey(ca.certificate))).toBe(true);
    expect(faultOf(derOf(revocationList(agency)))).toBe('unsigned');
  });

  test.each<[string, string]>([
    ['2.5.29.27', 'a delta'],
    ['2.5.29.28', 'one part of the certificates'],
    ['1.2.3.4', 'what nobody knows'],
  ])('is not taken with the critical extension %s: %s', (critical) => {
    expect(faultOf(derOf(revocationList(ca, { critical })))).toBe('partial');
  });

  test('is not taken without a time of the next', () => {
    expect(faultOf(derOf(revocationList(ca, { nextUpdate: null })))).toBe('unreadable');
    expect(faultOf(derOf(revocationList(ca, { nextUpdate: null, serials: ['0A'] })))).toBe('unreadable');
  });

  test('with a bit changed, cut off, or followed by more, is not taken', () => {
    const der = derOf(revocationList(ca, { serials: ['0A', '0B'] }));
    fc.assert(
      fc.property(fc.nat(der.length * 8 - 1), (bit) => {
        const changed = Buffer.from(der);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(faultOf(changed)).toMatch(/^(unreadable|unsigned)$/);
      }),
      { numRuns: 100 },
    );
    for (let length = 0; length < der.length; length += 7)
      expect(faultOf(der.subarray(0, length))).toBe('unreadable');
    expect(faultOf(Buffer.concat([der, Buffer.from([5, 0])]))).toBe('unreadable');
  });

  test('is read as OpenSSL writes it, with an authority on an elliptic curve', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gecit-crl-'));
    try {
      const openssl = (...args: string[]): void =>
        void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
      writeFileSync(
        join(folder, 'index.txt'),
        'R\t300101000000Z\t260101000000Z,keyCompromise\t80AB12\tunknown\t/CN=x\n',
      );
      writeFileSync(join(folder, 'number'), '01\n');
      writeFileSync(
        join(folder, 'ca.cnf'),
        '[ca]\ndefault_ca=own\n[own]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\n' +
          'default_crl_days=7\ncrl_extensions=more\n[more]\nauthorityKeyIdentifier=keyid\n',
      );
      const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
      openssl('req', '-x509', ...curve, '-keyout', 'key', '-out', 'crt', '-subj', '/CN=EC', '-days', '9');
      openssl('ca', '-gencrl', '-config', 'ca.cnf', '-keyfile', 'key', '-cert', 'crt', '-out', 'crl');
      const text = readFileSync(join(folder, 'crl'), 'utf8');
      const key = createPublicKey(readFileSync(join(folder, 'crt')));
      const { list } = readRevocationList(derOf(text), [...KEYS, key]);
      expect([...list.serials]).toEqual(['80ab12']);
      expect(list.nextUpdate - list.issuedAt).toBe(7 * 24 * 60 * 60 * 1000);
      expect(derOf(pem(derOf(text)))).toEqual(derOf(text));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
