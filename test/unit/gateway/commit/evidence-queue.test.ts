import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { type Recorded } from '../../../../src/gateway/commit/entry.ts';
import { type FaultPlace } from '../../../support/fake-evidence-store.ts';
import { anAnswerEntry, aRefusalEntry } from '../../../support/entry-builder.ts';
import { GatewayRig } from '../../../support/gateway-rig.ts';
import { anOfficial } from '../../../support/people-builder.ts';
import { refusalOf } from '../../../support/refusal.ts';

const OFFICIAL = 'official:alpha-beta-2024/official-1';

async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  const finish = (): void => {
    done = true;
  };
  promise.then(finish, finish);
  for (let turn = 0; turn < 5; turn++) await setImmediate();
  return done;
}

describe('the evidence queue', () => {
  test('tells nobody of a record before it is durable: no evidence, no answer [R002-081]', async () => {
    const rig = new GatewayRig();
    const held = rig.store.holdCommits();
    const recorded = rig.queue.record(anAnswerEntry());
    await held.reached;
    expect(await settled(recorded)).toBe(false);
    expect(rig.database.leaves).toEqual([]);
    held.release();
    expect((await recorded).kind).toBe('recorded');
    expect(rig.database.leaves).toHaveLength(1);
  });

  test('commits everything of one turn together', async () => {
    const rig = new GatewayRig();
    await Promise.all(Array.from({ length: 100 }, async () => rig.queue.record(aRefusalEntry())));
    expect(rig.store.begun).toBe(1);
    expect(rig.database.leaves).toHaveLength(100);
  });

  test('collects what comes during a commit into the next one', async () => {
    const rig = new GatewayRig();
    const held = rig.store.holdCommits();
    const first = rig.queue.record(aRefusalEntry());
    await held.reached;
    const others = Array.from({ length: 50 }, async () => rig.queue.record(aRefusalEntry()));
    expect(rig.queue.waiting).toBe(51);
    held.release();
    await Promise.all([first, ...others]);
    expect(rig.store.begun).toBe(2);
  });

  test('waits a moment for the exchanges under way, so that they share a commit', async () => {
    const rig = new GatewayRig();
    const leave = [rig.places.take('alpha'), rig.places.take('alpha')];
    const first = rig.queue.record(anAnswerEntry());
    const second = rig.queue.record(anAnswerEntry());
    await Promise.all([first, second]);
    for (const give of leave) give?.();
    expect(rig.store.begun).toBe(1);
  });

  test('does not wait for an exchange that stays with its source', async () => {
    const rig = new GatewayRig();
    const letGo = rig.source.hold();
    const slow = rig.outcomeOf();
    const recorded = await rig.queue.record(anAnswerEntry());
    expect(recorded.kind).toBe('recorded');
    letGo();
    expect(await slow).toBe('answered');
  });

  test('commits at most 256 records at once, and all of them', async () => {
    const rig = new GatewayRig();
    await Promise.all(Array.from({ length: 600 }, async () => rig.queue.record(aRefusalEntry())));
    expect(rig.outcomes.map((outcome) => outcome.recorded.length)).toEqual([256, 256, 88]);
  });

  test('tries again while another process holds the store', async () => {
    const rig = new GatewayRig();
    rig.store.busyTimes(3);
    const recorded = await rig.queue.record(anAnswerEntry());
    expect(recorded).toMatchObject({ kind: 'recorded', quota: { remaining: 99 } });
    expect(rig.database.used(OFFICIAL, '2026-03-02')).toBe(1);
  });

  test('is well again after a failure as soon as the store can be written, without waiting for a query', async () => {
    const rig = new GatewayRig({ waitMilliseconds: 20 });
    expect(await rig.queue.recording()).toBe(true);
    rig.store.busyTimes(Infinity);
    expect(await refusalOf(async () => rig.queue.record(anAnswerEntry()))).toBe('AUDIT_NOT_DURABLE');
    await rig.queue.drained();
    expect(await rig.queue.recording()).toBe(false);
    rig.store.busyTimes(0);
    expect(await rig.queue.recording()).toBe(true);
    expect((await rig.queue.record(anAnswerEntry())).kind).toBe('recorded');
  });

  test('gives up with AUDIT_NOT_DURABLE when the store stays locked past the deadline, and writes nothing then', async () => {
    const rig = new GatewayRig({ waitMilliseconds: 20 });
    rig.store.busyTimes(Infinity);
    const waiting = [anAnswerEntry(), aRefusalEntry()].map(async (entry) =>
      refusalOf(async () => rig.queue.record(entry)),
    );
    expect(await Promise.all(waiting)).toEqual(['AUDIT_NOT_DURABLE', 'AUDIT_NOT_DURABLE']);
    rig.store.busyTimes(0);
    await rig.queue.drained();
    expect(rig.database.leaves).toEqual([]);
    expect(rig.logger.named('audit.commit-late')).not.toEqual([]);
  });

  const places: FaultPlace[] = [
    'standingVersion',
    'head',
    'counters',
    'moveCounters',
    'appendLeaves',
    'moveHead',
    'commit',
  ];
  test.each(places)(
    'refuses everybody in the batch when the store fails at %s, and stores nothing',
    async (place) => {
      const rig = new GatewayRig();
      rig.store.failOn(place);
      const waiting = [anAnswerEntry(), aRefusalEntry(), anAnswerEntry()].map(async (entry) =>
        refusalOf(async () => rig.queue.record(entry)),
      );
      expect(await Promise.all(waiting)).toEqual([
        'AUDIT_NOT_DURABLE',
        'AUDIT_NOT_DURABLE',
        'AUDIT_NOT_DURABLE',
      ]);
      expect(rig.database.leaves).toEqual([]);
      expect(rig.database.used(OFFICIAL, '2026-03-02')).toBe(0);
      expect(rig.outcomes).toEqual([]);
      rig.store.heal();
      expect((await rig.queue.record(anAnswerEntry())).kind).toBe('recorded');
    },
  );

  test('tells when to come back, and keeps the cause private', async () => {
    const rig = new GatewayRig();
    rig.store.failOn('commit', new Error('disk full'));
    const thrown: unknown = await rig.queue.record(aRefusalEntry()).catch((error: unknown) => error);
    expect(thrown).toMatchObject({
      code: 'AUDIT_NOT_DURABLE',
      message: 'AUDIT_NOT_DURABLE',
      retryAfterSeconds: 5,
    });
    expect(rig.logger.named('audit.commit-failed')).toHaveLength(1);
  });

  test('says in the log that an answer never left whose commit outlived its deadline', async () => {
    const rig = new GatewayRig({ waitMilliseconds: 20 });
    const held = rig.store.holdCommits();
    const entry = anAnswerEntry();
    expect(await refusalOf(async () => rig.queue.record(entry))).toBe('AUDIT_NOT_DURABLE');
    held.release();
    await rig.queue.drained();
    const [disclosure, notDelivered] = rig.database.leaves;
    expect(disclosure).toMatchObject({ type: 'disclosure', queryId: entry.draft.queryId });
    expect(notDelivered).toMatchObject({
      type: 'not-delivered',
      about: entry.draft.queryId,
      code: 'AUDIT_NOT_DURABLE',
      outcome: null,
      surplus: null,
      answer: null,
      personal: null,
    });
    expect(rig.database.leaves).toHaveLength(2);
  });

  test('needs no such leaf for a refusal that came too late: nothing would have left', async () => {
    const rig = new GatewayRig({ waitMilliseconds: 20 });
    const held = rig.store.holdCommits();
    expect(await refusalOf(async () => rig.queue.record(aRefusalEntry()))).toBe('AUDIT_NOT_DURABLE');
    held.release();
    await rig.queue.drained();
    expect(rig.database.leaves.map((leaf) => leaf.type)).toEqual(['refusal']);
  });

  test('drops what was given up while it waited behind a slow commit', async () => {
    const rig = new GatewayRig({ waitMilliseconds: 20 });
    const held = rig.store.holdCommits();
    const first = refusalOf(async () => rig.queue.record(aRefusalEntry()));
    await held.reached;
    const behind = anAnswerEntry();
    expect(await refusalOf(async () => rig.queue.record(behind))).toBe('AUDIT_NOT_DURABLE');
    held.release();
    await rig.queue.drained();
    expect(await first).toBe('AUDIT_NOT_DURABLE');
    expect(rig.database.leaves.map((leaf) => leaf.queryId)).not.toContain(behind.draft.queryId);
    expect(rig.database.used(OFFICIAL, '2026-03-02')).toBe(0);
  });

  test('is drained once nothing waits', async () => {
    const rig = new GatewayRig();
    await rig.queue.drained();
    const held = rig.store.holdCommits();
    const recorded = rig.queue.record(aRefusalEntry());
    const drained = rig.queue.drained();
    await held.reached;
    expect(await settled(drained)).toBe(false);
    held.release();
    await Promise.all([drained, recorded]);
    expect(rig.queue.waiting).toBe(0);
  });

  test('knows the new registers and counters before anybody hears of the answer', async () => {
    const rig = new GatewayRig();
    rig.database.change({ kind: 'lower-limit', scope: OFFICIAL, limit: 5 });
    const recorded = rig.queue.record(anAnswerEntry()).then(() => ({
      version: rig.view.current().version,
      used: rig.quota.used(OFFICIAL, '2026-03-02'),
    }));
    expect(await recorded).toEqual({ version: 2, used: 1 });
  });

  test('tells each caller of its own record: one is refused, its neighbours are answered', async () => {
    const rig = new GatewayRig();
    const refused = anAnswerEntry({ official: anOfficial({ id: 'official-2' }) });
    const kinds = await Promise.all(
      [anAnswerEntry(), refused, anAnswerEntry()].map(async (one): Promise<Recorded> =>
        rig.queue.record(one),
      ),
    );
    expect(kinds.map((recorded) => recorded.kind)).toEqual(['recorded', 'refused', 'recorded']);
    expect(kinds.map((recorded) => recorded.receipt.index)).toEqual([0, 1, 2]);
  });
});

