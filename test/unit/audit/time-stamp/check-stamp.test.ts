import { hash } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import {
  checkStamp,
  type StampExpectation,
  type StampVerdict,
} from '../../../../src/audit/time-stamp/check-stamp.ts';
import { STAMP_FAULTS, type StampFault } from '../../../../src/audit/time-stamp/stamp-fault.ts';
import { trustedCertificates } from '../../../../src/audit/time-stamp/trusted-certificates.ts';
import { type Forgery, forgeStamp } from '../../../support/forged-stamp.ts';
import { type Issued, TimeStampPki } from '../../../support/time-stamp-pki.ts';
import '../../../support/patient-with-openssl.ts';

const pki = new TimeStampPki();
afterAll(() => {
  pki[Symbol.dispose]();
});

const root = pki.root('Test Root');
const tsa = pki.tsa('Test TSA', root);
const rsa = pki.tsa('RSA TSA', root, { key: 'rsa' });
const DATA = Buffer.from('gecit.test/n1/2026\n41\nroot=\n');
const IMPRINT = hash('sha256', DATA, 'buffer');
const NONCE = Buffer.from('1122334455667788', 'hex');
/** What the forger writes where nothing else is said. */
const GEN_TIME = Date.parse('2026-03-01T12:00:00Z');
/** PKIStatusInfo, before the token. */
const GRANTED = Buffer.from('3003020100', 'hex');
const trusted = trustedCertificates(root.pem);

interface Case {
  readonly by?: Issued;
  readonly forgery?: Partial<Forgery>;
  readonly expecting?: Partial<StampExpectation>;
}

function verdictOf({ by = tsa, forgery = {}, expecting = {} }: Case = {}): StampVerdict {
  return checkStamp(forgeStamp(by, { imprint: IMPRINT, ...forgery }), {
    imprint: IMPRINT,
    trusted,
    ...expecting,
  });
}

function codeOf(verdict: StampVerdict): StampFault | 'sound' {
  return verdict.ok ? 'sound' : verdict.code;
}

/** What OpenSSL says to the same bytes at the moment that they state. */
function opensslAccepts(response: Buffer, at: number = GEN_TIME): boolean {
  pki.write('response.tsr', response);
  pki.write('data', DATA);
  try {
    const place = [
      '-in',
      'response.tsr',
      '-data',
      'data',
      '-CAfile',
      root.file,
      '-attime',
      String(at / 1000),
    ];
    return pki.openssl('ts', '-verify', ...place).includes('Verification: OK');
  } catch {
    return false;
  }
}

describe('a sound time stamp', () => {
  const p384 = pki.tsa('P-384 TSA', root, { key: 'p384' });
  const SOUND: readonly (readonly [string, Issued, Partial<Forgery>])[] = [
    ['with ECDSA on P-256', tsa, {}],
    ['with ECDSA on P-384 and SHA-384', p384, { digest: 'sha384' }],
    ['with RSA and SHA-256', rsa, {}],
    ['with RSA and SHA-512', rsa, { digest: 'sha512' }],
    ['that names its signer by ESSCertID', tsa, { ess: ['v1'] }],
    ['that names its signer in both ways', tsa, { ess: ['v1', 'v2'] }],
    ['that names its signer by SHA-512', tsa, { essDigest: 'sha512' }],
    ['that names issuer and serial number besides', tsa, { essIssuerSerialOf: tsa.der }],
    ['granted with modifications', tsa, { status: 1 }],
    ['whose content is written in two pieces', tsa, { constructedContent: true }],
    ['with a nonce that nobody asks for any more', tsa, { nonce: 5n }],
  ];

  test.each(SOUND)('%s is accepted, and openssl agrees', (_what, by, forgery) => {
    expect(codeOf(verdictOf({ by, forgery }))).toBe('sound');
    expect(opensslAccepts(forgeStamp(by, { imprint: IMPRINT, ...forgery }))).toBe(true);
  });

  test.each([
    ['with RSA-PSS', rsa, { pss: true }],
    ['that states its signer by key identifier', tsa, { byKeyIdentifier: true }],
  ] as const)(
    '%s is accepted, and openssl, whose own check of time stamps cannot, agrees on the signature',
    (_what, by, forgery) => {
      const response = forgeStamp(by, { imprint: IMPRINT, ...forgery });
      expect(codeOf(checkStamp(response, { imprint: IMPRINT, trusted }))).toBe('sound');
      pki.write('token.der', response.subarray(response.indexOf(GRANTED) + GRANTED.length));
      const verified = pki.openssl(
      'cms', '-verify', '-inform', 'DER', '-in', 'token.der', '-CAfile', root.file, '-purpose', 'timestampsign',
      '-out', 'content.der', '-binary', '-attime', String(GEN_TIME / 1000),
    ); // prettier-ignore
      expect(verified).toBe('');
    },
  );

  test('tells what it states and who made it', () => {
    const forgery = { genTime: '20260301120000.25Z', accuracySeconds: 1, nonce: 0x1122334455667788n };
    expect(verdictOf({ forgery, expecting: { nonce: NONCE, policy: '1.2.3.4.1' } })).toEqual({
      ok: true,
      genTime: GEN_TIME + 250,
      accuracyMilliseconds: 1000,
      serial: '7',
      policy: '1.2.3.4.1',
      signer: 'O=Test, CN=Test TSA',
      certificates: [tsa.der, root.der],
    });
  });

  test('holds the window give or take the accuracy that the authority states, within a minute', () => {
    const between = { from: GEN_TIME + 2_000, to: GEN_TIME + 3_000 };
    expect(codeOf(verdictOf({ expecting: { between } }))).toBe('time-differs');
    expect(codeOf(verdictOf({ forgery: { accuracySeconds: 2 }, expecting: { between } }))).toBe('sound');
    const far = { from: GEN_TIME + 61_000, to: GEN_TIME + 62_000 };
    expect(codeOf(verdictOf({ forgery: { accuracySeconds: 86_400 }, expecting: { between: far } }))).toBe(
      'time-differs',
    );
  });
});

