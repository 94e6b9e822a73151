import { decodeLeaf } from '../../../src/audit/leaf.ts';
import { kidsIn } from '../../../src/store/keys/key-folder.ts';
import { keyFolder } from '../../../src/settings/places.ts';
import { openLogOf } from '../../../src/store/find-log.ts';
import { type YearNode } from './year-node.ts';

/** What the logs hold, counted leaf by leaf and independently of the verifier. */
export interface RecordCounts {
  readonly records: number;
  readonly byType: Readonly<Record<string, number>>;
  /** Leaves with a personal part whose sealed row is there. */
  readonly partsThere: number;
  /** Leaves with a personal part that is gone, and whose kid a `keydestroy` leaf names. */
  readonly partsDestroyed: number;
  /** Leaves with a personal part that is gone although no leaf says that its keys were destroyed. */
  readonly partsUnexplained: number;
  /** Kids that a `keydestroy` leaf names. */
  readonly destroyed: readonly string[];
  /** Those of them whose keys are there all the same. */
  readonly destroyedWithKeys: readonly string[];
}

export function countRecords(node: YearNode): RecordCounts {
  const byType: Record<string, number> = {};
  const destroyed = new Set<string>();
  const gone: string[] = [];
  let [records, partsThere] = [0, 0];
  for (const origin of node.origins()) {
    const log = openLogOf(node.settings.databaseUrl, origin);
    for (const { index, bytes } of log.leaves()) {
      const { type, facts, kid } = decodeLeaf(bytes);
      records += 1;
      byType[type] = (byType[type] ?? 0) + 1;
      if (type === 'keydestroy') destroyed.add(String(facts?.['kid']));
      if (kid === null) continue;
      if (log.sealedPart(index) === undefined) gone.push(kid);
      else partsThere += 1;
    }
    log.close();
  }
  const partsDestroyed = gone.filter((kid) => destroyed.has(kid)).length;
  const keys = kidsIn(keyFolder(node.settings));
  return {
    records,
    byType,
    partsThere,
    partsDestroyed,
    partsUnexplained: gone.length - partsDestroyed,
    destroyed: [...destroyed].sort(),
    destroyedWithKeys: keys.filter((kid) => destroyed.has(kid)),
  };
}
