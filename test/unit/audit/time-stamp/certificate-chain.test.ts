import { hash } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import { checkStamp, type StampVerdict } from '../../../../src/audit/time-stamp/check-stamp.ts';
import { trustedCertificates } from '../../../../src/audit/time-stamp/trusted-certificates.ts';
import { type Forgery, forgeStamp } from '../../../support/forged-stamp.ts';
import { CA_EXTENSIONS, type Issued, TimeStampPki, TSA_EXTENSIONS } from '../../../support/time-stamp-pki.ts';
import '../../../support/patient-with-openssl.ts';

const pki = new TimeStampPki();
afterAll(() => {
  pki[Symbol.dispose]();
});

const IMPRINT = hash('sha256', 'a checkpoint', 'buffer');
const root = pki.root('Root');
const intermediate = pki.root('Intermediate', { issuer: root });
const tsa = pki.tsa('TSA', intermediate);

function check(by: Issued, roots: string, intermediates = '', forgery: Partial<Forgery> = {}): StampVerdict {
  const trusted = trustedCertificates(roots, intermediates);
  return checkStamp(forgeStamp(by, { imprint: IMPRINT, ...forgery }), { imprint: IMPRINT, trusted });
}

function codeOf(verdict: StampVerdict): string {
  return verdict.ok ? 'sound' : verdict.code;
}

describe('the chain of a time stamp', () => {
  test('leads over an intermediate of the token or one of the settings', () => {
    const chain = [tsa.der, intermediate.der, root.der];
    const inToken = check(tsa, root.pem, '', { certificates: [intermediate.der, tsa.der] });
    expect(inToken).toMatchObject({ ok: true, certificates: chain });
    expect(check(tsa, root.pem, intermediate.pem)).toMatchObject({ ok: true, certificates: chain });
  });

  test('may take the signer itself from the settings', () => {
    const known = intermediate.pem + tsa.pem;
    expect(codeOf(check(tsa, root.pem, known, { certificates: [] }))).toBe('sound');
  });

  test('ends at any of several roots, and at a pinned intermediate', () => {
    const other = pki.root('Other');
    expect(codeOf(check(tsa, other.pem + root.pem, intermediate.pem))).toBe('sound');
    expect(codeOf(check(tsa, intermediate.pem))).toBe('sound');
  });

  test('is not there without the intermediate, without the root, or with a root of the same name', () => {
    const sameName = pki.root('Root');
    expect(codeOf(check(tsa, root.pem))).toBe('chain-unknown');
    expect(codeOf(check(tsa, sameName.pem, intermediate.pem))).toBe('chain-unknown');
    const everything = [tsa.der, intermediate.der, root.der];
    expect(codeOf(check(tsa, sameName.pem, '', { certificates: everything }))).toBe('chain-unknown');
  });

  test('goes on where several certificates of one authority cross-sign each other', () => {
    const renewed = pki.issue({ name: 'Intermediate', keyOf: intermediate, extensions: CA_EXTENSIONS });
    const crossed = pki.issue({
      name: 'Intermediate',
      keyOf: intermediate,
      issuer: renewed,
      extensions: CA_EXTENSIONS,
    });
    const certificates = [crossed.der, renewed.der, tsa.der, intermediate.der];
    expect(check(tsa, root.pem, '', { certificates })).toMatchObject({
      certificates: [tsa.der, intermediate.der, root.der],
    });
  });
});

