/** The state of one Merkle log (RFC 6962 §2.1). Leaves are never changed; only the head moves, forward. */
export interface LogHead {
  /** `<gateway name>/<node>/<year>` */
  readonly origin: string;
  /** Number of leaves. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Buffer;
  /** One hash per set bit of `size`, largest subtree first. */
  readonly frontier: readonly Buffer[];
  /** Epoch milliseconds of the newest leaf; 0 while empty. */
  readonly lastTime: number;
}

/** A leaf as it is stored: the very bytes that were hashed. */
export interface StoredLeaf {
  readonly index: number;
  readonly queryId: string;
  readonly bytes: Buffer;
  /** SHA-256(0x00 ‖ bytes), 32 bytes. */
  readonly hash: Buffer;
}

/** The root as it stood after one commit. */
export interface StoredRoot {
  readonly size: number;
  readonly root: Buffer;
}

/** The personal part of a record, encrypted; kept apart from the leaf and purgeable (KVKK m. 7). */
export interface SealedPart {
  /** Names the data key. */
  readonly kid: string;
  /** HKDF salt of the batch, 16 bytes. */
  readonly salt: Buffer;
  /** Place of this record's key in the batch's key stream. */
  readonly slot: number;
  /** 12 bytes. */
  readonly nonce: Buffer;
  /** AES-256-GCM ciphertext with its 16-byte tag at the end. */
  readonly box: Buffer;
  /** Keyed search tags (HMAC-SHA-256, 32 bytes), null where the record has none. */
  readonly subjectTag: Buffer | null;
  readonly officialTag: Buffer | null;
  /** `YYYY-MM-DD`: the first day on which the part may be destroyed. */
  readonly purgeAfter: string;
}

/** Reads a log for proving and searching. Readers MUST return the stored bytes untouched. */
export interface LogReader {
  /** Runs `read` so that all its calls see the log as it stood at one moment, while others go on appending. */
  atOneMoment<T>(read: () => T): T;
  head(): LogHead;
  /** Leaves in order of index, from `from` (inclusive). A gap is shown as a gap. */
  leaves(from?: number): Iterable<StoredLeaf>;
  roots(): Iterable<StoredRoot>;
  leafOf(queryId: string): StoredLeaf | undefined;
  sealedPart(index: number): SealedPart | undefined;
  /** Indexes of the leaves that have a sealed part, ascending. */
  indexesWithPart(): Iterable<number>;
  /** Indexes whose sealed part carries one of the tags, ascending. */
  indexesTagged(kind: 'subject' | 'official', tags: readonly Buffer[]): Iterable<number>;
  close(): void;
}
