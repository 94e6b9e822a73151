/** An opaque access token as it is stored: never the token itself. */
export interface AccessToken {
  /** Keyed SHA-256 of the token, hex. */
  readonly tokenHash: string;
  readonly officialId: string;
  /** Fingerprint of the client certificate it is bound to (RFC 8705 §3). */
  readonly certificateFingerprint: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Keeps issued tokens. `find` is on the request path. */
export interface AccessTokenStore {
  /**
   * Rejects when the token could not be stored; it is not valid then.
   * @throws GatewayError OVERLOADED while the store is locked, full or out of reach; so does `find`
   */
  save(token: AccessToken): Promise<void>;
  /** At once where the token is in memory or the database is a file; else once the database has answered. */
  find(tokenHash: string): AccessToken | undefined | Promise<AccessToken | undefined>;
  /** Forgets tokens that expired before the instant; resolves with how many. Never rejects: what cannot be removed now is left. */
  removeExpired(before: number): Promise<number>;
}