describe('a commit whose answer is lost', () => {
  async function lost(rig: GatewayRig, tookEffect: boolean): Promise<string> {
    rig.store.loseAnswer(tookEffect);
    const entry = anAnswerEntry();
    const told = [entry, aRefusalEntry()].map(async (one) => refusalOf(async () => rig.queue.record(one)));
    expect(await Promise.all(told)).toEqual(['AUDIT_NOT_DURABLE', 'AUDIT_NOT_DURABLE']);
    expect(rig.logger.named('audit.commit-unknown')).toHaveLength(1);
    return entry.draft.queryId;
  }

  function about(rig: GatewayRig): (string | null)[] {
    return rig.database.leavesOf('not-delivered').map((leaf) => leaf.about);
  }

  test('and that took effect is followed by a record that its answers never left, once', async () => {
    const rig = new GatewayRig();
    const queryId = await lost(rig, true);
    expect(await rig.queue.recording()).toBe(true);
    expect(rig.database.leaves.map(({ type }) => type)).toEqual(['disclosure', 'refusal', 'not-delivered']);
    expect(about(rig)).toEqual([queryId]);
    await rig.queue.record(anAnswerEntry());
    await rig.queue.drained();
    expect(about(rig)).toEqual([queryId]);
  });

  test('and that did not take effect is followed by nothing', async () => {
    const rig = new GatewayRig();
    await lost(rig, false);
    await rig.queue.drained();
    expect(await rig.queue.recording()).toBe(true);
    expect(rig.database.leaves).toEqual([]);
  });

  test('is looked for with the next records, in their transaction', async () => {
    const rig = new GatewayRig();
    const queryId = await lost(rig, true);
    const { receipt } = await rig.queue.record(aRefusalEntry());
    expect(receipt.index).toBe(2);
    expect(rig.store.begun).toBe(2);
    expect(about(rig)).toEqual([queryId]);
  });

  test('twice running needs one such record, whichever of the two wrote it', async () => {
    for (const tookEffect of [true, false]) {
      const rig = new GatewayRig();
      const queryId = await lost(rig, true);
      rig.store.loseAnswer(tookEffect);
      expect(await refusalOf(async () => rig.queue.record(aRefusalEntry()))).toBe('AUDIT_NOT_DURABLE');
      await rig.queue.drained();
      expect(about(rig)).toEqual([queryId]);
    }
  });

  test('stays in doubt while the store is away', async () => {
    const rig = new GatewayRig();
    const queryId = await lost(rig, true);
    rig.store.busyTimes(2);
    await rig.queue.drained();
    expect(await rig.queue.recording()).toBe(false);
    expect(about(rig)).toEqual([]);
    expect(await rig.queue.recording()).toBe(true);
    expect(about(rig)).toEqual([queryId]);
  });
});

describe("one agency's refusals", () => {
  test("do not delay another agency's answer: it is in the next batch", async () => {
    const rig = new GatewayRig();
    const held = rig.store.holdCommits();
    const flood = Array.from({ length: 1_000 }, async () =>
      rig.queue.record(aRefusalEntry('ADDRESS_NOT_ALLOWED', 'gamma')),
    );
    await held.reached;
    const answer = anAnswerEntry();
    const recorded = rig.queue.record(answer);
    held.release();
    const { receipt } = await recorded;
    expect(rig.outcomes).toHaveLength(2);
    expect(receipt.index).toBeLessThan(512);
    await Promise.all(flood);
    expect(rig.database.leaves).toHaveLength(1_001);
  });
});