describe('an issuer', () => {
  const chained = (name: string, extensions: readonly string[], change: object = {}): string => {
    const issuer = pki.issue({ name, issuer: root, extensions, ...change });
    return codeOf(check(pki.tsa('Leaf', issuer), root.pem, issuer.pem));
  };

  test.each([
    ['may issue, by its basic constraints', ['keyUsage=critical,keyCertSign'], 'chain-unknown'],
    ['is a certificate authority', ['basicConstraints=critical,CA:FALSE'], 'chain-unknown'],
    ['may sign certificates', ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,cRLSign'], 'chain-unknown'],
    ['has no critical extension that nobody understands', [...CA_EXTENSIONS, '1.2.3.4=critical,DER:0500'], 'chain-unknown'],
    ['is not bound to names', [...CA_EXTENSIONS, 'nameConstraints=critical,permitted;DNS:example.test'], 'chain-unknown'],
    ['may issue for time stamps where its usage is limited', [...CA_EXTENSIONS, 'extendedKeyUsage=serverAuth'], 'usage-wrong'],
  ] as const)('must be one that %s', (_rule, extensions, code) => {
    expect(chained('Issuer', extensions)).toBe(code);
  }); // prettier-ignore

  test('whose usage is limited to time stamps is good', () => {
    expect(chained('Issuer', [...CA_EXTENSIONS, 'extendedKeyUsage=critical,timeStamping'])).toBe('sound');
  });

  test('must not be signed with SHA-1, nor by a weak key', () => {
    expect(chained('Issuer', CA_EXTENSIONS, { digest: 'sha1' })).toBe('chain-unknown');
    const weak = pki.root('Weak Root', { key: 'rsa-1024' });
    expect(codeOf(check(pki.tsa('Leaf', weak), weak.pem))).toBe('chain-unknown');
  });

  test('must not go beyond the length that its own issuer allows', () => {
    const short = pki.root('Short', {
      extensions: ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign'],
    });
    const below = pki.root('Below', { issuer: short });
    expect(codeOf(check(pki.tsa('Leaf', short), short.pem))).toBe('sound');
    expect(codeOf(check(pki.tsa('Leaf', below), short.pem, below.pem))).toBe('chain-unknown');
  });
});

describe('the certificate of the signer', () => {
  const leaf = (...extensions: string[]): string =>
    codeOf(check(pki.issue({ name: 'Leaf', issuer: root, extensions }), root.pem));

  test.each([
    ['no extended usage', ['keyUsage=critical,digitalSignature']],
    ['an extended usage that is not critical', ['extendedKeyUsage=timeStamping']],
    ['another usage besides', ['extendedKeyUsage=critical,timeStamping,codeSigning']],
    ['another usage', ['extendedKeyUsage=critical,OCSPSigning']],
    ['a key that also encrypts', ['extendedKeyUsage=critical,timeStamping', 'keyUsage=critical,digitalSignature,keyEncipherment']],
    ['a key that signs nothing', ['extendedKeyUsage=critical,timeStamping', 'keyUsage=critical,keyAgreement']],
  ] as const)('is refused with %s', (_what, extensions) => {
    expect(leaf(...extensions)).toBe('usage-wrong');
  }); // prettier-ignore

  test('may be without a key usage', () => {
    expect(leaf('extendedKeyUsage=critical,timeStamping')).toBe('sound');
  });

  test('must not be signed with SHA-1', () => {
    expect(codeOf(check(pki.tsa('Leaf', root, { digest: 'sha1' }), root.pem))).toBe('chain-unknown');
  });
});

describe('time', () => {
  const old = pki.root('Old Root', { validity: ['20100101000000Z', '20200101000000Z'] });
  const past = pki.tsa('Past TSA', old, { validity: ['20150101000000Z', '20170101000000Z'] });
  const at = (genTime: string, roots: Issued = old): string =>
    codeOf(check(past, roots.pem, '', { genTime }));

  test('is the moment that the token states: a stamp outlives the certificates that made it', () => {
    expect(at('20150101000000Z')).toBe('sound');
    expect(at('20170101000000Z')).toBe('sound');
  });

  test('before or after the certificate was valid is refused', () => {
    expect(at('20141231235959Z')).toBe('certificate-not-valid');
    expect(at('20170101000001Z')).toBe('certificate-not-valid');
  });

  test('outside the life of the root is refused', () => {
    const early = pki.root('Early', { validity: ['20100101000000Z', '20160101000000Z'] });
    const made = pki.tsa('TSA', early, {
      validity: ['20150101000000Z', '20170101000000Z'],
      extensions: TSA_EXTENSIONS,
    });
    expect(codeOf(check(made, early.pem, '', { genTime: '20151231000000Z' }))).toBe('sound');
    expect(codeOf(check(made, early.pem, '', { genTime: '20160601000000Z' }))).toBe('certificate-not-valid');
  });

  test('does not turn a stranger into an expired friend', () => {
    expect(at('20180101000000Z', root)).toBe('chain-unknown');
  });

  test('is what openssl goes by too, when it is told the moment', () => {
    pki.write('old.tsr', forgeStamp(past, { imprint: IMPRINT, genTime: '20160601000000Z' }));
    const openssl = (...at: string[]): string =>
      pki.openssl(
        'ts',
        '-verify',
        '-in',
        'old.tsr',
        '-digest',
        IMPRINT.toString('hex'),
        '-CAfile',
        old.file,
        ...at,
      );
    expect(openssl('-attime', String(Date.parse('2016-06-01') / 1000))).toContain('Verification: OK');
    expect(() => openssl()).toThrow(/has expired/);
  });
});

describe('the trusted certificates', () => {
  test('must hold a root, and nothing that is no certificate', () => {
    expect(() => trustedCertificates('')).toThrow(SyntaxError);
    expect(() => trustedCertificates(root.pem.replace('MII', 'AII'))).toThrow(SyntaxError);
    expect(trustedCertificates(root.pem + intermediate.pem, tsa.pem)).toMatchObject({
      roots: [{ der: root.der }, { der: intermediate.der }],
      intermediates: [{ der: tsa.der }],
    });
  });
});
