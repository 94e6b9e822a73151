/** How a witness failed to answer as it should. */
export type WitnessFault =
  /** Nobody could be reached, or the connection broke. */
  | 'unreachable'
  /** No whole answer in time. */
  | 'slow'
  /** Somewhere else was named: nothing but the configured address is ever called. */
  | 'redirected'
  | 'too-large'
  /** Another status than the protocol knows for a log that does as it should. */
  | 'refused'
  /** Not what the protocol says: no size, no signature lines. */
  | 'malformed'
  /** No cosignature of the witness's key over this checkpoint, or one that does not hold. */
  | 'cosignature-invalid'
  /** The run was stopped. */
  | 'stopped';

/** No cosignature came, and why. */
export class WitnessError extends Error {
  override readonly name = 'WitnessError';
  readonly code: WitnessFault;
  /** Where the witness answered at all. */
  readonly status: number | null;

  constructor(code: WitnessFault, detail: { readonly status?: number; readonly cause?: unknown } = {}) {
    super(code, { cause: detail.cause });
    this.code = code;
    this.status = detail.status ?? null;
  }
}
