/**
 * What the agreement's life adds to its file: signatures, undertaking, notice, end.
 * Dates are `YYYY-MM-DD` in the agreement's zone; instants are epoch milliseconds.
 */
export interface Activation {
  readonly agreementId: string;
  readonly version: number;
  /** Hash of the version that was signed; another file is another agreement. */
  readonly hash: string;
  /** Date of each party's signature, by party id. */
  readonly signedOn: Readonly<Record<string, string>>;
  /** The consumer's institutional undertaking (Ek-2), or null while none is registered. */
  readonly undertaking: { readonly version: string; readonly signedOn: string } | null;
  /** Written notice that the agreement will not be renewed, or null. */
  readonly noticeOn: string | null;
  /** Instant at which termination (breach or mutual) takes effect, or null. */
  readonly terminatedAt: number | null;
  /** Instant since which the agreement is suspended, or null. */
  readonly suspendedAt: number | null;
}
