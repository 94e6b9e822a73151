import { describe, expect, test } from '@jest/globals';
import { CounterTable } from '../../../../src/gateway/commit/counter-table.ts';
import { type EvidenceTransaction } from '../../../../src/gateway/commit/evidence-store.ts';
import { FakeEvidenceStore } from '../../../support/fake-evidence-store.ts';

const DAY = '2026-03-02';
const key = (scope: string): { scope: string; day: string } => ({ scope, day: DAY });
const scope = (name: string, limit: number): { scope: string; limit: number } => ({ scope: name, limit });

async function withTable<T>(used: Record<string, number>, work: (table: CounterTable) => T): Promise<T> {
  const moves = Object.entries(used).map(([name, to]) => ({ ...key(name), from: 0, to }));
  return new FakeEvidenceStore().transact(async (transaction) => {
    await transaction.moveCounters(moves);
    return work(await CounterTable.read(transaction, [key('a'), key('b'), key('a')]));
  });
}

describe('the counter table', () => {
  test('takes one unit in every scope, or none in any [R002-031]', async () => {
    const moves = await withTable({ a: 1, b: 2 }, (table) => {
      expect(table.take([scope('a', 2), scope('b', 2)], DAY)).toBe(false);
      expect(table.used('a', DAY)).toBe(1);
      expect(table.take([scope('a', 2), scope('b', 3)], DAY)).toBe(true);
      expect(table.take([scope('a', 2)], DAY)).toBe(false);
      return table.moves();
    });
    expect(moves).toEqual([
      { ...key('a'), from: 1, to: 2 },
      { ...key('b'), from: 2, to: 3 },
    ]);
  });

  test('moves only what changed, and tells all', async () => {
    const { moves, all } = await withTable({ b: 4 }, (table) => {
      table.take([scope('a', 1)], DAY);
      return { moves: table.moves(), all: table.all() };
    });
    expect(moves).toEqual([{ ...key('a'), from: 0, to: 1 }]);
    expect(all.map(({ scope: name, to }) => [name, to])).toEqual([
      ['a', 1],
      ['b', 4],
    ]);
  });

  test('takes nothing above a limit that was lowered below what is used [R002-032]', async () => {
    expect(await withTable({ a: 9 }, (table) => table.take([scope('a', 3)], DAY))).toBe(false);
  });

  test('asks for each counter once, in one order, and not at all for none', async () => {
    const asked: string[][] = [];
    const transaction = {
      counters: async (keys: readonly { scope: string }[]) => {
        asked.push(keys.map((one) => one.scope));
        return Promise.resolve(keys.map(() => 0));
      },
    } as unknown as EvidenceTransaction;
    await CounterTable.read(transaction, [key('z'), key('a'), key('z'), key('m')]);
    await CounterTable.read(transaction, []);
    expect(asked).toEqual([['a', 'm', 'z']]);
  });

  test('knows nothing of a counter that was not read', async () => {
    await expect(withTable({}, (table) => table.take([scope('c', 1)], DAY))).rejects.toThrow('not read');
  });
});
