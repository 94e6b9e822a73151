/** The keys of one retention class, period and month. Destroying them makes the personal parts under them unreadable. */
export interface RecordKeys {
  /** `<class>-<period>-<YYYY-MM>`; see `kidOf`. */
  readonly kid: string;
  /** 32 bytes; encrypts personal parts. */
  readonly dataKey: Buffer;
  /** 32 bytes; makes search tags. */
  readonly indexKey: Buffer;
}

/** Keeps record keys wrapped by a master key, apart from the database and its backups. */
export interface KeyVault {
  /**
   * Keys to seal with, made on first use. MUST be safe when two processes ask at once, MUST notice that keys it handed out
   * before are gone, and MUST NOT make keys anew under a kid that a sealed part names.
   * @throws FaultsError RECORD_KEYS_LOST
   */
  keysFor(kid: string): RecordKeys;
  /** Undefined once destroyed. */
  find(kid: string): RecordKeys | undefined;
  /** Every kid that still has keys. */
  kids(): readonly string[];
}
