/**
 * What the authorities say of a connection's certificate. It is the connection's own and kept current while it is open, also
 * while requests are under way.
 */
export interface CertificateTrust {
  /** Until when its chain holds, epoch milliseconds; 0 where it is revoked or leads to no authority in force. */
  readonly trustedUntil: number;
  /** Until when it is known that it is not revoked, epoch milliseconds; Infinity where the authorities' lists are not asked. */
  readonly statusUntil: number;
}
