import { nameOfLog } from '../../../src/audit/log-origin.ts';
import { forgeLeaf } from '../mutations/forge-log.ts';
import { type Choice } from '../mutations/mutation.ts';
import { copyOf, numberOf, type PlaceOfCopy, withDatabase } from './year-auditor.ts';
import { type YearNode } from './year-node.ts';

/** A copy of the year in which one record says something else. */
export interface ChangedLeaf extends PlaceOfCopy {
  /** Last part of the origin of its log. */
  readonly log: string;
  readonly index: number;
}

/** Changes one record of a month that the seed chooses, in a copy of database and evidence. */
export function changeOneLeaf(node: YearNode, choice: Choice): ChangedLeaf {
  const copy = copyOf(node, 'changed');
  const origin = choice.of(node.origins());
  let index = 0;
  withDatabase(copy.database, (database) => {
    const log = numberOf(database, origin);
    const size = database.prepare('SELECT size FROM audit_head WHERE log = ?').pluck().get(log) as number;
    index = choice.between(1, size - 2);
    const leaf = database
      .prepare('SELECT leaf FROM audit_leaf WHERE log = ? AND idx = ?')
      .pluck()
      .get(log, index);
    const change = database.prepare('UPDATE audit_leaf SET leaf = ? WHERE log = ? AND idx = ?');
    change.run(forgeLeaf(leaf as Buffer), log, index);
  });
  return { ...copy, log: nameOfLog(origin), index };
}
