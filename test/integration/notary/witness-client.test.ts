import { type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { createCosigner } from '../../../src/audit/note/note-signer.ts';
import { type PolicyWitness } from '../../../src/audit/note/witness-policy.ts';
import { HttpsWitnessClient, type WitnessVerdict } from '../../../src/notary/witness-client.ts';
import { PartnerListener, until } from '../../support/partner-listener.ts';
import { testCertificates } from '../../support/test-certificates.ts';
import { ForeignLog, WitnessRig } from '../../support/witness-rig.ts';

const { ca, server, agency, foreignAgency, otherAgency } = testCertificates();
const log = new ForeignLog({ size: 9 });
const { cosigner } = new WitnessRig([]);
const TEXT = `${log.note().split('\n\n')[0] ?? ''}\n`;
const SUBMISSION = { old: 5, proof: log.proof(5), note: log.note() };

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** A witness that answers as a test wants it. */
async function witnessThat(
  serve: Serve,
): Promise<AsyncDisposable & { readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const listener = createServer(
    {
      cert: server.certificate,
      key: server.key,
      ca: ca.certificate,
      requestCert: true,
      rejectUnauthorized: true,
    },
    (request, response) => {
      asked.push(`${String(request.method)} ${String(request.url)}`);
      request.resume();
      response.on('error', () => undefined);
      serve(request, response);
    },
  );
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  const dispose = async (): Promise<void> => {
    listener.closeAllConnections();
    await new Promise((resolve) => listener.close(resolve));
  };
  return { url: `https://localhost:${String(port)}/witness/v1`, asked, [Symbol.asyncDispose]: dispose };
}

const says =
  (status: number, body: string, type = 'text/plain'): Serve =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': type, location: 'https://localhost:1/' }).end(body);
  };

const witnessAt = (url: string | null): PolicyWitness => ({ name: 'w', key: cosigner.key, url });

function clientWith(
  change: { certificate?: string; key?: string; timeoutMilliseconds?: number } = {},
): HttpsWitnessClient {
  const { certificate = agency.certificate, key = agency.key, timeoutMilliseconds = 20_000 } = change;
  const access = { certificate, key, ca: ca.certificate };
  return new HttpsWitnessClient({ access: () => access, timeoutMilliseconds, retryMilliseconds: 1 });
}

async function outcome(submit: Promise<WitnessVerdict>): Promise<unknown> {
  return submit.catch((error: unknown) => (error as { code: unknown }).code);
}

describe('asking a witness', () => {
  test('gives the line of a gateway that cosigned, verified', async () => {
    const rig = new WitnessRig([log]);
    const published = { newest: () => undefined, at: () => undefined, consistency: () => undefined };
    await using listener = await PartnerListener.start({ evidence: { witness: rig.witness, published } });
    const witness = witnessAt(`https://localhost:${String(listener.options.port)}/witness/v1/`);
    expect(await clientWith().submit(witness, SUBMISSION)).toEqual({ kind: 'stale', size: 0 });
    const first = { old: 0, proof: [], note: log.note(5) };
    expect(await clientWith().submit(witness, first)).toMatchObject({ kind: 'cosigned' });
    const line = cosigner.cosign(TEXT, rig.clock.now() / 1000);
    expect(await clientWith().submit(witness, SUBMISSION)).toEqual({ kind: 'cosigned', line });
    const forked = new ForeignLog({ size: 12, history: 'other' });
    const fork = { old: 9, proof: forked.proof(9), note: forked.note() };
    expect(await clientWith().submit(witness, fork)).toEqual({ kind: 'disputed' });
    expect(listener.gateway.attended.map(({ certificateFingerprint }) => certificateFingerprint)).toEqual(
      Array(4).fill(agency.fingerprint),
    );
  });

  test('shows the certificate that is in place at each call, for certificates are renewed', async () => {
    const published = { newest: () => undefined, at: () => undefined, consistency: () => undefined };
    const { witness } = new WitnessRig([log]);
    await using listener = await PartnerListener.start({ evidence: { witness, published } });
    const places = [agency, otherAgency];
    const client = new HttpsWitnessClient({
      access: () => ({ ca: ca.certificate, ...(places.shift() ?? agency) }),
      timeoutMilliseconds: 20_000,
      retryMilliseconds: 1,
    });
    const url = `https://localhost:${String(listener.options.port)}/witness/v1`;
    for (let call = 0; call < 2; call++) await client.submit(witnessAt(url), SUBMISSION);
    expect(listener.gateway.attended.map(({ certificateFingerprint }) => certificateFingerprint)).toEqual([
      agency.fingerprint,
      otherAgency.fingerprint,
    ]);
  });

  test('takes the line of the known key from among others, whose lines say nothing', async () => {
    const line = cosigner.cosign(TEXT, 7);
    const others = ['x.y', cosigner.key.name].map((name, place) =>
      createCosigner(name, Buffer.alloc(32, 50 + place)).cosign('another text\n', 7),
    );
    await using lying = await witnessThat(says(200, [...others, line, ''].join('\n')));
    expect(await clientWith().submit(witnessAt(lying.url), SUBMISSION)).toEqual({ kind: 'cosigned', line });
    expect(lying.asked).toEqual(['POST /witness/v1/add-checkpoint']);
  });
});

