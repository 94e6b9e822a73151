import { type Knex } from 'knex';
import { type IdempotencyRecord } from '../../gateway/commit/evidence-store.ts';
import { insertRows } from './insert-rows.ts';
import { orBusy } from './server-errors.ts';
import { wholeNumber } from './server-rows.ts';

interface RequestRow {
  readonly key: string;
  readonly request_hash: string;
  readonly query_id: string;
  readonly expires_at: number | string;
}

/** Answered queries that a retry may name, in a shared database. */
export class ServerRequests {
  readonly #database: Knex;
  readonly #expired = new Set<string>();

  /** @param database a transaction where records are remembered */
  constructor(database: Knex) {
    this.#database = database;
  }

  /** Records still valid at `now`. */
  async find(keys: readonly string[], now: number): Promise<Map<string, IdempotencyRecord>> {
    const rows: RequestRow[] = await this.#database<RequestRow>('idempotency').whereIn('key', keys).select();
    const valid = new Map<string, IdempotencyRecord>();
    for (const record of rows.map(recordOf)) {
      if (record.expiresAt > now) valid.set(record.key, record);
      else this.#expired.add(record.key);
    }
    return valid;
  }

  /** Overwrites records that `find` saw expired. */
  async remember(records: readonly IdempotencyRecord[]): Promise<void> {
    const expired = records.map(({ key }) => key).filter((key) => this.#expired.has(key));
    if (expired.length > 0) await this.#database('idempotency').whereIn('key', expired).delete();
    const rows = records.map(({ key, requestHash, queryId, expiresAt }) => ({
      key,
      request_hash: requestHash,
      query_id: queryId,
      expires_at: expiresAt,
    }));
    await orBusy(insertRows(this.#database, 'idempotency', rows));
  }
}

function recordOf(row: RequestRow): IdempotencyRecord {
  return {
    key: row.key,
    requestHash: row.request_hash,
    queryId: row.query_id,
    expiresAt: wholeNumber(row.expires_at),
  };
}
