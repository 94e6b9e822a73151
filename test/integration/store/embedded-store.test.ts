import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { type IdempotencyRecord, StoreBusyError } from '../../../src/gateway/commit/evidence-store.ts';
import { SqliteEvidenceStore } from '../../../src/store/evidence-store.ts';
import { nodeOf } from '../../../src/store/open-log.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { commit, ORIGIN, type TemporaryStore, temporaryStore } from './temporary-store.ts';

function request(change: Partial<IdempotencyRecord> = {}): IdempotencyRecord {
  return { key: 'k1', requestHash: 'h1', queryId: 'q1', expiresAt: 1000, ...change };
}

describe('the embedded database', () => {
  let temporary: TemporaryStore;

  beforeEach(async () => {
    temporary = await temporaryStore();
  });

  afterEach(async () => {
    await temporary[Symbol.asyncDispose]();
  });

  test('is busy at once while another process writes, and takes the same call afterwards', async () => {
    const { evidence } = temporary.store;
    const other = new Sqlite(temporary.file);
    other.exec('BEGIN IMMEDIATE');
    await expect(commit(evidence, 1)).rejects.toBeInstanceOf(StoreBusyError);
    expect(await evidence.standingVersion()).toBe(1);
    other.exec('ROLLBACK');
    other.close();
    expect((await commit(evidence, 1)).size).toBe(1);
  });

  test('is given back also when the right to serve cannot be, because another process writes', async () => {
    const other = new Sqlite(temporary.file);
    const served = await openStore(temporary.address);
    await served.serve();
    other.exec('BEGIN IMMEDIATE');
    await expect(served.close()).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    other.close();
    await expect(served.operators()).rejects.toThrow('not open');
  });

  test('rejects with the cause when the disk is full, and keeps what was there', async () => {
    const writer = new Sqlite(temporary.file);
    const reader = new Sqlite(temporary.file);
    const evidence = new SqliteEvidenceStore({ writer, reader }, nodeOf(ORIGIN), async () =>
      Promise.resolve(),
    );
    await commit(evidence, 1);
    writer.pragma(`max_page_count = ${String(writer.pragma('page_count', { simple: true }))}`);
    await expect(commit(evidence, 200)).rejects.toMatchObject({ code: 'SQLITE_FULL' });
    writer.pragma('max_page_count = 100000');
    expect((await commit(evidence, 1)).size).toBe(2);
    writer.close();
    reader.close();
  });

  test('forgets requests that expired long ago while it remembers new ones', async () => {
    const { evidence } = temporary.store;
    await evidence.transact(async (tx) =>
      tx.rememberRequests([request({ key: 'old1' }), request({ key: 'old2' })]),
    );
    await evidence.transact(async (tx) => {
      await tx.idempotency([], 5000);
      await tx.rememberRequests([request({ expiresAt: 9000 })]);
    });
    const raw = new Sqlite(temporary.file, { readonly: true });
    expect(raw.prepare('SELECT key FROM idempotency').pluck().all()).toEqual(['k1']);
    raw.close();
  });
});