describe('a time stamp with a fault', () => {
  const other = pki.tsa('Other TSA', root);
  const weak = pki.tsa('Weak TSA', root, { key: 'rsa-1024' });
  const curve = pki.tsa('Curve TSA', root, { key: 'p521' });
  const FAULTS: readonly (readonly [StampFault, string, Case])[] = [
    ['too-large', 'holds more than sixteen certificates', { forgery: { certificates: Array<Buffer>(17).fill(tsa.der) } }],
    ['unreadable', 'states a time without a zone', { forgery: { genTime: '20260301120000' } }],
    ['unreadable', 'states a time of another zone', { forgery: { genTime: '20260301120000+0300' } }],
    ['unreadable', 'states a day that does not exist', { forgery: { genTime: '20260231120000Z' } }],
    ['unreadable', 'states a fraction with trailing zeros', { forgery: { genTime: '20260301120000.50Z' } }],
    ['not-granted', 'is a rejection with a token', { forgery: { status: 2 } }],
    ['wrong-content', 'holds other content', { forgery: { eContentType: '1.2.840.113549.1.7.1' } }],
    ['wrong-version', 'has version 2', { forgery: { version: 2 } }],
    ['wrong-version', 'has a critical extension', { forgery: { criticalExtension: true } }],
    ['wrong-algorithm', 'is over a SHA-512', { forgery: { imprintAlgorithm: '2.16.840.1.101.3.4.2.3' } }],
    ['wrong-imprint', 'is over other data', { forgery: { imprint: Buffer.alloc(32) } }],
    ['wrong-nonce', 'has no nonce', { expecting: { nonce: NONCE } }],
    ['wrong-nonce', 'has another nonce', { forgery: { nonce: 9n }, expecting: { nonce: NONCE } }],
    ['attributes-wrong', 'signs no attributes', { forgery: { withoutAttributes: true } }],
    ['attributes-wrong', 'signs no content type', { forgery: { attributeContentType: null } }],
    ['attributes-wrong', 'signs another content type', { forgery: { attributeContentType: '1.2.840.113549.1.7.1' } }],
    ['attributes-wrong', 'signs the content type twice', { forgery: { doubledAttribute: true } }],
    ['attributes-wrong', 'signs no digest', { forgery: { messageDigest: null } }],
    ['attributes-wrong', 'has two signers', { forgery: { secondSigner: true } }],
    ['digest-differs', 'signs the digest of something else', { forgery: { messageDigest: Buffer.alloc(32) } }],
    ['signature-unsupported', 'is signed over SHA-1', { forgery: { digest: 'sha1' } }],
    ['signature-unsupported', 'masks with another digest', { by: rsa, forgery: { pss: true, maskDigest: 'sha1' } }],
    ['signature-unsupported', 'is signed with RSA of 1024 bits', { by: weak }],
    ['signature-unsupported', 'is signed on another curve', { by: curve }],
    ['signer-missing', 'holds no certificate', { forgery: { certificates: [] } }],
    ['signer-missing', 'holds only others', { forgery: { certificates: [other.der] } }],
    ['signature-wrong', 'is signed over something else', { forgery: { signed: () => Buffer.from('else') } }],
    ['signature-wrong', 'states another signer', { forgery: { states: other.der, certificates: [tsa.der, other.der] } }],
    ['signer-differs', 'names no certificate', { forgery: { ess: [] } }],
    ['signer-differs', 'names another certificate', { forgery: { names: other.der } }],
    ['signer-differs', 'names another one by ESSCertID', { forgery: { names: other.der, ess: ['v1'] } }],
    ['signer-differs', 'names one certificate by ESSCertIDv2 and another by ESSCertID', { forgery: { ess: ['v1', 'v2'], namesByV1: other.der } }],
    ['signer-differs', 'names another serial number', { forgery: { essIssuerSerialOf: other.der } }],
    ['signer-differs', 'names it by SHA-1 in ESSCertIDv2', { forgery: { essDigest: 'sha1' } }],
    ['wrong-policy', 'has another policy', { expecting: { policy: '1.2.3.4.2' } }],
    ['time-differs', 'is older than the window', { expecting: { between: { from: GEN_TIME + 1, to: GEN_TIME + 9 } } }],
    ['time-differs', 'is newer than the window', { expecting: { between: { from: 0, to: GEN_TIME - 1 } } }],
  ]; // prettier-ignore

  test.each(FAULTS)('is refused with %s when it %s', (code, _what, forged) => {
    expect(verdictOf(forged)).toEqual({ ok: false, code, messages: STAMP_FAULTS[code] });
  });

  test.each([
    ['too-large', 'it is longer than 64 KiB', Buffer.alloc(64 * 1024 + 1, 0x30)],
    ['unreadable', 'it is empty', Buffer.alloc(0)],
    ['unreadable', 'it is text', Buffer.from('<html>no such page</html>')],
    ['unreadable', 'a byte follows', Buffer.concat([forgeStamp(tsa, { imprint: IMPRINT }), Buffer.of(0)])],
    ['unreadable', 'its last byte is missing', forgeStamp(tsa, { imprint: IMPRINT }).subarray(0, -1)],
    ['unreadable', 'it is nested without end', Buffer.alloc(60_000, Buffer.of(0x30, 0x80))],
    ['unreadable', 'it says granted and holds nothing', Buffer.from('30053003020100', 'hex')],
    ['not-granted', 'it is a bare rejection', Buffer.from('30053003020102', 'hex')],
    [
      'not-granted',
      'it is a rejection with text of another kind',
      Buffer.from('300c300a020102300513034e6f21', 'hex'),
    ],
    ['not-granted', 'its status is beyond all numbers', Buffer.from(`300d300b0209${'7f'.repeat(9)}`, 'hex')],
  ] as const)('is refused with %s when %s', (code, _what, response) => {
    expect(codeOf(checkStamp(response, { imprint: IMPRINT, trusted }))).toBe(code);
  });

  test('is named in Turkish and in English, each a whole sentence that says what to do', () => {
    for (const { tr, en } of Object.values(STAMP_FAULTS)) {
      expect(tr).toMatch(/^\p{Lu}.*\. \p{Lu}.*\.$/su);
      expect(en).toMatch(/^\p{Lu}.*\. \p{Lu}.*\.$/su);
    }
  });

  test('is refused by openssl too where the token itself is at fault', () => {
    const itself = FAULTS.filter(([code]) =>
      ['wrong-imprint', 'digest-differs', 'signature-wrong'].includes(code),
    );
    for (const [, , { by = tsa, forgery }] of itself)
      expect(opensslAccepts(forgeStamp(by, { imprint: IMPRINT, ...forgery }))).toBe(false);
    expect(itself.length).toBeGreaterThan(3);
  });
});

