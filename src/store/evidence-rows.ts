import { type Database, type Statement } from 'better-sqlite3';
import {
  type PartLabel,
  type StoredCheckpoint,
  type StoredCosignature,
  type StoredStamp,
  type Subtree,
} from '../audit/audit-log.ts';
import { type SavedStamp } from '../audit/time-stamp/saved-stamp.ts';
import { asBytes } from './stored-bytes.ts';

const CHECKPOINT = 'SELECT size, root, note, at FROM audit_checkpoint WHERE log = ?';
const STAMP = 'SELECT size, response, at FROM audit_stamp WHERE log = ?';
const NEWEST_STAMP = `SELECT s.size, s.response, s.at, s.gen_time AS genTime, s.authority, s.policy, s.leaf_id AS leafId, c.note
  FROM audit_stamp s JOIN audit_checkpoint c ON c.log = s.log AND c.size = s.size
  WHERE s.log = ? AND s.leaf_id IS NOT NULL ORDER BY s.size DESC LIMIT 1`;
const COSIGNATURE = 'SELECT size, name, line, at FROM audit_cosignature WHERE log = ?';

/** Reads what proves one log to others, over a connection that the caller keeps. */
export class EvidenceRows {
  readonly #connection: Database;
  readonly #log: number;
  readonly #hashes: Statement<[number, number, number]>;
  readonly #subtree: Statement<[number, number, number]>;
  readonly #root: Statement<[number, number]>;
  readonly #from: Statement<[number, number], StoredCheckpoint>;
  readonly #newest: Statement<[number], StoredCheckpoint>;
  readonly #newestStamp: Statement<[number], SavedStamp>;
  readonly #stampAt: Statement<[number, number], StoredStamp>;
  readonly #cosignaturesAt: Statement<[number, number], StoredCosignature>;

  constructor(connection: Database, log: number) {
    this.#connection = connection;
    this.#log = log;
    this.#hashes = connection
      .prepare<[number, number, number]>(
        'SELECT leaf_hash FROM audit_leaf WHERE log = ? AND idx >= ? ORDER BY idx LIMIT ?',
      )
      .pluck();
    this.#subtree = connection
      .prepare<[number, number, number]>(
        'SELECT hash FROM audit_subtree WHERE log = ? AND level = ? AND idx = ?',
      )
      .pluck();
    this.#root = connection
      .prepare<[number, number]>('SELECT root FROM audit_root WHERE log = ? AND size = ?')
      .pluck();
    this.#from = connection.prepare(`${CHECKPOINT} AND size >= ? ORDER BY size LIMIT 1`);
    this.#newest = connection.prepare(`${CHECKPOINT} ORDER BY size DESC LIMIT 1`);
    this.#newestStamp = connection.prepare(NEWEST_STAMP);
    this.#stampAt = connection.prepare(`${STAMP} AND size = ?`);
    this.#cosignaturesAt = connection.prepare(`${COSIGNATURE} AND size = ? ORDER BY name`);
  }

  leafHashes(from: number, count: number): readonly Buffer[] {
    return this.#hashes.all(this.#log, from, count).map(asBytes);
  }

  subtree(level: number, index: number): Buffer | undefined {
    const hash = this.#subtree.get(this.#log, level, index);
    return hash === undefined ? undefined : asBytes(hash);
  }

  *partLabels(): Iterable<PartLabel> {
    const all = this.#connection
      .prepare<[number], [number, string, string]>(
        'SELECT idx, kid, purge_after FROM audit_personal WHERE log = ? ORDER BY idx',
      )
      .raw();
    for (const [index, kid, purgeAfter] of all.iterate(this.#log)) yield { index, kid, purgeAfter };
  }

  registeredKids(): readonly string[] {
    return this.#connection.prepare<[], string>('SELECT kid FROM audit_kid ORDER BY kid').pluck().all();
  }

  rootOfCommit(size: number): Buffer | undefined {
    const root = this.#root.get(this.#log, size);
    return root === undefined ? undefined : asBytes(root);
  }

  *subtrees(): Iterable<Subtree> {
    const all = this.#connection.prepare<[number], { level: number; idx: number; hash: unknown }>(
      'SELECT level, idx, hash FROM audit_subtree WHERE log = ? ORDER BY level, idx',
    );
    for (const { level, idx, hash } of all.iterate(this.#log))
      yield { level, index: idx, hash: asBytes(hash) };
  }

  vkey(): string | undefined {
    return this.#connection
      .prepare<[number], string>('SELECT vkey FROM audit_key WHERE log = ?')
      .pluck()
      .get(this.#log);
  }

  *checkpoints(): Iterable<StoredCheckpoint> {
    const all = this.#connection.prepare<[number], StoredCheckpoint>(`${CHECKPOINT} ORDER BY size`);
    for (const row of all.iterate(this.#log)) yield checkpointOf(row);
  }

  checkpointFrom(size: number): StoredCheckpoint | undefined {
    const row = this.#from.get(this.#log, size);
    return row && checkpointOf(row);
  }

  newestCheckpoint(): StoredCheckpoint | undefined {
    const row = this.#newest.get(this.#log);
    return row && checkpointOf(row);
  }

  *cosignatures(): Iterable<StoredCosignature> {
    yield* this.#connection
      .prepare<[number], StoredCosignature>(`${COSIGNATURE} ORDER BY size, name`)
      .iterate(this.#log);
  }

  cosignaturesAt(size: number): readonly StoredCosignature[] {
    return this.#cosignaturesAt.all(this.#log, size);
  }

  *stamps(): Iterable<StoredStamp> {
    const all = this.#connection.prepare<[number], StoredStamp>(`${STAMP} ORDER BY size`);
    for (const row of all.iterate(this.#log)) yield { ...row, response: asBytes(row.response) };
  }

  newestStamp(): SavedStamp | undefined {
    const row = this.#newestStamp.get(this.#log);
    return row && { ...row, response: asBytes(row.response), note: textOf(row.note) };
  }

  stampAt(size: number): StoredStamp | undefined {
    const row = this.#stampAt.get(this.#log, size);
    return row && { ...row, response: asBytes(row.response) };
  }
}

/** SQLite does not enforce types: another program may have left anything there. */
function textOf(value: unknown): string {
  return String(value);
}

function checkpointOf(row: StoredCheckpoint): StoredCheckpoint {
  return { ...row, root: asBytes(row.root), note: textOf(row.note) };
}
