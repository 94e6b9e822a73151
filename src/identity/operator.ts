/** A person who uses the command line; proves each act with a personal Ed25519 key. */
export interface Operator {
  readonly id: string;
  readonly name: string;
  /** SPKI, PEM. */
  readonly publicKey: string;
  /** Epoch milliseconds. */
  readonly addedAt: number;
  /** Epoch milliseconds, or null while the operator may act. */
  readonly endedAt: number | null;
}
