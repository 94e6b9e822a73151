import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLog } from '../../../src/store/create-log.ts';
import { RULES } from '../../../src/store/migrations/guards/server-rules.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { POSTGRES, SERVERS, TEST_VKEY } from '../../support/database-engines.ts';
import { GUARDED, ServerProgram } from '../../support/server-program.ts';
import { commit, grow, KEYS, personalPart, type TemporaryStore, temporaryStore } from './temporary-store.ts';

/** Rows that stand in every guarded table before anything is tried. */
const ROWS = `
  INSERT INTO audit_subtree (log, level, idx, hash) VALUES (1, 1, 0, {00});
  INSERT INTO audit_checkpoint (log, size, root, note, at) SELECT log, size, root, 'n', 0 FROM audit_root WHERE log = 1;
  INSERT INTO audit_cosignature (log, size, name, line, at) VALUES (1, 3, 'w', 'l', 0);
  INSERT INTO audit_stamp (log, size, response, at) VALUES (1, 3, {00}, 0);
  INSERT INTO cosigned_log (witness, origin, size, root, note, at) VALUES ('w', 'o', 5, {05}, 'n', 0);
  INSERT INTO quota_counter (scope, day, used) VALUES ('agreement:a', '2026-11-22', 3);
  INSERT INTO installation (id, key_folder) VALUES (1, 'mark');
  INSERT INTO operator (id, name, public_key, added_at) VALUES ('a', 'a', 'key-a', 0), ('b', 'b', 'key-b', 0), ('c', 'c', 'key-a', 0);
  INSERT INTO destruction_plan (id, hash, "plan", made_at) VALUES ('p', 'h', '[]', 0), ('q', 'h', '[]', 0);
  ${approval('p', 'a', 'key-a')}; ${approval('p', 'b', 'key-b')}; ${approval('q', 'a', 'key-a')};
  INSERT INTO destroyed_kid (kid, "plan", day, record) VALUES ('access-p1m-2026-03', 'p', '2026-04-30', 'r');
  INSERT INTO legal_hold (id, from_month, to_month, record, placed_at) VALUES ('h', '2026-10', '2026-11', 'r', 0), ('l', '2020-01', '2020-01', 'r', 0);
  UPDATE legal_hold SET lifted_at = 1 WHERE id = 'l'`;

const LEAF = 'INSERT INTO audit_leaf (log, idx, query_id, leaf, leaf_hash) VALUES';
const PART = 'INSERT INTO audit_personal (log, idx, kid, salt, slot, nonce, box, purge_after) VALUES';
const HEAD = 'INSERT INTO audit_head (origin, size, root, frontier, last_time, next_origin) VALUES';
const DESTROYED = 'INSERT INTO destroyed_kid (kid, "plan", day, record, emptied_at) VALUES';

function approval(plan: string, id: string, key: string): string {
  return `INSERT INTO destruction_approval ("plan", operator, public_key, statement, signature)
    VALUES ('${plan}', '${id}', '${key}', '[]', 's')`;
}

