import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type NodeReport } from '../../../src/audit/verify/report.ts';
import { blankDraft, lifeEntry } from '../../../src/gateway/commit/life-entry.ts';
import { type Entry } from '../../../src/gateway/commit/entry.ts';
import { EvidenceNode } from '../../support/evidence-node.ts';
import { AFTER, CUT, RestoredNode } from '../../support/restored-node.ts';

/** A day with a backup at noon; in `sealed` the rest of the day was sealed too, in `open` it was only signed. */
const nodes = new Map<'sealed' | 'open', EvidenceNode>();

beforeAll(async () => {
  for (const state of ['sealed', 'open'] as const) {
    const node = await EvidenceNode.make('2026-12-29T08:00:00Z');
    await node.queries('2026-12-29T08:01:00Z', 40);
    await node.checkpoint(2);
    await node.queries('2026-12-29T09:00:00Z', 9);
    node.keepCopy();
    await node.queries('2026-12-29T14:00:00Z', 300);
    await node.checkpoint(2);
    if (state === 'sealed') await node.seal('2026-12-30T00:00:00Z');
    node.keepCopy();
    nodes.set(state, node);
  }
}, 120_000);
afterAll(async () => {
  for (const node of nodes.values()) await node[Symbol.asyncDispose]();
});

/** Leaves before the backup, and after it: with that of `gateway.init`. */
const [BACKED_UP, SIGNED] = [50, 350];

function nodeIn(state: 'sealed' | 'open'): EvidenceNode {
  const node = nodes.get(state);
  if (node === undefined) throw new Error('there is no such node');
  return node;
}

function newest(node: EvidenceNode): ReadonlyMap<string, Buffer> {
  return new Map([['kept.checkpoint', Buffer.from(node.newestNote(CUT))]]);
}

function told({ logs }: NodeReport, kept: 'database' | 'folder' = 'database'): object | undefined {
  const log = logs.find((one) => one.origin === CUT && one.kept === kept);
  return log && { verdict: log.verdict, codes: log.findings.filter(({ severity }) => severity !== 'notice').map(({ code }) => code), index: log.firstBadIndex }; // prettier-ignore
}

const act: Entry = { ...lifeEntry('act', {}), draft: { ...blankDraft('act'), action: 'hold.place' } };
const disclosure: Entry = {
  ...lifeEntry('act', {}),
  draft: { ...blankDraft('disclosure'), agency: 'cgm', outcome: 'found' },
};

describe('a log that a restored backup cut', () => {
  test.each<['sealed' | 'open', 'both' | 'database', number]>([
    ['sealed', 'both', BACKED_UP],
    ['sealed', 'database', 41],
    ['open', 'both', 41],
    ['open', 'database', 41],
  ])(
    'whose lost part was %s is incomplete, told by %s, and the next log is sound',
    async (state, only, index) => {
      using restored = new RestoredNode(nodeIn(state));
      await restored.rollOver({ before: [act] });
      const report = restored.verify(only === 'both' ? {} : { only });
      expect(told(report)).toEqual({ verdict: 'incomplete', codes: ['cut-by-restore'], index });
      expect(report.logs.find(({ origin }) => origin === AFTER)?.verdict).toBe('sound');
    },
  );

  test('names the leaves that are lost', async () => {
    using restored = new RestoredNode(nodeIn('sealed'));
    await restored.rollOver();
    const [log] = restored.verify().logs;
    expect(log?.findings).toContainEqual(
      expect.objectContaining({ code: 'cut-by-restore', index: BACKED_UP, until: SIGNED }),
    );
  });

  test('is incomplete in its folder too, which holds what was sealed and never its end', async () => {
    using restored = new RestoredNode(nodeIn('sealed'));
    await restored.rollOver();
    expect(told(restored.verify(), 'folder')).toMatchObject({ verdict: 'sound' });
    const { alarms, days } = await restored.seal('2026-12-31T00:00:00Z');
    expect(alarms).toEqual([]);
    expect(days.map(({ origin }) => origin)).toEqual([AFTER]);
    const alone = restored.verify({ only: 'folder' });
    expect(told(alone, 'folder')).toMatchObject({ verdict: 'incomplete', codes: ['cut-by-restore'] });
  });

  test('is not called tampered for a checkpoint of the lost part that was kept elsewhere', async () => {
    using restored = new RestoredNode(nodeIn('sealed'));
    await restored.rollOver();
    const given = newest(nodeIn('sealed'));
    expect(told(restored.verify({ given }))).toMatchObject({
      verdict: 'incomplete',
      codes: expect.arrayContaining(['cut-by-restore', 'given-cut']),
    });
  });
});

test('a log that ended by a restore which lost nothing is sound, and is sealed to its end', async () => {
  using restored = new RestoredNode(nodeIn('sealed'), 1);
  await restored.rollOver({ before: [act] });
  expect(told(restored.verify())).toMatchObject({ verdict: 'sound' });
  const { alarms, days } = await restored.seal('2026-12-31T00:00:00Z');
  expect(alarms).toEqual([]);
  expect(days.map(({ origin, size }) => [origin, size])).toEqual([
    [CUT, SIGNED + 2],
    [AFTER, 1],
  ]);
  expect(restored.verify().verdict).toBe('sound');
});

describe('a restore excuses nothing', () => {
  test('but what operators write: records of partners in place of signed ones are tampering', async () => {
    using restored = new RestoredNode(nodeIn('sealed'));
    await restored.rollOver({ before: [disclosure] });
    expect(told(restored.verify())).toMatchObject({
      verdict: 'tampered',
      codes: expect.arrayContaining(['folder-ahead', 'mark-beyond']),
      index: BACKED_UP + 2,
    });
  });

  test('that the next log does not admit', async () => {
    using restored = new RestoredNode(nodeIn('sealed'));
    await restored.rollOver({ admits: 'nothing' });
    expect(told(restored.verify())).toMatchObject({ verdict: 'tampered' });
  });

  test('beyond what the next log admits', async () => {
    using restored = new RestoredNode(nodeIn('open'));
    await restored.rollOver({ admits: 'older' });
    const given = newest(nodeIn('open'));
    expect(told(restored.verify({ given, only: 'database' }))).toMatchObject({ verdict: 'tampered' });
    expect(told(restored.verify())).toMatchObject({ verdict: 'tampered' });
  });
});
