import { hash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { trustedCertificates } from '../../../src/audit/time-stamp/trusted-certificates.ts';
import {
  AuthorityError,
  type AuthorityFault,
  CONNECTION_FAULTS,
} from '../../../src/notary/authority-error.ts';
import {
  type HttpAuthorityOptions,
  HttpTimeStampAuthority,
} from '../../../src/notary/http-time-stamp-authority.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { until } from '../../support/gateway-process.ts';
import { SetClock } from '../../support/set-clock.ts';
import { asn1Time, type Issued } from '../../support/time-stamp-pki.ts';
import { type Behaviour, POLICY, TestTimeStampAuthority } from '../../support/time-stamp-authority.ts';
import '../../support/patient-with-openssl.ts';

const NOTE = Buffer.from('gecit.test/n1/2026\n41\ncm9vdA==\n\n— gecit.test/n1/2026 c2lnbmF0dXJl\n');
const DIGEST = hash('sha256', NOTE, 'hex');
const DAY = 86_400_000;

let server: TestTimeStampAuthority;
let good: Issued;

beforeAll(async () => {
  server = await TestTimeStampAuthority.start();
  good = server.signer;
});
afterAll(async () => server[Symbol.asyncDispose]());
beforeEach(() => {
  server.behaviour = 'good';
  server.signer = good;
  server.inject = [];
  server.asked.length = 0;
});

function client(change: Partial<HttpAuthorityOptions> = {}): HttpTimeStampAuthority {
  return new HttpTimeStampAuthority({
    name: 'test-tsa',
    url: server.url,
    authentication: { kind: 'none' },
    trusted: trustedCertificates(server.root.pem),
    clock: systemClock,
    retryMilliseconds: 1,
    ...change,
  });
}

async function faultOf(asking: Promise<unknown>): Promise<AuthorityFault | 'stamped'> {
  return asking.then(
    () => 'stamped' as const,
    (error: unknown) => {
      if (error instanceof AuthorityError) return error.code;
      throw error;
    },
  );
}

function opensslVerifies(response: Buffer, ...more: string[]): string {
  server.pki.write('received.tsr', response);
  return server.pki.openssl('ts', '-verify', '-in', 'received.tsr', '-digest', DIGEST, '-CAfile', server.root.file, ...more); // prettier-ignore
}

describe('an authority that works', () => {
  test.each([
    ['RSA', 'rsa'],
    ['ECDSA on P-256', 'p256'],
    ['ECDSA on P-384', 'p384'],
  ] as const)('stamps the bytes of the note with %s, and openssl agrees', async (_name, key) => {
    server.signer = server.pki.tsa('Test TSA', server.root, { key });
    const before = Date.now();
    const { response, stamp } = await client({ policy: POLICY }).stamp(NOTE);
    expect(stamp).toMatchObject({
      policy: POLICY,
      signer: 'O=Test, CN=Test TSA',
      accuracyMilliseconds: 1000,
    });
    expect(stamp.genTime).toBeGreaterThan(before - 1000);
    expect(opensslVerifies(response)).toContain('Verification: OK');
  });

  test('is sent one RFC 3161 query of the right type to the very address, with a fresh nonce', async () => {
    const authority = client();
    await authority.stamp(NOTE);
    await authority.stamp(NOTE);
    expect(server.asked.map(({ url }) => url)).toEqual(['/tsa', '/tsa']);
    expect(server.asked[0]?.headers).toMatchObject({
      'content-type': 'application/timestamp-query',
      accept: 'application/timestamp-reply',
      connection: 'close',
    });
    const [first, second] = server.asked.map(({ query }) => query);
    expect(first?.includes(Buffer.from(DIGEST, 'hex'))).toBe(true);
    expect(first).not.toEqual(second);
  });

  test('may have its intermediate in the token, or leave it to the settings', async () => {
    const between = server.pki.root('Intermediate', { issuer: server.root });
    server.signer = server.pki.tsa('Test TSA', between);
    expect(await faultOf(client().stamp(NOTE))).toBe('chain-unknown');
    const trusted = trustedCertificates(server.root.pem, between.pem);
    expect(await faultOf(client({ trusted }).stamp(NOTE))).toBe('stamped');
    server.inject = [between];
    expect(await faultOf(client().stamp(NOTE))).toBe('stamped');
  });

  test('makes a stamp that openssl accepts years later at its own moment, and only there', async () => {
    const until = Date.now() + 2 * DAY;
    server.signer = server.pki.tsa('Test TSA', server.root, {
      validity: [asn1Time(Date.now() - DAY), asn1Time(until)],
    });
    const { response, stamp } = await client().stamp(NOTE);
    const at = (moment: number): string =>
      opensslVerifies(response, '-attime', String(Math.floor(moment / 1000)));
    expect(at(stamp.genTime)).toContain('Verification: OK');
    expect(() => at(stamp.genTime + 3 * 365 * DAY)).toThrow(/has expired/);
  });
});

describe('an authority over TLS', () => {
  test('is asked where its server is trusted, and only there', async () => {
    const extensions = ['subjectAltName=IP:127.0.0.1', 'extendedKeyUsage=serverAuth'];
    const listener = server.pki.issue({ name: 'tls', issuer: server.root, extensions });
    const options = { cert: listener.pem, key: readFileSync(listener.keyFile) };
    const tls = createServer(options, (request, response) => {
      void buffer(request).then(async (query) => {
        response.setHeader('content-type', 'Application/Timestamp-Reply; version=1');
        response.end(await server.stamp(query));
      });
    });
    await once(tls.listen(0, '127.0.0.1'), 'listening');
    const url = `https://127.0.0.1:${String((tls.address() as AddressInfo).port)}/`;
    const trusting = client({ url, serverAuthorities: server.root.pem });
    expect(await faultOf(trusting.stamp(NOTE))).toBe('stamped');
    expect(await faultOf(client({ url }).stamp(NOTE))).toBe('unreachable');
    await new Promise((resolve) => tls.close(resolve));
  });
});

describe('an authority at fault', () => {
  const ANSWERS: readonly (readonly [Behaviour, AuthorityFault])[] = [
    ['wrong-nonce', 'wrong-nonce'],
    ['other-data', 'wrong-imprint'],
    ['rejects', 'not-granted'],
    ['redirects', 'redirected'],
    ['endless', 'too-large'],
    ['too-long', 'too-large'],
    ['wrong-type', 'wrong-type'],
    ['busy', 'refused'],
    ['forbids', 'refused'],
  ];

  test.each(ANSWERS)('that %s is named %s, and is asked only once', async (behaviour, fault) => {
    server.behaviour = behaviour;
    expect(await faultOf(client().stamp(NOTE))).toBe(fault);
    expect(server.asked).toHaveLength(1);
  });

  test.each([
    ['slow', 'slow'],
    ['half', 'slow'],
    ['drops', 'unreachable'],
  ] as const)('that is %s is asked three times before it is named %s', async (behaviour, fault) => {
    server.behaviour = behaviour;
    expect(await faultOf(client({ timeoutMilliseconds: 300 }).stamp(NOTE))).toBe(fault);
    expect(server.asked).toHaveLength(3);
  });

  test('that fails once is asked again with another nonce', async () => {
    server.next.push('drops');
    expect(await faultOf(client().stamp(NOTE))).toBe('stamped');
    expect(server.asked).toHaveLength(2);
    expect(server.asked[0]?.query).not.toEqual(server.asked[1]?.query);
  });

  test('that is down is unreachable', async () => {
    const gone = await TestTimeStampAuthority.start();
    const { url } = gone;
    await gone[Symbol.asyncDispose]();
    expect(await faultOf(client({ url }).stamp(NOTE))).toBe('unreachable');
  });

  test('whose certificate has expired, or is not valid yet, makes no stamp', async () => {
    const signing = (from: number, until: number): Issued =>
      server.pki.tsa('Test TSA', server.root, {
        validity: [asn1Time(Date.now() + from), asn1Time(Date.now() + until)],
      });
    server.signer = signing(-20 * DAY, -10 * DAY);
    expect(await faultOf(client().stamp(NOTE))).toBe('certificate-not-valid');
    server.signer = signing(DAY, 2 * DAY);
    expect(await faultOf(client().stamp(NOTE))).toBe('certificate-not-valid');
  });

  test('of another root is not trusted, though it puts the true root and the true signer into its token', async () => {
    const stranger = server.pki.root('Stranger Root');
    server.signer = server.pki.tsa('Test TSA', stranger);
    server.inject = [good, server.root, stranger];
    expect(await faultOf(client().stamp(NOTE))).toBe('chain-unknown');
  });

  test('whose token has a strange certificate besides still makes a good stamp of its own signer', async () => {
    const stranger = server.pki.tsa('Stranger TSA', server.pki.root('Stranger Root'));
    server.inject = [stranger];
    const { stamp } = await client().stamp(NOTE);
    expect([stamp.signer, stamp.certificates[0]]).toEqual(['O=Test, CN=Test TSA', good.der]);
  });

  test('that answers under another policy than it was asked for is refused', async () => {
    expect(await faultOf(client({ policy: `${POLICY}.2` }).stamp(NOTE))).toBe('stamped');
    expect(await faultOf(client({ policy: '1.2.3.4' }).stamp(NOTE))).toBe('not-granted');
  });

  test('is not believed when its time and the clock of the gateway part by more than a minute and a second', async () => {
    const clock = (apart: number): { clock: SetClock } => ({ clock: new SetClock(Date.now() + apart) });
    expect(await faultOf(client(clock(50_000)).stamp(NOTE))).toBe('stamped');
    expect(await faultOf(client(clock(70_000)).stamp(NOTE))).toBe('time-differs');
    expect(await faultOf(client(clock(-70_000)).stamp(NOTE))).toBe('time-differs');
    const wide = { ...clock(-70_000), toleranceMilliseconds: 80_000 };
    expect(await faultOf(client(wide).stamp(NOTE))).toBe('stamped');
  });
});

describe('a gateway that stops', () => {
  test('gives up at once, between attempts and during one', async () => {
    server.behaviour = 'slow';
    const during = new AbortController();
    const asking = faultOf(client({ timeoutMilliseconds: 60_000 }).stamp(NOTE, during.signal));
    during.abort();
    expect(await asking).toBe('stopped');
    expect(await faultOf(client().stamp(NOTE, AbortSignal.abort()))).toBe('stopped');
    server.behaviour = 'drops';
    server.asked.length = 0;
    const between = new AbortController();
    const waiting = faultOf(client({ retryMilliseconds: 60_000 }).stamp(NOTE, between.signal));
    await until(() => server.asked.length === 1, 'the first attempt');
    between.abort();
    expect(await waiting).toBe('stopped');
  });
});

describe('the faults of a connection', () => {
  test('are told in Turkish and in English, each in whole sentences that say what to do', () => {
    for (const { tr, en } of Object.values(CONNECTION_FAULTS)) {
      expect(tr).toMatch(/^\p{Lu}.*\. \p{Lu}.*\.$/su);
      expect(en).toMatch(/^\p{Lu}.*\. \p{Lu}.*\.$/su);
      expect(tr).not.toBe(en);
    }
  });
});
