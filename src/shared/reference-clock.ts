/** A clock of another machine, to compare this one's with: that of the database, that of another node. */
export interface ReferenceClock {
  /** As the operator knows the machine, e.g. `database`. */
  readonly name: string;
  /** Epoch milliseconds; undefined, or a rejection, where it cannot be asked at this moment. */
  now(): Promise<number | undefined>;
}
