import { hash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import Sqlite from 'better-sqlite3';
import { type EvidenceReader, type StoredCheckpoint, type Subtree } from '../../src/audit/audit-log.ts';
import { type CheckpointBook } from '../../src/audit/checkpoint-book.ts';
import { encodeLeaf, type LeafType } from '../../src/audit/leaf.ts';
import { appendToFrontier, leafHash, rootOf } from '../../src/audit/merkle.ts';
import { createCosigner } from '../../src/audit/note/note-signer.ts';
import { parseNote } from '../../src/audit/note/signed-note.ts';
import { type FileOperations } from '../../src/evidence/file-operations.ts';
import { type SealedDay, sealDays, type SealPorts, type SealProgress } from '../../src/evidence/seal-days.ts';
import { type NewLeaf } from '../../src/gateway/commit/evidence-store.ts';
import { newQueryId } from '../../src/shared/ids.ts';
import { createLog, type StoreAddress } from '../../src/store/create-log.ts';
import { openLogOf } from '../../src/store/find-log.ts';
import { ensureLogKey } from '../../src/store/log-key.ts';
import { openStore } from '../../src/store/open-store.ts';
import { type Store } from '../../src/store/store.ts';
import { leaf } from '../integration/store/temporary-store.ts';

export const ORIGIN = 'gecit.test/node-1/2026';
export const ZONE = 'Europe/Istanbul';

/** Leaves of one commit at most, so that large logs are built in bounded memory. */
const COMMIT = 5_000;

/** What a seal of a test is asked for. */
export interface SealAsked {
  /** RFC 3339 */
  readonly now: string;
  readonly timeZone?: string;
  readonly folder?: string;
  readonly policy?: string | null;
  readonly operations?: FileOperations;
  readonly onProgress?: (progress: SealProgress) => void;
  readonly checkpointAt?: SealPorts['checkpointAt'];
}

/** A real log in a real database, with its key and its book, that grows at the times a test names. */
export class DayLog implements AsyncDisposable {
  readonly place: string;
  readonly address: StoreAddress;
  readonly store: Store;
  readonly book: CheckpointBook;
  readonly reader: EvidenceReader;
  readonly vkey: string;

  private constructor(place: string, address: StoreAddress, store: Store, book: CheckpointBook) {
    this.place = place;
    this.address = address;
    this.store = store;
    this.book = book;
    this.vkey = book.vkey;
    this.reader = openLogOf(address.databaseUrl, address.origin);
  }

  static async make(origin: string = ORIGIN): Promise<DayLog> {
    const place = mkdtempSync(join(tmpdir(), 'gecit-days-'));
    const address = { databaseUrl: `sqlite:${join(place, 'gecit.db')}`, origin };
    const keyFolder = join(place, 'keys');
    await createLog(address, ensureLogKey(keyFolder, origin).vkey);
    const store = await openStore(address);
    const clock = { now: () => Date.parse('2026-11-24T00:00:00Z') };
    const book = await store.openBook({
      origin,
      keyFolder,
      // Apart from the sealed evidence, which tests compare byte by byte.
      evidenceFolder: join(place, 'marks'),
      clock,
      pauseMilliseconds: 0,
    });
    return new DayLog(place, address, store, book);
  }

  /** Folder of the evidence of all logs. */
  get folder(): string {
    return join(this.place, 'logs', 'evidence');
  }

  /** Appends leaves that bear one time. */
  async commit(time: string, count: number, type: LeafType = 'disclosure'): Promise<void> {
    for (let left = count; left > 0; left -= COMMIT)
      await this.#append(time, Math.min(COMMIT, left), type, null);
  }

  /** Appends the last leaf and closes the log. */
  async end(time: string, next: string): Promise<void> {
    await this.#append(time, 1, 'rollover', next);
  }

  /** Puts a witness's cosignature under the checkpoint of this size. @returns its line */
  async cosign(size: number, witness = 'witness.test/w1'): Promise<string> {
    const { note } = await this.book.at(size);
    const line = createCosigner(witness, hash('sha256', witness, 'buffer')).cosign(
      parseNote(note).text,
      1_795_500_000,
    );
    await this.book.cosigned(size, witness, line);
    return line;
  }

  async seal(asked: SealAsked): Promise<SealedDay[]> {
    const days: SealedDay[] = [];
    const { folder, operations, policy, checkpointAt } = asked;
    const ports = {
      reader: this.reader,
      folder: folder ?? this.folder,
      checkpointAt: checkpointAt ?? (async (size: number): Promise<StoredCheckpoint> => this.book.at(size)),
      policy: policy ?? null,
      ...(operations === undefined ? {} : { operations }),
    };
    const { now, timeZone = ZONE, onProgress } = asked;
    await sealDays(ports, { now: Date.parse(now), timeZone, onProgress }, (day) => days.push(day));
    return days;
  }

  /** Changes the database as somebody who owns the file can. */
  tamper(...statements: readonly string[]): void {
    const database = new Sqlite(join(this.place, 'gecit.db'));
    const triggers = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all();
    for (const name of triggers) database.exec(`DROP TRIGGER ${String(name)}`);
    for (const statement of statements) database.exec(statement);
    database.close();
  }

  /** Every file of the sealed evidence of this log: path and SHA-256 of its bytes. */
  files(folder: string = this.folder): Map<string, string> {
    return filesBelow(join(folder, ...this.address.origin.split('/')));
  }

  /** Text of one file of the sealed evidence. */
  text(path: string): string {
    return readFileSync(join(this.folder, ...this.address.origin.split('/'), path), 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.book.close();
    this.reader.close();
    await this.store.close();
    rmSync(this.place, { recursive: true, force: true });
  }

  async #append(time: string, count: number, type: LeafType, next: string | null): Promise<void> {
    await this.store.evidence.transact(async (transaction) => {
      const before = await transaction.head();
      const frontier = [...before.frontier];
      const subtrees: Subtree[] = [];
      const leaves = Array.from({ length: count }, (_, place): NewLeaf => {
        const index = before.size + place;
        const queryId = newQueryId();
        const bytes = encodeLeaf(leaf({ type, time: new Date(time).toISOString(), queryId }));
        const hash = leafHash(bytes);
        appendToFrontier(frontier, index, hash, (height, at, complete) => {
          subtrees.push({ level: height / 8, index: at, hash: complete });
        });
        return { index, queryId, bytes, hash, sealed: null };
      });
      await transaction.appendLeaves(leaves, subtrees);
      const size = before.size + count;
      const lastTime = Date.parse(time);
      await transaction.moveHead(before, {
        ...before,
        size,
        frontier,
        root: rootOf(frontier),
        lastTime,
        next,
      });
    });
  }
}

/** Every file below a folder: path and SHA-256 of its bytes. None where there is no folder. */
export function filesBelow(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    files.sort().map((file) => [relative(folder, file), hash('sha256', readFileSync(file), 'hex')]),
  );
}
