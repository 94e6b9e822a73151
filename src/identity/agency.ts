/** A public body that may call the gateway or provide data. */
export interface Agency {
  readonly id: string;
  readonly name: string;
}

/** A client certificate that an agency registered. The certificate is the identity, not the CA that issued it. */
export interface AgencyCertificate {
  /** SHA-256 of the DER form, lower-case hex. */
  readonly fingerprint: string;
  readonly agencyId: string;
  readonly subject: string;
  /** Epoch milliseconds. */
  readonly validTo: number;
  /** Epoch milliseconds, or null while not revoked. */
  readonly revokedAt: number | null;
}
