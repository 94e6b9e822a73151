import { type LogHead } from '../audit/audit-log.ts';
import { type LeafFacts } from '../audit/leaf.ts';
import { type BatchOutcome, commitBatch, type CommitParts, type NextLog } from './commit/commit-batch.ts';
import { type EvidenceTransaction } from './commit/evidence-store.ts';
import { type Entry } from './commit/entry.ts';
import { lifeEntry } from './commit/life-entry.ts';

/**
 * Closes the open log with a `rollover` leaf that names the next log and its key, and opens that one with a `log-opened`
 * leaf that names the end of the first: one transaction. Dies the process before it commits, nothing happened; after it,
 * every process writes the next log from its next transaction on, and the end of the first is signed at the next chance.
 * @param before entries that go into the old log before its last leaf, e.g. the act of the operator who asked for it
 */
export async function rollOver(
  transaction: EvidenceTransaction,
  next: NextLog,
  parts: CommitParts,
  before: readonly Entry[] = [],
): Promise<{ readonly closed: LogHead; readonly opened: LogHead; readonly outcome: BatchOutcome }> {
  const standing = await transaction.standing();
  const { origin, vkey, reason, restoredSize } = next;
  const stated = { next: origin, nextKey: vkey, reason };
  const last = lifeEntry('rollover', restoredSize === undefined ? stated : { ...stated, restoredSize });
  const outcome = await commitBatch(transaction, [...before, last], standing, { ...parts, next: origin });
  const closed = outcome.head;
  await transaction.openNextLog(vkey);
  const first = lifeEntry('log-opened', openingFacts(next, closed));
  const { head: opened } = await commitBatch(transaction, [first], standing, parts);
  return { closed, opened, outcome };
}

function openingFacts({ origin, vkey, signed }: NextLog, closed: LogHead): LeafFacts {
  const facts = {
    origin,
    key: vkey,
    previous: closed.origin,
    previousSize: closed.size,
    previousRoot: closed.root.toString('base64'),
  };
  if (signed === undefined) return facts;
  return { ...facts, signedSize: signed.size, signedRoot: signed.root.toString('base64') };
}

/** Opens the next log where the year of the open one is over; to be called when a transaction begins. */
export async function rollOverWhenDue(transaction: EvidenceTransaction, parts: CommitParts): Promise<void> {
  if (parts.due === undefined) return;
  const next = parts.due(await transaction.head(), parts.clock.now());
  if (next !== undefined) await rollOver(transaction, next, parts);
}
