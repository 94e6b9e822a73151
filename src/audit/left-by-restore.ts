import { type LogReader } from './audit-log.ts';
import { tryDecodeLeaf } from './try-decode-leaf.ts';

/**
 * Whether a log ended because a backup replaced it, as its last leaf states. Where leaves were lost with that, nothing of it
 * is signed any more, so that it is neither sealed to its end nor cosigned: verifying it says what is missing.
 */
export function isLeftByRestore(log: LogReader): boolean {
  const { next, size } = log.head();
  if (next === null) return false;
  for (const { bytes } of log.leaves(size - 1)) {
    const leaf = tryDecodeLeaf(bytes.toString('utf8'));
    return leaf?.type === 'rollover' && leaf.facts?.['reason'] === 'restore';
  }
  return false;
}
