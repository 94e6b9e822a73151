import { hash } from 'node:crypto';

/** Newest sealed checkpoint; changes. */
export const CHECKPOINT = 'checkpoint';
/** The log's vkey. */
export const KEYS = 'keys.vkey';
/** tlog-policy in force at the last seal; changes. */
export const POLICY = 'witness.policy';
/** One folder for each sealed day. */
export const DAYS = 'days';

/** Largest file of each kind that is read, in bytes. */
export const MAX_BYTES = {
  note: 1024 * 1024,
  key: 4096,
  policy: 1024 * 1024,
  stamp: 1024 * 1024,
  tile: 256 * 32,
  bundle: 256 * (2 + 0xffff),
  /** Lists the files of a day: about 10^9 leaves. */
  manifest: 256 * 1024 * 1024,
} as const;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether a name is that of a day's folder. */
export function isDay(name: string): boolean {
  return DAY.test(name);
}

/** Note of a checkpoint that was given out: the log's signature, then the cosignatures known when it was sealed. */
export function checkpointPath(size: number): string {
  return `checkpoints/${String(size)}`;
}

/** The checkpoint with one cosignature that came after it was sealed. @param name of the witness's key */
export function cosignaturePath(size: number, name: string): string {
  return `cosignatures/${String(size)}/${hash('sha256', name, 'hex').slice(0, 32)}`;
}

/** Time stamp over the note of a checkpoint as the log alone signed it. */
export function stampPath(size: number): string {
  return `stamps/${String(size)}.tsr`;
}

export function dayCheckpointPath(day: string): string {
  return `${DAYS}/${day}/checkpoint`;
}

export function manifestPath(day: string): string {
  return `${DAYS}/${day}/manifest.json`;
}