/** What no program may do: the statement, and the rule that refuses it; without one, a key of the table does. */
const FORBIDDEN: readonly [string, string, string?][] = [
  ['a leaf after a gap', `${LEAF} (1, 4, 'new', {00}, {00})`, 'audit_leaf: the next index'],
  ['several leaves with a gap between them', `${LEAF} (1, 3, 'n3', {00}, {00}), (1, 5, 'n5', {00}, {00})`, 'audit_leaf: the next index'],
  ['a leaf before the log', `${LEAF} (1, -1, 'new', {00}, {00})`, 'audit_leaf: the next index'],
  ['a leaf of no log', `${LEAF} (9, 0, 'new', {00}, {00})`],
  ['another leaf in the place of one', `${LEAF} (1, 1, 'new', {00}, {00})`],
  ['a second leaf of one query', `INSERT INTO audit_leaf SELECT log, 3, query_id, leaf, leaf_hash FROM audit_leaf WHERE log = 1 AND idx = 1`],
  ['a leaf of a closed log', `${LEAF} (2, 1, 'new', {00}, {00})`, 'audit_leaf: the next index of an open log only'],
  ['moving the head back', 'UPDATE audit_head SET size = 2 WHERE log = 1', 'audit_head: forward'],
  ['another root at the same size', 'UPDATE audit_head SET root = {00} WHERE log = 1', 'audit_head: forward'],
  ['moving the head beyond the leaves', 'UPDATE audit_head SET size = 4 WHERE log = 1', 'audit_head: forward'],
  ['moving the head over some of the new leaves', `${LEAF} (1, 3, 'n3', {00}, {00}), (1, 4, 'n4', {00}, {00}); UPDATE audit_head SET size = 4 WHERE log = 1`, 'audit_head: forward'],
  ['moving several heads of which one goes back', `${LEAF} (1, 3, 'n3', {00}, {00}); UPDATE audit_head SET size = CASE log WHEN 1 THEN 4 ELSE 0 END`, 'audit_head: forward'],
  ['giving a log another name', `${LEAF} (1, 3, 'n3', {00}, {00}); UPDATE audit_head SET size = 4, origin = 'other' WHERE log = 1`, 'audit_head: forward'],
  ['opening a closed log again', 'UPDATE audit_head SET next_origin = NULL WHERE log = 2', 'audit_head: forward'],
  ['a log that begins with a size', `${HEAD} ('gecit.test/node-7/2026', 3, {00}, {}, 0, NULL)`, 'audit_head: an empty head'],
  ['a log that begins closed', `${HEAD} ('gecit.test/node-7/2026', 0, {00}, {}, 0, 'next')`, 'audit_head: an empty head'],
  ['a second log of one origin', `${HEAD} ('gecit.test/node-1/2026', 0, {00}, {}, 0, NULL)`],
  ['a root that the head does not have', 'INSERT INTO audit_root (log, size, root, at) VALUES (1, 2, {00}, 0)', 'audit_root: the root of the head'],
  ['a root that is not that of the head', 'DELETE FROM audit_root; INSERT INTO audit_root (log, size, root, at) VALUES (1, 3, {00}, 0)', 'audit_root'],
  ['a second key of a log', "INSERT INTO audit_key (log, vkey) VALUES (1, 'k')"],
  ['a subtree twice', 'INSERT INTO audit_subtree (log, level, idx, hash) VALUES (1, 1, 0, {01})'],
  ['a kid twice', `INSERT INTO audit_kid (kid) VALUES ('${KEYS.kid}')`],
  ['a personal part of no leaf', `${PART} (1, 3, 'k', {00}, 0, {00}, {00}, '2026-01-01')`, 'audit_personal: together with its leaf'],
  ['a personal part of an older leaf', `${PART} (2, 0, 'k', {00}, 0, {00}, {00}, '2026-01-01')`, 'audit_personal: together with its leaf'],
  ['deleting a personal part whose keys are there', 'DELETE FROM audit_personal WHERE log = 1 AND idx = 1', 'audit_personal: only what is due'],
  ['a checkpoint of no commit', "INSERT INTO audit_checkpoint (log, size, root, note, at) VALUES (1, 2, {00}, 'n', 0)", 'audit_checkpoint: the root of a commit'],
  ['a checkpoint over another root', "INSERT INTO audit_checkpoint (log, size, root, note, at) VALUES (2, 1, {00}, 'n', 0)", 'audit_checkpoint: the root of a commit'],
  ['a cosignature under no checkpoint', "INSERT INTO audit_cosignature (log, size, name, line, at) VALUES (2, 1, 'w', 'l', 0)", 'audit_cosignature: under a checkpoint'],
  ['a time stamp over no checkpoint', 'INSERT INTO audit_stamp (log, size, response, at) VALUES (2, 1, {00}, 0)', 'audit_stamp: over a checkpoint'],
  ['what was cosigned going back', 'UPDATE cosigned_log SET size = 4', 'cosigned_log: forward'],
  ['another root at a size that was cosigned', 'UPDATE cosigned_log SET root = {06}', 'cosigned_log: forward'],
  ['what was cosigned becoming that of another log', "UPDATE cosigned_log SET origin = 'x', size = 9", 'cosigned_log: forward'],
  ['lowering a counter', 'UPDATE quota_counter SET used = 2', 'quota_counter: upwards'],
  ['moving a counter to another day', "UPDATE quota_counter SET day = '2026-11-23', used = 9", 'quota_counter: upwards'],
  ['a counter below zero', "INSERT INTO quota_counter (scope, day, used) VALUES ('b', '2026-11-22', -1)", 'quota_counter: from zero'],
  ['a counter twice', "INSERT INTO quota_counter (scope, day, used) VALUES ('agreement:a', '2026-11-22', 0)"],
  ['taking the version of the registers back', 'UPDATE register_version SET version = version - 1', 'register_version: upwards'],
  ['a second version of the registers', 'INSERT INTO register_version (id, version) VALUES (2, 1)'],
  ['a second mark of the key folder', "INSERT INTO installation (id, key_folder) VALUES (2, 'x')"],
  ['a hold on nothing', "INSERT INTO legal_hold (id, record, placed_at) VALUES ('n', 'r', 0)", 'legal_hold: a kid or months'],
  ['a hold on a kid and on months', "INSERT INTO legal_hold (id, kid, from_month, to_month, record, placed_at) VALUES ('n', 'k', '2026-01', '2026-02', 'r', 0)", 'legal_hold: a kid or months'],
  ['a hold on months without an end', "INSERT INTO legal_hold (id, from_month, record, placed_at) VALUES ('n', '2026-01', 'r', 0)", 'legal_hold: a kid or months'],
  ['a hold that is lifted as it comes', "INSERT INTO legal_hold (id, kid, record, placed_at, lifted_at) VALUES ('n', 'k', 'r', 0, 1)", 'legal_hold: a kid or months'],
  ['changing a hold', "UPDATE legal_hold SET from_month = '2027-01', lifted_at = 1 WHERE id = 'h'", 'legal_hold: lifted once'],
  ['putting a hold into force again', "UPDATE legal_hold SET lifted_at = NULL WHERE id = 'l'", 'legal_hold: lifted once'],
  ['lifting a hold twice', "UPDATE legal_hold SET lifted_at = 2 WHERE id = 'l'", 'legal_hold: lifted once'],
  ['an approval by nobody', approval('q', 'd', 'key-d'), 'destruction_approval: each operator'],
  ['an approval with the key of another', approval('q', 'b', 'key-a'), 'destruction_approval: each operator'],
  ['an approval by another name with the same key', approval('q', 'c', 'key-a'), 'destruction_approval: each operator'],
  ['an approval twice', approval('p', 'a', 'key-a')],
  ['a plan twice', `INSERT INTO destruction_plan (id, hash, "plan", made_at) VALUES ('p', 'h', '[]', 0)`],
  ['destroying what one approved', `${DESTROYED} ('access-p1m-2026-04', 'q', '2026-05-31', 'r', NULL)`, 'destroyed_kid: approved by two'],
  ['destroying what is under a hold', `${DESTROYED} ('access-p1m-2026-10', 'p', '2026-12-31', 'r', NULL)`, 'destroyed_kid: approved by two'],
  ['destroying what has no parts any more', `${DESTROYED} ('access-p1m-2026-04', 'p', '2026-05-31', 'r', 1)`, 'destroyed_kid: approved by two'],
  ['destroying by no plan', `${DESTROYED} ('access-p1m-2026-04', 'none', '2026-05-31', 'r', NULL)`],
  ['moving the day of a destruction', "UPDATE destroyed_kid SET day = '2030-01-01', emptied_at = 1", 'destroyed_kid: emptied once'],
  ['emptying a destroyed kid twice', 'UPDATE destroyed_kid SET emptied_at = 1; UPDATE destroyed_kid SET emptied_at = 2', 'destroyed_kid: emptied once'],
]; // prettier-ignore

