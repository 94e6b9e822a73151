import { type Database, type Statement } from 'better-sqlite3';
import { type IdempotencyRecord } from '../gateway/commit/evidence-store.ts';

const COLUMNS = 'key, request_hash AS requestHash, query_id AS queryId, expires_at AS expiresAt';

/** Expired records removed for each new one, so that the table shrinks after a busy day. */
const SWEEP_PER_RECORD = 2;

/** Answered queries that a retry may name. */
export class RequestTable {
  readonly #find: Statement<[string, number], IdempotencyRecord>;
  readonly #remember: Statement<[string, string, string, number]>;
  readonly #sweep: Statement<[number, number]>;
  #now = 0;

  constructor(connection: Database) {
    this.#find = connection.prepare(`SELECT ${COLUMNS} FROM idempotency WHERE key = ? AND expires_at > ?`);
    this.#remember = connection.prepare(
      `INSERT INTO idempotency (key, request_hash, query_id, expires_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET request_hash = excluded.request_hash, query_id = excluded.query_id,
         expires_at = excluded.expires_at`,
    );
    this.#sweep = connection.prepare(
      'DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency WHERE expires_at <= ? LIMIT ?)',
    );
  }

  find(key: string, now: number): IdempotencyRecord | undefined {
    return this.#find.get(key, now);
  }

  findAll(keys: readonly string[], now: number): Map<string, IdempotencyRecord> {
    this.#now = now;
    const found = new Map<string, IdempotencyRecord>();
    for (const key of keys) {
      const record = this.#find.get(key, now);
      if (record !== undefined) found.set(key, record);
    }
    return found;
  }

  /** Overwrites an expired record of the same key, and removes a few that expired before the last look. */
  remember(records: readonly IdempotencyRecord[]): void {
    this.#sweep.run(this.#now, SWEEP_PER_RECORD * records.length);
    for (const { key, requestHash, queryId, expiresAt } of records) {
      this.#remember.run(key, requestHash, queryId, expiresAt);
    }
  }
}
