import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { ClientTrust } from '../../../../src/http/trust/client-trust.ts';
import { withLists } from '../../../../src/http/trust/with-lists.ts';
import { type ListContent, revocationList, serialNumber } from '../../../support/revocation-list.ts';
import {
  makeCertificate,
  testCertificates,
  type TestCertificate,
} from '../../../support/test-certificates.ts';

const { ca, agency, otherAgency, foreignAgency } = testCertificates();
const CLOCK = { now: () => Date.now() };
const HOUR = 3_600_000;

const root = makeCertificate({ commonName: 'Root', ca: true });
const middle = makeCertificate({ commonName: 'Middle', issuer: root, ca: true, days: [-1, 3] });
const below = makeCertificate({ commonName: 'below', issuer: middle });

function x509({ certificate }: TestCertificate): X509Certificate {
  return new X509Certificate(certificate);
}

function trusting(...authorities: readonly TestCertificate[]): ClientTrust {
  return new ClientTrust(authorities.map((one) => ({ certificate: x509(one), list: undefined })));
}

/** Trust with a list of each authority. */
function listing(...lists: readonly (readonly [TestCertificate, ListContent])[]): ClientTrust {
  const authorities = lists.map(([one]) => ({ certificate: x509(one), list: undefined }));
  const pem = lists.map(([one, content]) => revocationList(one, content)).join('');
  const faults: string[] = [];
  const listed = withLists(authorities, pem, CLOCK, (code) => faults.push(code));
  expect(faults).toEqual([]);
  return new ClientTrust(listed);
}

/** When the first of them ends. */
const end = (...chain: readonly TestCertificate[]): number =>
  Math.min(...chain.map((one) => Date.parse(x509(one).validTo)));

describe('what the authorities say of a certificate', () => {
  test('holds until the first certificate of its chain ends', () => {
    expect(trusting(ca).judge(x509(agency), false)).toEqual({
      trustedUntil: end(agency, ca),
      statusUntil: Infinity,
    });
    expect(trusting(middle, root).judge(x509(below), false).trustedUntil).toBe(end(below, middle, root));
  });

  test('is nothing where the chain leads to none of them', () => {
    expect(trusting(root).judge(x509(agency), false).trustedUntil).toBe(0);
    expect(trusting(ca).judge(x509(foreignAgency), false).trustedUntil).toBe(0);
    expect(trusting(middle).judge(x509(below), false).trustedUntil).toBe(0);
  });

  test('is what the handshake said where intermediates are not at hand', () => {
    expect(trusting(root).judge(x509(below), true)).toEqual({
      trustedUntil: end(below),
      statusUntil: Infinity,
    });
    expect(listing([root, {}]).judge(x509(below), true).statusUntil).toBe(0);
  });

  test('is that it stands for itself where it is listed as its own authority', () => {
    const own = makeCertificate({ commonName: 'own' });
    expect(trusting(ca, own).judge(x509(own), false).trustedUntil).toBe(end(own));
  });

  test('is that it is revoked where its own list names it, and no other list', () => {
    const serials = [serialNumber(agency.certificate)];
    const until = Date.now() + HOUR;
    const trust = listing([ca, { serials }], [root, { serials: ['FF'] }]);
    expect(trust.judge(x509(agency), true).trustedUntil).toBe(0);
    expect(trust.judge(x509(otherAgency), true).trustedUntil).toBe(end(otherAgency, ca));
    const elsewhere = listing([ca, { nextUpdate: until }], [root, { serials }]);
    expect(elsewhere.judge(x509(agency), true).trustedUntil).toBe(end(agency, ca));
    expect(elsewhere.judge(x509(agency), true).statusUntil).toBe(Math.floor(until / 1000) * 1000);
  });

  test('is that it is revoked where an authority between is', () => {
    const trust = listing([middle, {}], [root, { serials: [serialNumber(middle.certificate)] }]);
    expect(trust.judge(x509(below), true).trustedUntil).toBe(0);
  });

  test('counts the newest list of an authority, and is overdue with the first that is', () => {
    const serials = [serialNumber(agency.certificate)];
    const now = Math.floor(Date.now() / 1000) * 1000;
    const old = { serials, issuedAt: now - 2 * HOUR, nextUpdate: now + 9 * HOUR };
    const fresh = { issuedAt: now - HOUR, nextUpdate: now + 2 * HOUR };
    const trust = new ClientTrust(
      withLists(
        [{ certificate: x509(ca), list: undefined }],
        [fresh, old].map((content) => revocationList(ca, content)).join(''),
        CLOCK,
        () => undefined,
      ),
    );
    expect(trust.judge(x509(agency), true)).toEqual({
      trustedUntil: end(agency, ca),
      statusUntil: now + 2 * HOUR,
    });
    expect(listing([ca, fresh], [root, { nextUpdate: now + HOUR }]).listsUntil).toBe(now + HOUR);
    expect(trust.isNewerThan(listing([ca, old]))).toBe(true);
    expect(listing([ca, old]).isNewerThan(trust)).toBe(false);
    expect(trust.isNewerThan(trust)).toBe(false);
  });

  test('covers what was said before while no authority is gone', () => {
    expect(trusting(ca, root).covers(trusting(ca))).toBe(true);
    expect(trusting(ca).covers(trusting(ca, root))).toBe(false);
  });
});
