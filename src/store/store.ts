import { type EvidenceReader } from '../audit/audit-log.ts';
import { type CheckpointBook } from '../audit/checkpoint-book.ts';
import { type NoteKey } from '../audit/note/note-key.ts';
import { type ConflictShelf } from '../audit/witness/witness.ts';
import { type EvidenceStore } from '../gateway/commit/evidence-store.ts';
import { type AccessTokenStore } from '../identity/access-token.ts';
import { type IdentityRows } from '../identity/identity-register.ts';
import { type Operator } from '../identity/operator.ts';
import { type DestructionRegister } from '../privacy/destruction/destruction-register.ts';
import { type Clock } from '../shared/clock.ts';
import { type Logger } from '../shared/logger.ts';
import { type ReferenceClock } from '../shared/reference-clock.ts';
import { type KidsInUse } from './kid-table.ts';
import { type StoredWitnessState } from './witness-state.ts';

/** The gateway's own database, opened, whichever engine it is. */
export interface Store {
  readonly evidence: EvidenceStore;
  readonly tokens: AccessTokenStore;
  readonly kids: KidsInUse;
  readonly readable: ReadableLogs;
  /** Clocks that all nodes of the database share; none where it has no other clock than this machine's. */
  readonly clocks: readonly ReferenceClock[];
  /** A reader over a connection of its own; whoever opens it closes it. */
  openLogReader(): EvidenceReader;
  identityRows(): Promise<IdentityRows>;
  operators(): Promise<readonly Operator[]>;
  /** Limits lowered in operation, by quota scope. */
  loweredLimits(): Promise<ReadonlyMap<string, number>>;
  /**
   * Proves that this node has the key folder that the other nodes of the database have; the first one says which it is.
   * @param mark makes hex with a key of that folder; asked only where nodes share a database
   * @throws FaultsError KEY_FOLDER_OTHER
   */
  requireKeyFolder(mark: () => string): Promise<void>;
  /**
   * Takes the right to serve this node's log until `close`; every commit checks it.
   * @throws FaultsError LOG_IN_USE while another process has it
   */
  serve(): Promise<void>;
  /** The book of one of the node's logs, over connections of its own; whoever opens it closes it. */
  openBook(options: BookOptions): Promise<CheckpointBook>;
  /** What this node's witness cosigned, over a connection of its own. */
  openWitnessState(options: WitnessStateOptions): Promise<OpenWitnessState>;
  /** Holds and destruction, over a connection of their own until `close`. */
  openDestruction(): Promise<DestructionRegister>;
  close(): Promise<void>;
}

/** Where the node's logs are read: the database itself, or the copy of them that is kept beside a server's. */
export interface ReadableLogs {
  /** `sqlite:<file>` */
  readonly url: string;
  /** Resolves once what was committed before the call can be read there. */
  refresh(): Promise<void>;
}

/** Where the files of a witness lie, and who it is. */
export interface WitnessStateOptions {
  readonly folder: string;
  readonly key: NoteKey;
  readonly logger: Logger;
}

/** The records of a witness, and the notes that it refused. */
export interface OpenWitnessState {
  readonly state: StoredWitnessState;
  readonly shelf: ConflictShelf;
}

/** Which log, and where its key and its newest signature lie. */
export interface BookOptions {
  readonly origin: string;
  readonly keyFolder: string;
  readonly evidenceFolder: string;
  readonly clock: Clock;
  readonly pauseMilliseconds: number;
}
