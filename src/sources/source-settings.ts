/** What the settings of every kind of source hold. */
export interface CommonSourceSettings {
  readonly id: string;
  /** The agreement's system that this source is. */
  readonly system: string;
  /** How long one call may take, waiting for its turn and asking again included. */
  readonly timeoutMilliseconds: number;
  readonly limits: SourceLimits;
  readonly operations: readonly OperationIds[];
}

/** What one source may cost the gateway. */
export interface SourceLimits {
  /** Calls under way at once; undefined: what suits the kind. */
  readonly concurrency?: number | undefined;
  /** Calls that wait for a place; one more is refused at once. Undefined: 100, but not fewer than the places. */
  readonly queue?: number | undefined;
  /** How often a read is asked again after its connection failed. */
  readonly retries: number;
  /** Failed calls in a row after which the source is left alone for `breakerSeconds`. */
  readonly breakerFailures: number;
  readonly breakerSeconds: number;
}

/** The operation that an entry of a source answers. */
export interface OperationIds {
  readonly agreement: string;
  readonly operation: string;
}