/** Tables of which no row ever changes, or ever goes. */
const NEVER = RULES.filter(({ rule }) => rule.startsWith('no '));

describe.each(SERVERS)('$name itself refuses [R002-082]', (engine) => {
  let temporary: TemporaryStore;
  let program: ServerProgram;
  let before: unknown;

  async function contents(): Promise<unknown> {
    const tables = GUARDED.map(async (table) => program.run(`SELECT * FROM ${table}`));
    return (await Promise.all(tables)).map((rows) => rows.map((row) => JSON.stringify(row)).sort());
  }

  beforeAll(async () => {
    temporary = await temporaryStore(engine);
    const { databaseUrl } = temporary.address;
    await commit(temporary.store.evidence, 3);
    await createLog({ databaseUrl, origin: 'gecit.test/node-2/2026' }, TEST_VKEY);
    const second = await openStore({ ...temporary.address, origin: 'gecit.test/node-2/2026' });
    await second.evidence.transact(async (tx) => {
      const { leaves, head } = grow(await tx.head(), [personalPart()]);
      await tx.appendLeaves(leaves);
      await tx.moveHead(await tx.head(), { ...head, next: 'gecit.test/node-2/2027' });
    });
    await second.close();
    program = new ServerProgram(databaseUrl);
    await program.together(ROWS);
    before = await contents();
  });

  afterAll(async () => {
    await program[Symbol.asyncDispose]();
    await temporary[Symbol.asyncDispose]();
  });

  test.each(FORBIDDEN)('%s', async (_, sql, rule) => {
    const refused =
      rule ?? /duplicate key|foreign key|unique|check constraint|FOREIGN KEY|PRIMARY KEY|UNIQUE KEY|CHECK/;
    await expect(program.together(sql)).rejects.toThrow(refused);
    expect(await contents()).toEqual(before);
  });

  test.each(NEVER)('every $event of $table', async ({ table, event, rule }) => {
    const [row = {}] = await program.run(`SELECT * FROM ${table}`);
    const [column = ''] = Object.keys(row);
    const sql = event === 'UPDATE' ? `UPDATE ${table} SET ${column} = ${column}` : `DELETE FROM ${table}`;
    await expect(program.together(sql)).rejects.toThrow(
      new RegExp(`${table}: ${rule}|foreign key|REFERENCE constraint`),
    );
    expect(await contents()).toEqual(before);
  });

  test('nothing of what the gateway does', async () => {
    await program.together(
      `UPDATE destroyed_kid SET emptied_at = 1; UPDATE legal_hold SET lifted_at = 1 WHERE id = 'h';
       UPDATE quota_counter SET used = used + 1; UPDATE cosigned_log SET size = 6; ${approval('q', 'b', 'key-b')};
       ${DESTROYED} ('${KEYS.kid}', 'q', '2036-11-30', 'r', NULL); DELETE FROM audit_personal WHERE log = 1`,
    );
    expect((await commit(temporary.store.evidence, 2)).size).toBe(5);
    expect(await program.run('SELECT idx FROM audit_personal WHERE log = 1')).toHaveLength(2);
  });
});

describe('PostgreSQL itself refuses [R002-082]', () => {
  test('to empty any guarded table at once', async () => {
    await using temporary = await temporaryStore(POSTGRES);
    await commit(temporary.store.evidence, 1);
    await using program = new ServerProgram(temporary.address.databaseUrl);
    for (const table of GUARDED)
      await expect(program.run(`TRUNCATE ${table} CASCADE`)).rejects.toThrow(': no TRUNCATE');
    expect(await program.run('SELECT idx FROM audit_leaf')).toHaveLength(1);
  });
});
