/** When evidence counts as stale: four hours after the first attempt that failed since the last that succeeded. */
export const STALE_MILLISECONDS: number = 4 * 60 * 60 * 1000;

/** What staleness hangs on, in milliseconds. */
export interface Staleness {
  /** Epoch of the first failed attempt since the last that succeeded; null while none has failed since. */
  readonly firstFailedAt: number | null;
  readonly now: number;
  readonly staleMilliseconds: number;
}

/**
 * Whether the log has gone without outside confirmation for too long. It counts from the first failed attempt and not from
 * the last time stamp, because one time stamp a day is normal.
 */
export function evidenceStale({ firstFailedAt, now, staleMilliseconds }: Staleness): boolean {
  return firstFailedAt !== null && now - firstFailedAt > staleMilliseconds;
}

/** The first failed attempt after one more attempt: a success forgets it, a failure keeps the earlier one. */
export function firstFailureAfter(
  before: number | null,
  attempt: { readonly succeeded: boolean; readonly at: number },
): number | null {
  return attempt.succeeded ? null : (before ?? attempt.at);
}
