import { describe, expect, test } from '@jest/globals';
import { emptyRoot } from '../../../../src/audit/merkle.ts';
import { parseNote, verifyNote } from '../../../../src/audit/note/signed-note.ts';
import { originHash } from '../../../../src/audit/witness/witness.ts';
import { WitnessStateError } from '../../../../src/audit/witness/witness-state.ts';
import { encodeAddCheckpoint } from '../../../../src/audit/witness/add-checkpoint.ts';
import { ForeignLog, policyOf, WitnessRig } from '../../../support/witness-rig.ts';

const ask = async (rig: WitnessRig, body: string) => rig.witness.addCheckpoint(Buffer.from(body), 'cgm');

/** A witness that has cosigned the log at this size. */
async function cosignedAt(size: number): Promise<{ rig: WitnessRig; log: ForeignLog }> {
  const log = new ForeignLog({ size: 12 });
  const rig = new WitnessRig([log]);
  expect(await ask(rig, log.request(0, size))).toMatchObject({ kind: 'cosigned' });
  return { rig, log };
}

/** The same log with another history from the first leaf on. */
const forked = (size: number): ForeignLog => new ForeignLog({ size, history: 'other' });

describe('a witness', () => {
  test('cosigns what continues the checkpoint before, with the time of its clock', async () => {
    const { rig, log } = await cosignedAt(4);
    for (const [from, to] of [
      [4, 7],
      [7, 8],
      [8, 12],
    ] as const) {
      const answer = await ask(rig, log.request(from, to));
      expect(answer.kind).toBe('cosigned');
      const note = parseNote(log.note(to) + ('lines' in answer ? answer.lines : ''));
      const seconds = rig.clock.now() / 1000;
      expect(verifyNote(note, [rig.cosigner.key])).toEqual([{ key: rig.cosigner.key, seconds }]);
      expect(rig.state.cosigned.get(log.origin)).toMatchObject({ size: to, root: log.tree.rootAt(to) });
    }
    expect(rig.logger.lines).toEqual([]);
  });

  test('cosigns the same tree again, with a new time and without changing its record', async () => {
    const { rig, log } = await cosignedAt(5);
    rig.clock.advance(5_000);
    const answer = await ask(rig, log.request(5, 5));
    const note = parseNote(log.note(5) + ('lines' in answer ? answer.lines : ''));
    expect(verifyNote(note, [rig.cosigner.key])).toMatchObject([{ seconds: rig.clock.now() / 1000 }]);
    expect(rig.state.advances).toBe(1);
  });

  test('keeps the note with the log own line, then its own, and none of anybody else', async () => {
    const log = new ForeignLog({ size: 3 });
    const rig = new WitnessRig([log]);
    const stranger = new ForeignLog({ origin: 'somebody.else', seed: 9, size: 3 }).signer;
    const [text = ''] = log.note().split('\n\n');
    await ask(rig, `${log.request(0)}${stranger.sign(`${text}\n`)}\n`);
    const kept = (await rig.witness.newest(originHash(log.origin))) ?? '';
    expect(parseNote(kept).signatures.map(({ name }) => name)).toEqual([log.origin, rig.cosigner.key.name]);
    expect(kept.startsWith(log.note())).toBe(true);
  });

  test('gives the newest note of a log that its policy names, and of no other', async () => {
    const { rig, log } = await cosignedAt(5);
    expect(await rig.witness.newest(originHash(log.origin))).toContain(log.note(5));
    expect(await rig.witness.newest(originHash('another.log'))).toBeUndefined();
    rig.policy = policyOf();
    expect(await rig.witness.newest(originHash(log.origin))).toBeUndefined();
  });

  test('goes by the policy as it stands at each request', async () => {
    const { rig, log } = await cosignedAt(5);
    rig.policy = policyOf();
    expect(await ask(rig, log.request(5, 6))).toEqual({ kind: 'unknown-log' });
  });

  test('takes a log that is empty, and from then on nothing but its continuation', async () => {
    const log = new ForeignLog({ size: 3 });
    const rig = new WitnessRig([log]);
    expect((await ask(rig, encodeAddCheckpoint(0, [], log.note(0, emptyRoot)))).kind).toBe('cosigned');
    expect(await ask(rig, log.request(0, 3))).toMatchObject({ kind: 'cosigned' });
  });
});

