/** What opens the personal parts sealed under one kid. */
export interface OpeningKeys {
  /** `<class>-<period>-<YYYY-MM>`; see `kidOf`. */
  readonly kid: string;
  /** 32 bytes; encrypts personal parts. */
  readonly dataKey: Buffer;
}

/**
 * What seals personal parts of one retention class, period and month. Destroying the keys makes those parts unreadable. The
 * key that makes search tags stays inside: whoever holds it can try every identity number against a copy of the tags.
 */
export interface RecordKeys extends OpeningKeys {
  /**
   * Keyed tag under which a part can be found without being readable, 32 bytes. Equal values have equal tags within one
   * kid only.
   * @param type what the value is: the identifier's type, e.g. `tckn`; `official` for the official who asked; `case` for a
   *   case reference
   */
  tag(type: string, value: string): Buffer;
}

/** Keeps record keys wrapped by a master key, apart from the database and its backups. */
export interface KeyVault {
  /**
   * Keys to seal with, made on first use. MUST be safe when two processes ask at once, MUST notice that keys it handed out
   * before are gone, and MUST NOT make keys anew under a kid that a sealed part names or whose keys were destroyed.
   * @throws FaultsError RECORD_KEYS_LOST, RECORD_KEYS_DESTROYED
   */
  keysFor(kid: string): RecordKeys;
  /** Keys to open with; undefined once destroyed. */
  find(kid: string): OpeningKeys | undefined;
  /** Every kid that still has keys. */
  kids(): readonly string[];
  /**
   * The tag of one value under every kid that still has keys, to search with. The values that are searched in a minute and in
   * an hour are bounded for the whole process, so that nobody tries all identity numbers.
   * @throws GatewayError RATE_LIMITED with the seconds to wait
   */
  searchTags(type: string, value: string): ReadonlyMap<string, Buffer>;
}
