/** What the gateway asks of a provider's system: one agreed operation with its validated input. */
export interface SourceQuery {
  readonly agreementId: string;
  readonly operationId: string;
  /** Validated input by field id. */
  readonly input: Readonly<Record<string, string>>;
}

/**
 * What a system answered, untrusted: `records` holds one document per match, of any shape and type.
 * No record means that the system knows no such person.
 */
export interface SourceAnswer {
  readonly records: readonly unknown[];
  /** Number of members of the record that the source itself left out, as no agreed field is made of them. */
  readonly dropped?: number;
}

/**
 * A provider's system behind one interface.
 * `fetch` MUST settle within the source's own time limit and soon after `signal` is aborted, MUST reject with
 * GatewayError SOURCE_UNAVAILABLE when the system cannot be asked (ConnectionFailure where asking again may succeed),
 * and SOURCE_ANSWER_INVALID when it answers more or other than its limits allow.
 */
export interface Source {
  readonly id: string;
  /** The agreement's system that this source is. */
  readonly system: string;
  fetch(query: SourceQuery, signal?: AbortSignal): Promise<SourceAnswer>;
  close(): Promise<void>;
}
