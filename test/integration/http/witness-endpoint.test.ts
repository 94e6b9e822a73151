import { describe, expect, test } from '@jest/globals';
import { emptyRoot } from '../../../src/audit/merkle.ts';
import { parseNote, verifyNote } from '../../../src/audit/note/signed-note.ts';
import { encodeAddCheckpoint, MAX_ADD_CHECKPOINT_BYTES } from '../../../src/audit/witness/add-checkpoint.ts';
import { originHash, type Witness } from '../../../src/audit/witness/witness.ts';
import { WitnessStateError } from '../../../src/audit/witness/witness-state.ts';
import { type ClientAnswer } from '../../support/partner-client.ts';
import { PartnerListener } from '../../support/partner-listener.ts';
import { ForeignLog, WitnessRig } from '../../support/witness-rig.ts';

const PATH = '/witness/v1/add-checkpoint';
const PLAIN = 'text/plain; charset=utf-8';
const log = new ForeignLog({ size: 12 });
const forked = new ForeignLog({ size: 12, history: 'other' });

const listenFor = async (witness: Witness, change = {}): Promise<PartnerListener> =>
  PartnerListener.start({
    evidence: { witness, published: { newest: none, at: none, consistency: none } },
    ...change,
  });
const none = (): undefined => undefined;

async function post(listener: PartnerListener, body: string): Promise<ClientAnswer> {
  return listener.client().send({ method: 'POST', path: PATH, body });
}

/** What is answered by a witness that has cosigned the log at 5, or nothing of it. */
const TABLE = [
  { status: 200, what: 'a continuation', body: log.request(5, 9) },
  { status: 200, what: 'the same tree again', body: log.request(5, 5) },
  { status: 200, what: 'a first checkpoint', fresh: true, body: log.request(0, 9) },
  { status: 200, what: 'an empty first checkpoint', fresh: true, body: encodeAddCheckpoint(0, [], log.note(0, emptyRoot)) },
  { status: 400, what: 'an empty body', body: '' },
  { status: 400, what: 'no checkpoint', body: 'old 5\n\n' },
  { status: 400, what: 'an old size above the checkpoint', body: encodeAddCheckpoint(9, [], log.note(7)) },
  { status: 400, what: '64 proof lines', body: log.request(5).replace('\n', `\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}`) },
  { status: 403, what: 'a signature of another key of that name', body: new ForeignLog({ seed: 2, size: 9 }).request(5) },
  { status: 403, what: 'a changed text', body: encodeAddCheckpoint(5, [], log.note(9).replace('\n9\n', '\n8\n')) },
  { status: 404, what: 'a log that nobody named', body: new ForeignLog({ origin: 'b.log', size: 9 }).request(5) },
  { status: 409, what: 'an older old size', told: '5\n', body: log.request(3, 9) },
  { status: 409, what: 'a newer old size', told: '5\n', body: log.request(7, 9) },
  { status: 409, what: 'old 0 for a log that is known', told: '5\n', body: log.request(0, 9) },
  { status: 409, what: 'an old size of a log that is not known yet', fresh: true, told: '0\n', body: log.request(3, 9) },
  { status: 409, what: 'a smaller checkpoint', told: '5\n', body: log.request(3, 4) },
  { status: 422, what: 'a proof that does not hold', body: encodeAddCheckpoint(5, log.proof(5, 8), log.note(9)) },
  { status: 422, what: 'no proof', body: encodeAddCheckpoint(5, [], log.note(9)) },
  { status: 422, what: 'a proof with old 0', fresh: true, body: encodeAddCheckpoint(0, log.proof(5, 9), log.note(9)) },
  { status: 422, what: 'a proof for the same size', body: encodeAddCheckpoint(5, log.proof(5, 9), log.note(5)) },
  { status: 422, what: 'another root of the same size', body: encodeAddCheckpoint(5, [], forked.note(5)) },
  { status: 422, what: 'another history', body: forked.request(5, 9) },
  { status: 422, what: 'size 0 with a root', fresh: true, body: encodeAddCheckpoint(0, [], log.note(0, Buffer.alloc(32))) },
] as readonly { status: number; what: string; body: string; fresh?: boolean; told?: string }[]; // prettier-ignore