describe('a request is refused', () => {
  test('as malformed when it is none, or claims an older size above the new one', async () => {
    const { rig, log } = await cosignedAt(5);
    expect(await ask(rig, 'old 5\n')).toEqual({ kind: 'malformed' });
    expect(await ask(rig, encodeAddCheckpoint(7, [], log.note(6)))).toEqual({ kind: 'malformed' });
  });

  test('as unknown before its signature is looked at', async () => {
    const { rig } = await cosignedAt(5);
    const other = new ForeignLog({ origin: 'another.log', size: 3 });
    expect(await ask(rig, other.request(0))).toEqual({ kind: 'unknown-log' });
    const long = new ForeignLog({ origin: 'x'.repeat(256), size: 3 });
    rig.policy = policyOf(long.policyLine);
    expect(await ask(rig, long.request(0))).toEqual({ kind: 'unknown-log' });
  });

  test('as untrusted when its log key did not sign this text', async () => {
    const { rig, log } = await cosignedAt(5);
    const impostor = new ForeignLog({ seed: 2, size: 8 });
    expect(await ask(rig, impostor.request(5))).toEqual({ kind: 'untrusted' });
    const swapped = log.note(8).replace(/\n8\n/, '\n9\n');
    expect(await ask(rig, encodeAddCheckpoint(5, log.proof(5, 8), swapped))).toEqual({ kind: 'untrusted' });
  });

  test('as stale with the size that was cosigned, also when it claims to be new', async () => {
    const { rig, log } = await cosignedAt(5);
    expect(await ask(rig, log.request(0, 8))).toEqual({ kind: 'stale', size: 5 });
    expect(await ask(rig, log.request(6, 8))).toEqual({ kind: 'stale', size: 5 });
    const fresh = new WitnessRig([log]);
    expect(await ask(fresh, log.request(3, 8))).toEqual({ kind: 'stale', size: 0 });
    expect([rig.facts, rig.shelf.notes, rig.logger.lines, fresh.facts]).toEqual([[], [], [], []]);
  });

  test('as inconsistent with a proof where none belongs, without suspecting the log', async () => {
    const { rig, log } = await cosignedAt(5);
    const proof = log.proof(5, 8);
    expect(await ask(rig, encodeAddCheckpoint(5, proof, log.note(5)))).toEqual({ kind: 'inconsistent' });
    const fresh = new WitnessRig([log]);
    expect(await ask(fresh, encodeAddCheckpoint(0, proof, log.note(8)))).toEqual({ kind: 'inconsistent' });
    expect([rig.facts, fresh.facts]).toEqual([[], []]);
  });
});

describe('a fork or rollback', () => {
  const offers = [
    { how: 'another root of the same size', size: 5, kind: 'inconsistent', reason: 'root-differs',
      body: () => encodeAddCheckpoint(5, [], forked(5).note()) },
    { how: 'another root of the same size, under a wrong old size', size: 5, kind: 'stale', reason: 'root-differs',
      body: () => encodeAddCheckpoint(0, [], forked(5).note()) },
    { how: 'a larger tree that does not continue', size: 8, kind: 'inconsistent', reason: 'proof-fails',
      body: () => forked(8).request(5) },
    { how: 'a larger tree without a proof', size: 8, kind: 'inconsistent', reason: 'proof-fails',
      body: () => encodeAddCheckpoint(5, [], forked(8).note()) },
    { how: 'an empty tree with a root', size: 0, kind: 'malformed', reason: 'smaller',
      body: () => encodeAddCheckpoint(5, [], forked(5).note(0, Buffer.alloc(32))) },
    { how: 'a smaller tree', size: 4, kind: 'stale', reason: 'smaller',
      body: () => new ForeignLog({ size: 4 }).request(0) },
    { how: 'a smaller tree from an even smaller one', size: 4, kind: 'stale', reason: 'smaller',
      body: () => new ForeignLog({ size: 4 }).request(3) },
  ]; // prettier-ignore

  test.each(offers)('by $how is refused, recorded and alarmed', async ({ size, kind, reason, body }) => {
    const { rig, log } = await cosignedAt(5);
    expect(await ask(rig, body())).toMatchObject({ kind });
    const event = reason === 'smaller' ? 'rollback-refused' : 'fork-refused';
    const facts = { event, reason, origin: log.origin, size, recordedSize: 5, agency: 'cgm' };
    expect(rig.facts).toMatchObject([facts]);
    expect(rig.logger.named(`witness.${event}`)).toEqual(rig.facts);
    expect(rig.shelf.notes).toHaveLength(1);
    expect(verifyNote(parseNote(rig.shelf.notes[0] ?? ''), [log.signer.key])).toHaveLength(1);
    expect(rig.state.cosigned.get(log.origin)).toMatchObject({ size: 5, root: log.tree.rootAt(5) });
  });

  test('of a tree of size 0 that has a root is refused where nothing was cosigned yet', async () => {
    const log = new ForeignLog({ size: 1 });
    const rig = new WitnessRig([log]);
    const body = encodeAddCheckpoint(0, [], log.note(0, Buffer.alloc(32)));
    expect(await ask(rig, body)).toEqual({ kind: 'inconsistent' });
    expect(rig.facts).toMatchObject([{ event: 'fork-refused', size: 0, recordedSize: 0 }]);
    expect(rig.state.cosigned.size).toBe(0);
  });

  test('is alarmed each time it is offered and recorded once', async () => {
    const { rig } = await cosignedAt(5);
    const body = forked(8).request(5);
    await ask(rig, body);
    await ask(rig, body);
    expect([rig.facts.length, rig.shelf.notes.length]).toEqual([1, 1]);
    expect(rig.logger.named('witness.fork-refused')).toHaveLength(2);
  });

  test('is refused also when it cannot be recorded, and recorded when it is offered again', async () => {
    const { rig } = await cosignedAt(5);
    rig.onRecord = async () => Promise.reject(new Error('the store is down'));
    const body = forked(8).request(5);
    expect(await ask(rig, body)).toEqual({ kind: 'inconsistent' });
    expect(rig.logger.named('witness.event-unrecorded')).toMatchObject([{ note: forked(8).note() }]);
    expect(rig.shelf.notes).toEqual([]);
    rig.onRecord = async () => Promise.resolve();
    await ask(rig, body);
    expect([rig.facts.length, rig.shelf.notes.length]).toEqual([1, 1]);
  });
});

