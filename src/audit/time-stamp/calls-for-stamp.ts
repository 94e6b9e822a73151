import { type LeafType } from '../leaf.ts';

/**
 * Whether a leaf is a reason to have the log stamped again. What others did about the log is none: their leaves are covered
 * by the next stamp, and if they called for one, stamps and cosignatures would call for each other without end.
 */
export function callsForStamp(type: LeafType): boolean {
  return type !== 'time-stamp' && type !== 'witness';
}
