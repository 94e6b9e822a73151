import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Verification, verifyLog } from '../../../src/audit/verify-log.ts';
import { openLogReader } from '../../../src/store/log-reader.ts';
import { logsToProve } from '../../../src/store/readable-logs.ts';
import { POSTGRES } from '../../support/database-engines.ts';
import { GUARDED, ServerProgram } from '../../support/server-program.ts';
import { commit, ORIGIN, type TemporaryStore, temporaryStore } from './temporary-store.ts';

/** Commits of the log under test: leaves 0–2, 3, 4–7, 8–9. */
const COMMITS = [3, 1, 4, 2];

/** A week after the records. */
const NOW = Date.parse('2026-11-29T09:00:00.000Z');

const ONE_BIT = (column: string): string => `${column} = set_byte(${column}, 9, get_byte(${column}, 9) # 1)`;

/** What whoever owns the server can do, and the first index at which it shows. */
const TAMPERED: readonly [string, number | null, string][] = [
  ['a byte of a leaf', 5, `UPDATE audit_leaf SET ${ONE_BIT('leaf')} WHERE idx = 5`],
  ['a byte of a leaf hash', 5, `UPDATE audit_leaf SET ${ONE_BIT('leaf_hash')} WHERE idx = 5`],
  ['a leaf together with its hash', 4, `UPDATE audit_leaf SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), '"found"', '"never"'), 'UTF8') WHERE idx = 6; UPDATE audit_leaf SET leaf_hash = sha256('\\x00'::bytea || leaf) WHERE idx = 6`],
  ['a query id', 6, "UPDATE audit_leaf SET query_id = 'other' WHERE idx = 6"],
  ['two leaves swapped', 4, 'UPDATE audit_leaf SET idx = idx + 100 WHERE idx IN (4, 6); UPDATE audit_leaf SET idx = 110 - idx WHERE idx >= 100'],
  ['a leaf deleted', 4, 'DELETE FROM audit_leaf WHERE idx = 4'],
  ['a leaf deleted and the rest moved up', 3, 'DELETE FROM audit_leaf WHERE idx = 3; UPDATE audit_leaf SET idx = idx + 99 WHERE idx > 3; UPDATE audit_leaf SET idx = idx - 100 WHERE idx > 99'],
  ['the first leaf deleted', 0, 'DELETE FROM audit_leaf WHERE idx = 0'],
  ['every leaf deleted', 0, 'DELETE FROM audit_leaf'],
  ['the tail cut', 8, 'DELETE FROM audit_leaf WHERE idx >= 8'],
  ['a leaf before the log', 0, "INSERT INTO audit_leaf (log, idx, query_id, leaf, leaf_hash) VALUES (1, -1, 'new', {00}, {00})"],
  ['a stored root', 4, `UPDATE audit_root SET root = {${'00'.repeat(32)}} WHERE size = 8`],
  ['the head moved back', 8, 'UPDATE audit_head SET size = 8, root = (SELECT root FROM audit_root WHERE size = 8)'],
  ['the root of the head', null, `UPDATE audit_head SET root = {${'00'.repeat(32)}}`],
  ['the frontier of the head', null, 'UPDATE audit_head SET frontier = {}'],
  ['the tail cut and the head moved back with it', 8, 'DELETE FROM audit_leaf WHERE idx >= 8; UPDATE audit_head SET size = 8, root = r.root, frontier = r.root FROM audit_root r WHERE r.size = 8'],
]; // prettier-ignore

describe('a log on PostgreSQL', () => {
  let temporary: TemporaryStore;
  let program: ServerProgram;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gecit-proof-'));
    temporary = await temporaryStore(POSTGRES);
    for (const count of COMMITS) await commit(temporary.store.evidence, count);
    program = new ServerProgram(temporary.address.databaseUrl);
    for (const table of GUARDED) await program.run(`CREATE TABLE kept_${table} AS TABLE ${table}`);
  });

  afterEach(async () => {
    const restore = GUARDED.map((table) => `DELETE FROM ${table}; INSERT INTO ${table} TABLE kept_${table}`);
    await program.pastGuards(restore.join('; '));
  });

  afterAll(async () => {
    await program[Symbol.asyncDispose]();
    await temporary[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  async function proven(now = NOW): Promise<Verification> {
    const told: number[] = [];
    const place = { databaseUrl: temporary.address.databaseUrl, node: 'gecit.test/node-1', copies: folder };
    const logs = await logsToProve(place, (done) => told.push(done));
    const reader = openLogReader(logs.url.slice('sqlite:'.length), ORIGIN);
    try {
      return verifyLog(reader, now);
    } finally {
      reader.close();
      await logs.close();
    }
  }

  test('is sound while the gateway runs', async () => {
    expect(await proven()).toMatchObject({ verdict: 'sound', size: 10, firstBadIndex: null });
  });

  test.each(TAMPERED)(
    'that was changed past its guards is found out with the place: %s',
    async (_, place, sql) => {
      await program.pastGuards(sql);
      expect(await proven()).toMatchObject({ verdict: 'tampered', firstBadIndex: place });
    },
  );

  test('is incomplete without personal parts that were to be kept, and sound once they are due', async () => {
    await program.pastGuards('DELETE FROM audit_personal WHERE idx IN (4, 7)');
    expect(await proven()).toMatchObject({ verdict: 'incomplete', firstBadIndex: 4, missingParts: 2 });
    expect(await proven(Date.parse('2037-01-01'))).toMatchObject({ verdict: 'sound', missingParts: 0 });
  });
});