describe('POST /witness/v1/add-checkpoint', () => {
  test.each(TABLE)('answers $status to $what', async ({ status, body, fresh, told }) => {
    const rig = new WitnessRig([log]);
    await using listener = await listenFor(rig.witness);
    if (fresh !== true) expect((await post(listener, log.request(0, 5))).status).toBe(200);
    const answer = await post(listener, body);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe(status === 409 ? 'text/x.tlog.size' : PLAIN);
    if (told !== undefined) expect(answer.text).toBe(told);
    if (status === 200) {
      const asked = parseNote(body.slice(body.indexOf('\n\n') + 2));
      const cosigned = parseNote(`${asked.text}\n${answer.text}`);
      expect(verifyNote(cosigned, [rig.cosigner.key])).toHaveLength(1);
    } else expect(answer.text).not.toContain(rig.cosigner.key.name);
    const size = fresh === true ? undefined : 5;
    if (status !== 200) expect(rig.state.cosigned.get(log.origin)?.size).toBe(size);
  });

  test('serves nobody but agencies that are recognised, with the problem of all endpoints', async () => {
    const rig = new WitnessRig([log]);
    await using listener = await listenFor(rig.witness);
    listener.gateway.attending = undefined;
    const answer = await post(listener, log.request(0, 5));
    expect([answer.status, answer.json()['code']]).toEqual([401, 'AGENCY_NOT_RECOGNISED']);
    expect(listener.gateway.attended).toMatchObject([
      { certificateFingerprint: listener.certificates.agency.fingerprint },
    ]);
    expect(rig.state.cosigned.size).toBe(0);
  });

  test('holds no more than 64 KiB of a body, also where other bodies may be smaller', async () => {
    const rig = new WitnessRig([log]);
    await using listener = await listenFor(rig.witness, { bodyBytes: 1024 });
    const [, note = ''] = log.request(0).split(/\n\n(.*)/s);
    const filled = `old 0\n\n${note}${`— x ${'A'.repeat(400)}\n`.repeat(20)}`;
    expect(Buffer.byteLength(filled)).toBeGreaterThan(4096);
    expect((await post(listener, filled)).status).toBe(200);
    const over = await post(listener, 'x'.repeat(MAX_ADD_CHECKPOINT_BYTES + 1));
    expect([over.status, over.headers.connection]).toEqual([413, 'close']);
  });

  test('does not wait for ever for a body', async () => {
    const rig = new WitnessRig([log]);
    await using listener = await listenFor(rig.witness, { bodyMilliseconds: 20 });
    const headers = { 'content-length': '1000' };
    const answer = await listener.client().send({ method: 'POST', path: PATH, headers, body: 'old 5\n' });
    expect([answer.status, answer.headers['content-type']]).toEqual([408, PLAIN]);
  });

  test('answers 503 as a problem while it is uncertain what was cosigned', async () => {
    const rig = new WitnessRig([log]);
    rig.state.recorded = async () => Promise.reject(new WitnessStateError('WITNESS_RECORD_LOST'));
    await using listener = await listenFor(rig.witness);
    const answer = await post(listener, log.request(0, 5));
    expect([answer.status, answer.headers['content-type']]).toEqual([503, 'application/problem+json']);
    expect(answer.json()).toMatchObject({ code: 'WITNESS_UNCERTAIN' });
    expect(answer.headers['retry-after']).toBeDefined();
    expect(rig.logger.named('witness.state-uncertain')).toMatchObject([{ code: 'WITNESS_RECORD_LOST' }]);
  });

  test('lets one of two requests at once win, and ends in exactly one state', async () => {
    const rig = new WitnessRig([log]);
    await using listener = await listenFor(rig.witness);
    await post(listener, log.request(0, 5));
    const answers = await Promise.all([post(listener, log.request(5, 8)), post(listener, log.request(5, 9))]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const won = answers[0].status === 200 ? 8 : 9;
    expect(answers.find(({ status }) => status === 409)?.text).toBe(`${String(won)}\n`);
    expect(rig.state.cosigned.get(log.origin)?.size).toBe(won);
  });

  test('is for POST alone', async () => {
    await using listener = await listenFor(new WitnessRig([log]).witness);
    const answer = await listener.client().send({ path: PATH });
    expect([answer.status, answer.json()['code']]).toEqual([404, 'ROUTE_NOT_FOUND']);
  });
});

describe('GET /witness/v1/{hash of origin}/checkpoint', () => {
  const get = async (listener: PartnerListener, name: string): Promise<ClientAnswer> =>
    listener.client().send({ path: `/witness/v1/${name}/checkpoint` });

  test('gives the newest cosigned note', async () => {
    const rig = new WitnessRig([log]);
    await using listener = await listenFor(rig.witness);
    expect((await get(listener, originHash(log.origin))).status).toBe(404);
    await post(listener, log.request(0, 5));
    await post(listener, log.request(5, 9));
    const answer = await get(listener, originHash(log.origin));
    expect([answer.status, answer.headers['content-type']]).toEqual([200, PLAIN]);
    const keys = [log.signer.key, rig.cosigner.key];
    expect(verifyNote(parseNote(answer.text), keys).map(({ key }) => key)).toEqual(keys);
    expect(parseNote(answer.text).text).toBe(parseNote(log.note(9)).text);
  });

  test.each([
    log.origin.replaceAll('/', '%2F'),
    'x',
    originHash('b.log'),
    originHash(log.origin).toUpperCase(),
  ])('knows nothing of %s', async (name) => {
    const rig = new WitnessRig([log]);
    await using listener = await listenFor(rig.witness);
    await post(listener, log.request(0, 5));
    expect((await get(listener, name)).status).toBe(404);
  });
});