describe('a witness that lies', () => {
  const elsewhere = createCosigner('gecit.test/node-1/witness', Buffer.alloc(32, 5));
  test.each<[string, Serve, string]>([
    ['a cosignature of another text', says(200, `${cosigner.cosign('other\n', 7)}\n`), 'cosignature-invalid'],
    ['a cosignature of another key', says(200, `${elsewhere.cosign(TEXT, 7)}\n`), 'cosignature-invalid'],
    ['a good and a bad line of its key', says(200, `${cosigner.cosign(TEXT, 7)}\n${cosigner.cosign('x\n', 8)}\n`), 'cosignature-invalid'],
    ['an empty answer', says(200, ''), 'cosignature-invalid'],
    ['no signature lines', says(200, '<html></html>\n'), 'cosignature-invalid'],
    ['the whole note in place of lines', says(200, `${TEXT}\n${cosigner.cosign(TEXT, 7)}\n`), 'cosignature-invalid'],
    ['a 409 without a size', says(409, 'five\n', 'text/x.tlog.size'), 'malformed'],
    ['a 409 with a size that is too large', says(409, '9007199254740992\n', 'text/x.tlog.size'), 'malformed'],
    ['a 409 without a newline', says(409, '5', 'text/x.tlog.size'), 'malformed'],
    ['a 409 of another type', says(409, '5\n'), 'malformed'],
    ['a 200 that is none', says(204, ''), 'refused'],
    ['404', says(404, ''), 'refused'],
    ['500', says(500, ''), 'refused'],
    ['a redirect', says(307, ''), 'redirected'],
    ['a broken connection', (request) => { request.socket.destroy(); }, 'unreachable'],
  ])('with %s gives no cosignature', async (_what, serve, code) => {
    await using lying = await witnessThat(serve);
    expect(await outcome(clientWith().submit(witnessAt(lying.url), SUBMISSION))).toBe(code);
    // Only what the network did is tried a second time.
    expect(lying.asked).toHaveLength(code === 'unreachable' ? 2 : 1);
  }); // prettier-ignore

  test('with an answer that never ends is left after 16 KiB', async () => {
    let written = 0;
    await using lying = await witnessThat((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(1024))) written += 1024;
      };
      response.on('drain', more);
      more();
    });
    expect(await outcome(clientWith().submit(witnessAt(lying.url), SUBMISSION))).toBe('too-large');
    expect(written).toBeLessThan(16 * 1024 * 1024);
  });

  test.each<[string, Serve]>([
    ['nothing', () => undefined],
    ['a head and no body', (_request, response) => { response.writeHead(200).flushHeaders(); }],
  ])('with %s is left in time', async (_what, serve) => {
    await using lying = await witnessThat(serve);
    const slow = clientWith({ timeoutMilliseconds: 300 }).submit(witnessAt(lying.url), SUBMISSION);
    expect(await outcome(slow)).toBe('slow');
  }); // prettier-ignore
});

describe('a witness that cannot be asked', () => {
  test('is unreachable where nobody listens, without a URL, and over anything but https', async () => {
    for (const url of [null, '', 'localhost', 'http://localhost:1', 'https://localhost:1']) {
      expect(await outcome(clientWith().submit(witnessAt(url), SUBMISSION))).toBe('unreachable');
    }
  });

  test('is unreachable where its server is not that of the authority we trust', async () => {
    await using other = await witnessThat(says(200, ''));
    const access = { certificate: agency.certificate, key: agency.key, ca: foreignAgency.certificate };
    const client = new HttpsWitnessClient({
      access: () => access,
      timeoutMilliseconds: 20_000,
      retryMilliseconds: 1,
    });
    expect(await outcome(client.submit(witnessAt(other.url), SUBMISSION))).toBe('unreachable');
    expect(other.asked).toEqual([]);
  });

  test('is given up when the run is stopped', async () => {
    await using silent = await witnessThat(() => undefined);
    const stop = new AbortController();
    const asking = outcome(clientWith().submit(witnessAt(silent.url), SUBMISSION, stop.signal));
    await until(() => silent.asked.length > 0);
    stop.abort();
    expect(await asking).toBe('stopped');
  });
});
