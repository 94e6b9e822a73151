import { hash } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import { stampRequest } from '../../../../src/audit/time-stamp/stamp-request.ts';
import { TimeStampPki } from '../../../support/time-stamp-pki.ts';
import '../../../support/patient-with-openssl.ts';

const pki = new TimeStampPki();
afterAll(() => {
  pki[Symbol.dispose]();
});

const IMPRINT = hash('sha256', 'a checkpoint', 'buffer');
const NONCE = Buffer.from('80000000000000ff', 'hex');

function readByOpenssl(request: Buffer): string {
  pki.write('made.tsq', request);
  return pki.openssl('ts', '-query', '-in', 'made.tsq', '-text');
}

describe('a request for a time stamp', () => {
  test('is what openssl reads: SHA-256, the nonce, the policy, and the certificate asked for', () => {
    const text = readByOpenssl(stampRequest(IMPRINT, { nonce: NONCE, policy: '1.3.6.1.4.1.99999.1' }));
    expect(text).toContain('Version: 1');
    expect(text).toContain('Hash Algorithm: sha256');
    expect(text).toContain('Policy OID: 1.3.6.1.4.1.99999.1');
    expect(text).toContain('Nonce: 0x80000000000000FF');
    expect(text).toContain('Certificate required: yes');
    expect(text.replaceAll(/\s/g, '')).toContain(
      IMPRINT.subarray(0, 8).toString('hex').match(/../g)?.join('') ?? '',
    );
  });

  test('is byte for byte what openssl makes of the same parts', () => {
    const made = stampRequest(IMPRINT, { nonce: NONCE });
    pki.openssl(
      'ts',
      '-query',
      '-digest',
      IMPRINT.toString('hex'),
      '-sha256',
      '-no_nonce',
      '-cert',
      '-out',
      'bare.tsq',
    );
    const bare = pki.openssl('ts', '-query', '-in', 'bare.tsq', '-text');
    expect(readByOpenssl(made)).toBe(
      bare.replace('unspecified\nCertificate', '0x80000000000000FF\nCertificate'),
    );
  });

  test('asks for no policy unless one is named', () => {
    expect(readByOpenssl(stampRequest(IMPRINT, { nonce: NONCE }))).toContain('Policy OID: unspecified');
  });

  test('takes no imprint of another length and no short nonce', () => {
    expect(() => stampRequest(Buffer.alloc(20), { nonce: NONCE })).toThrow(RangeError);
    expect(() => stampRequest(IMPRINT, { nonce: Buffer.alloc(7) })).toThrow(RangeError);
  });
});
