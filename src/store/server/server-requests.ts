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

  constructor(database: Knex) {
    this.#database = database;
  }

  /** Records still valid at `now`. */
  async find(keys: readonly string[], now: number): Promise<Map<string, IdempotencyRecord>> {
    const rows: RequestRow[] = await this.#database<RequestRow>('idempotency')
      .whereIn('key', keys)
      .where('expires_at', '>', now)
      .select();
    return new Map(rows.map((row) => [row.key, recordOf(row)]));
  }

  /** Overwrites expired records of the same keys. */
  async remember(records: readonly IdempotencyRecord[]): Promise<void> {
    await this.#database('idempotency')
      .whereIn(
        'key',
        records.map(({ key }) => key),
      )
      .delete();
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