describe('requests for one log at the same time', () => {
  test('are served one after the other: one of two moves the record, the other one is told the new size', async () => {
    const { rig, log } = await cosignedAt(5);
    const answers = await Promise.all([ask(rig, log.request(5, 8)), ask(rig, log.request(5, 9))]);
    expect(answers).toMatchObject([{ kind: 'cosigned' }, { kind: 'stale', size: 8 }]);
    expect(rig.state.cosigned.get(log.origin)?.size).toBe(8);
    expect(rig.facts).toEqual([]);
  });

  test('never both get a cosignature for two histories', async () => {
    const log = new ForeignLog({ size: 7 });
    const rig = new WitnessRig([log]);
    const answers = await Promise.all([ask(rig, log.request(0)), ask(rig, forked(7).request(0))]);
    expect(answers).toMatchObject([{ kind: 'cosigned' }, { kind: 'stale', size: 7 }]);
    expect(rig.facts).toMatchObject([{ event: 'fork-refused', reason: 'root-differs' }]);
  });

  test('record one fork once, although each of them would have recorded it alone', async () => {
    const { rig } = await cosignedAt(5);
    const body = forked(8).request(5);
    const answers = await Promise.all([ask(rig, body), ask(rig, body), ask(rig, body)]);
    expect(answers).toEqual(Array(3).fill({ kind: 'inconsistent' }));
    expect([rig.facts.length, rig.shelf.notes.length]).toEqual([1, 1]);
  });

  test('are judged again when another process moved the record in between', async () => {
    const { rig, log } = await cosignedAt(5);
    const other = new WitnessRig([log]);
    await ask(other, log.request(0, 7));
    const moved = other.state.cosigned.get(log.origin);
    rig.state.meanwhile = () => {
      if (moved !== undefined) rig.state.cosigned.set(log.origin, moved);
    };
    expect(await ask(rig, log.request(5, 8))).toEqual({ kind: 'stale', size: 7 });
  });

  test('of other logs do not wait', async () => {
    const [one, two] = [new ForeignLog({ size: 3 }), new ForeignLog({ origin: 'b.log', seed: 3, size: 3 })];
    const rig = new WitnessRig([one, two]);
    let release = (): void => undefined;
    rig.onRecord = async () => new Promise((resolve) => (release = resolve));
    await ask(rig, one.request(0));
    const slow = ask(rig, encodeAddCheckpoint(3, [], forked(3).note()));
    expect(await ask(rig, two.request(0))).toMatchObject({ kind: 'cosigned' });
    expect(rig.facts).toEqual([]);
    release();
    expect(await slow).toEqual({ kind: 'inconsistent' });
  });
});

describe('a record that cannot be relied on', () => {
  test('is alarmed with its code, and nothing is cosigned', async () => {
    const log = new ForeignLog({ size: 3 });
    const rig = new WitnessRig([log]);
    rig.state.recorded = async () => Promise.reject(new WitnessStateError('WITNESS_RECORD_LOST'));
    await expect(ask(rig, log.request(0))).rejects.toMatchObject({ code: 'WITNESS_RECORD_LOST' });
    expect(rig.logger.named('witness.state-uncertain')).toMatchObject([
      { code: 'WITNESS_RECORD_LOST', origin: log.origin },
    ]);
    // The next request is not held up by the one that failed.
    await expect(ask(rig, log.request(0))).rejects.toThrow(WitnessStateError);
  });
});
