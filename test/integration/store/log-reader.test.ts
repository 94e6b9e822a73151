import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type LogReader } from '../../../src/audit/audit-log.ts';
import { decodeLeaf } from '../../../src/audit/leaf.ts';
import { openPersonal } from '../../../src/audit/open-personal.ts';
import { ENGINES } from '../../support/database-engines.ts';
import { append, KEYS, personalPart, type TemporaryStore, temporaryStore } from './temporary-store.ts';

const PARTS = [
  personalPart({ officialId: 'official-1', subject: { type: 'tckn', value: '10000000146' } }),
  personalPart({ officialId: 'official-2', subject: { type: 'tckn', value: '17160614084' } }),
  personalPart({ officialId: 'official-1', subject: null }),
  personalPart({ officialId: 'official-3', subject: { type: 'tckn', value: '10000000146' } }),
];

describe.each(ENGINES)('a reader of the log on $name', (engine) => {
  let temporary: TemporaryStore;
  let reader: LogReader;

  beforeEach(async () => {
    temporary = await temporaryStore(engine);
    await temporary.store.evidence.transact(async (tx) => append(tx, PARTS));
    await temporary.store.readable.refresh();
    reader = temporary.store.openLogReader();
  });

  afterEach(async () => {
    reader.close();
    await temporary[Symbol.asyncDispose]();
  });

  test('gives leaves in order, from any index', () => {
    expect([...reader.leaves()].map((leaf) => leaf.queryId)).toEqual(PARTS.map((part) => part.queryId));
    expect([...reader.leaves(2)].map((leaf) => leaf.index)).toEqual([2, 3]);
    expect([...reader.leaves(9)]).toEqual([]);
  });

  test('finds a leaf by its query id', () => {
    const { queryId } = personalPart({ ...PARTS[1] });
    expect(reader.leafOf(queryId)).toMatchObject({ index: 1, queryId });
    expect(reader.leafOf('nobody')).toBeUndefined();
  });

  test('gives a personal part that opens under the commitment of its leaf', () => {
    for (const leaf of reader.leaves()) {
      const sealed = reader.sealedPart(leaf.index);
      const commitment = Buffer.from(decodeLeaf(leaf.bytes).personal ?? '', 'base64');
      if (sealed === undefined) throw new Error('no personal part');
      expect(openPersonal(KEYS, leaf.queryId, commitment, sealed).content).toEqual({
        caseReference: '2026/118',
      });
    }
    expect(reader.sealedPart(4)).toBeUndefined();
  });

  test('tells which leaves have a personal part', () => {
    expect([...reader.indexesWithPart()]).toEqual([0, 1, 2, 3]);
  });

  test('remembers the kids of sealed parts, and knows no others', () => {
    const { kids } = temporary.store;
    expect(kids.has(KEYS.kid)).toBe(true);
    expect(kids.has('access-p10y-2026-12')).toBe(false);
    expect(kids.ofMonth('2026-11')).toEqual([KEYS.kid]);
    expect(kids.ofMonth('2026-12')).toEqual([]);
  });

  test('sees what is appended later, except inside one moment', async () => {
    const { evidence, readable } = temporary.store;
    const { pending } = reader.atOneMoment(() => {
      const before = reader.head().size;
      const appending = evidence.transact(async (tx) => append(tx, [personalPart()]));
      expect([...reader.leaves()]).toHaveLength(before);
      return { pending: appending };
    });
    expect((await pending).size).toBe(5);
    await readable.refresh();
    expect(reader.head().size).toBe(5);
    expect([...reader.roots()].map((root) => root.size)).toEqual([4, 5]);
  });

  test('can walk the log twice at once', () => {
    const [one, two] = [reader.leaves()[Symbol.iterator](), reader.leaves()[Symbol.iterator]()];
    expect(one.next()).toEqual(two.next());
    expect(one.next()).toEqual(two.next());
    one.return?.();
    two.return?.();
  });
});
