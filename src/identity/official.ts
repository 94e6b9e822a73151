/** A named person of an agency who holds a credential (Protokol V.Ç.6). */
export interface Official {
  readonly id: string;
  readonly agencyId: string;
  readonly name: string;
  readonly unit: string;
  readonly clientId: string;
  /** Keyed SHA-256 of the machine-made 256-bit secret, hex. */
  readonly secretHash: string;
  /** Addresses or CIDR blocks, IPv4 or IPv6, from which this person may query. */
  readonly allowedAddresses: readonly string[];
}

/** One line of an Ek-3 list: what an official may do under one agreement. Nothing is implied. */
export interface Authority {
  readonly officialId: string;
  readonly agreementId: string;
  readonly operations: readonly string[];
  readonly purposes: readonly string[];
  /** Personal ceiling of answered queries a day; at most the agreement's. */
  readonly dailyQuota: number;
  /** Epoch milliseconds, inclusive. */
  readonly from: number;
  /** Epoch milliseconds, exclusive. */
  readonly until: number;
  /** Version of the personal undertaking that was signed, or null. */
  readonly undertakingVersion: string | null;
  /** Epoch milliseconds until which the training evidence is valid, or null when there is none. */
  readonly trainingValidUntil: number | null;
}
