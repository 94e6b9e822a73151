import { type SavedStamp } from './time-stamp/saved-stamp.ts';

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
  /** Origin of the log that follows this one; null while the log takes records. */
  readonly next: string | null;
}

/** A complete subtree of 256^level leaves, level ≥ 1: the tiles of C2SP tlog-tiles rest on them. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
  /** 32 bytes. */
  readonly hash: Buffer;
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

/** A checkpoint that was signed and given out: a note of C2SP tlog-checkpoint with the log's own signature only. */
export interface StoredCheckpoint {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Buffer;
  readonly note: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A witness's signature (C2SP tlog-cosignature) under the checkpoint of this size. */
export interface StoredCosignature {
  readonly size: number;
  /** Name of the witness's key. */
  readonly name: string;
  /** The whole signature line, without its newline. */
  readonly line: string;
  /** Epoch milliseconds at which it was received. */
  readonly at: number;
}

/** A time stamp over the note of the stored checkpoint of this size. */
export interface StoredStamp {
  readonly size: number;
  /** DER of the whole TimeStampResp (RFC 3161 §2.4.2). */
  readonly response: Buffer;
  /** Epoch milliseconds at which it was received. */
  readonly at: number;
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
  readonly caseTag: Buffer | null;
  /** `YYYY-MM-DD`: the first day on which the part may be destroyed. */
  readonly purgeAfter: string;
}

/** What the row of a sealed part says without being opened. */
export interface PartLabel {
  readonly index: number;
  readonly kid: string;
  /** `YYYY-MM-DD` */
  readonly purgeAfter: string;
}

/** Reads a log for proving and showing; `SearchRows` reads it for searching. Readers MUST return the stored bytes untouched. */
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
  close(): void;
}

/** Reads all that proves a log to others. */
export interface EvidenceReader extends LogReader {
  /** Stored hashes of at most `count` leaves from `from` on; fewer where the log ends. */
  leafHashes(from: number, count: number): readonly Buffer[];
  /** Stored hash of a complete subtree; undefined where it is not stored. Trust it only once a proof with it holds. */
  subtree(level: number, index: number): Buffer | undefined;
  /** Labels of the sealed parts, by index, ascending. */
  partLabels(): Iterable<PartLabel>;
  /** Kids that are registered as used, of all logs of the database. */
  registeredKids(): readonly string[];
  /** Root after the commit that ended at this size; undefined where none did. */
  rootOfCommit(size: number): Buffer | undefined;
  /** By level, then index. */
  subtrees(): Iterable<Subtree>;
  /** The key (C2SP vkey) with which checkpoints of this log are signed; undefined in a log that has none yet. */
  vkey(): string | undefined;
  /** Ascending by size. */
  checkpoints(): Iterable<StoredCheckpoint>;
  /** The smallest stored checkpoint of at least this size. */
  checkpointFrom(size: number): StoredCheckpoint | undefined;
  newestCheckpoint(): StoredCheckpoint | undefined;
  /** Ascending by size, then name. */
  cosignatures(): Iterable<StoredCosignature>;
  cosignaturesAt(size: number): readonly StoredCosignature[];
  /** Ascending by size. */
  stamps(): Iterable<StoredStamp>;
  stampAt(size: number): StoredStamp | undefined;
  /** The stamp of the largest size, with what its leaf states. */
  newestStamp(): SavedStamp | undefined;
}