describe('a certificate that somebody puts into a token', () => {
  const attackerRoot = pki.root('Attacker Root');
  const attacker = pki.tsa('Attacker TSA', attackerRoot);
  const serial = tsa.x509.serialNumber;
  const twin = pki.tsa('Test TSA', pki.root('Test Root'), { serial });

  test('changes nothing in a true one, wherever it lies', () => {
    const bare = verdictOf();
    for (const certificates of [
      [attacker.der, tsa.der],
      [tsa.der, attacker.der, attackerRoot.der],
      [twin.der, tsa.der],
    ]) {
      expect(verdictOf({ forgery: { certificates } })).toEqual(bare);
    }
  });

  test('does not lend its trust to a signature of another key', () => {
    const certificates = [tsa.der, attacker.der];
    const code = (forgery: Partial<Forgery>): string =>
      codeOf(verdictOf({ by: attacker, forgery: { certificates, ...forgery } }));
    expect(code({})).toBe('chain-unknown');
    expect(code({ names: tsa.der })).toBe('signer-differs');
    expect(code({ names: tsa.der, states: tsa.der })).toBe('signature-wrong');
    expect(code({ states: tsa.der })).toBe('signature-wrong');
  });

  test('is told from one of the same issuer name and serial number by its key', () => {
    expect(twin.x509.serialNumber).toBe(tsa.x509.serialNumber);
    expect(twin.x509.issuer).toBe(tsa.x509.issuer);
    const certificates = [tsa.der, twin.der];
    const code = (forgery: Partial<Forgery>): string =>
      codeOf(verdictOf({ by: twin, forgery: { certificates, ...forgery } }));
    expect(code({})).toBe('chain-unknown');
    expect(code({ names: tsa.der })).toBe('signer-differs');
  });

  test('is no root, even where it signs itself', () => {
    const certificates = [attacker.der, attackerRoot.der, root.der];
    expect(codeOf(verdictOf({ by: attacker, forgery: { certificates } }))).toBe('chain-unknown');
  });
});
