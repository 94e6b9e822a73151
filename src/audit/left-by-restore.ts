import { type LogReader } from './audit-log.ts';
import { type Leaf } from './leaf.ts';
import { tryDecodeLeaf } from './try-decode-leaf.ts';

/**
 * Whether a log ended because a backup replaced it, as its last leaf states. Where leaves were lost with that, nothing of it
 * is signed any more, so that it is neither sealed to its end nor cosigned: verifying it says what is missing.
 */
export function isLeftByRestore(log: LogReader): boolean {
  const last = lastLeaf(log);
  return last?.type === 'rollover' && last.facts?.['reason'] === 'restore';
}

/**
 * Size up to which a log is as its backup had it, where its last leaf states that nobody knows what followed: the backup was
 * restored into a place that told nothing of it. Whatever was signed beyond is of another history, so that the key of the log
 * signs nothing beyond. Undefined for every other log.
 */
export function restoredSizeOf(log: LogReader): number | undefined {
  const last = lastLeaf(log);
  const size = last?.type === 'rollover' ? last.facts?.['restoredSize'] : undefined;
  return typeof size === 'number' ? size : undefined;
}

/** Of a closed log. */
function lastLeaf(log: LogReader): Leaf | undefined {
  const { next, size } = log.head();
  if (next === null) return undefined;
  for (const { bytes } of log.leaves(size - 1)) return tryDecodeLeaf(bytes.toString('utf8'));
  return undefined;
}
