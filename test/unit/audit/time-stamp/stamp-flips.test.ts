import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ChainParts } from '../../../../src/audit/time-stamp/certificate-chain.ts';
import { checkStamp, type StampVerdict } from '../../../../src/audit/time-stamp/check-stamp.ts';
import { stampRequest } from '../../../../src/audit/time-stamp/stamp-request.ts';
import { readStampResponse } from '../../../../src/audit/time-stamp/stamp-response.ts';
import { trustedCertificates } from '../../../../src/audit/time-stamp/trusted-certificates.ts';
import { TestTimeStampAuthority } from '../../../support/time-stamp-authority.ts';
import '../../../support/patient-with-openssl.ts';

const IMPRINT = hash('sha256', 'a checkpoint', 'buffer');
const NONCE = Buffer.from('1122334455667788', 'hex');

let authority: TestTimeStampAuthority;
let response: Buffer;
let trusted: ChainParts;
let sound: StampVerdict;

function verdictOf(bytes: Buffer): StampVerdict {
  return checkStamp(bytes, {
    imprint: IMPRINT,
    nonce: NONCE,
    trusted,
  });
}

beforeAll(async () => {
  authority = await TestTimeStampAuthority.start();
  const between = authority.pki.root('Intermediate', { issuer: authority.root });
  authority.signer = authority.pki.tsa('TSA', between);
  authority.inject = [between];
  response = await authority.stamp(stampRequest(IMPRINT, { nonce: NONCE }));
  trusted = trustedCertificates(authority.root.pem);
  sound = verdictOf(response);
});
afterAll(async () => authority[Symbol.asyncDispose]());

function flipped(position: number, bit: number): Buffer {
  const bytes = Buffer.from(response);
  bytes[position] = (bytes[position] ?? 0) ^ (1 << bit);
  return bytes;
}

describe('a flipped bit in a time stamp made by openssl', () => {
  test('of a stamp that is sound before', () => {
    expect(sound).toMatchObject({ ok: true, signer: 'O=Test, CN=TSA', accuracyMilliseconds: 1000 });
  });

  test('is refused, or changes nothing that the verdict rests on', () => {
    const outcomes = { refused: 0, unchanged: 0 };
    fc.assert(
      fc.property(fc.nat(response.length - 1), fc.nat(7), (position, bit) => {
        const verdict = verdictOf(flipped(position, bit));
        outcomes[verdict.ok ? 'unchanged' : 'refused']++;
        if (verdict.ok) expect(verdict).toEqual(sound);
      }),
      { numRuns: 80 },
    );
    // About one byte in ten is covered by nothing; which bits are drawn is chance, a majority is not.
    expect(outcomes.refused).toBeGreaterThan(outcomes.unchanged);
  });

  test('is refused anywhere in what the authority states, in what it signs, and in its signature', () => {
    const { content, signer } = readStampResponse(response);
    const attributes = Buffer.from(signer.signedAttrs?.encodedValue ?? new ArrayBuffer()).subarray(1);
    const signature = Buffer.from(signer.signature.getValue());
    for (const covered of [content, attributes, signature]) {
      const start = response.indexOf(covered);
      expect(start).toBeGreaterThan(0);
      const positions = Array.from(covered, (_byte, place) => start + place).filter(
        (position) => position % 7 === 0,
      );
      const passed = positions.filter((position) => verdictOf(flipped(position, (position / 7) % 8)).ok);
      expect(positions.length).toBeGreaterThan(5);
      expect(passed).toEqual([]);
    }
  });

  test('is not lost where bytes are cut off or added', () => {
    fc.assert(
      fc.property(
        fc.nat(response.length - 1),
        fc.uint8Array({ minLength: 1, maxLength: 9 }),
        (length, more) => {
          expect(verdictOf(response.subarray(0, length)).ok).toBe(false);
          expect(verdictOf(Buffer.concat([response, more])).ok).toBe(false);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('is refused by openssl too where it is refused here for its signature', () => {
    const { content } = readStampResponse(response);
    authority.pki.write('flipped.tsr', flipped(response.indexOf(content) + content.length - 1, 0));
    const verify = (file: string): string =>
      authority.pki.openssl('ts', '-verify', '-in', file, '-digest', IMPRINT.toString('hex'), '-CAfile', authority.root.file); // prettier-ignore
    expect(() => verify('flipped.tsr')).toThrow();
    expect(verify('made.tsr')).toContain('Verification: OK');
  });
});
