import Database from 'better-sqlite3';
import { describe, expect, test } from '@jest/globals';
import { commit, KEYS, temporaryStore } from './temporary-store.ts';

const PLAN = "INSERT INTO destruction_plan (id, hash, plan, made_at) VALUES ('p', 'h', '{}', 0)";
const KID = `INSERT INTO destroyed_kid (kid, plan, day, record) VALUES ('${KEYS.kid}', 'p', '2036-11-30', 'r')`;
const HOLD = `INSERT INTO legal_hold (id, from_month, to_month, record, placed_at) VALUES ('h', '2026-10', '2026-11', 'r', 0)`;

function operator(id: string, key: string): string {
  return `INSERT INTO operator (id, name, public_key, added_at) VALUES ('${id}', '${id}', '${key}', 0)`;
}

function approval(id: string, key: string): string {
  return `INSERT INTO destruction_approval (plan, operator, public_key, statement, signature)
    VALUES ('p', '${id}', '${key}', '{}', 's')`;
}

/** A database with one sealed part and a plan that two have approved. */
async function guarded(
  work: (run: (...statements: string[]) => string, count: () => unknown) => void,
): Promise<void> {
  await using temporary = await temporaryStore();
  await commit(temporary.store.evidence, 1);
  const connection = new Database(temporary.file);
  try {
    const run = (...statements: string[]): string => {
      try {
        for (const statement of statements) connection.exec(statement);
        return 'done';
      } catch (error) {
        return (error as Error).message;
      }
    };
    run(operator('a', 'key-a'), operator('b', 'key-b'), operator('c', 'key-a'), PLAN);
    work(run, () => connection.prepare('SELECT COUNT(*) FROM audit_personal').pluck().get());
  } finally {
    connection.close();
  }
}

describe('the database', () => {
  test('gives up a sealed part only once its keys are destroyed', async () => {
    await guarded((run, count) => {
      const remove = 'DELETE FROM audit_personal';
      expect(run(remove)).toBe('audit_personal: only what is due and whose keys were destroyed');
      expect(run(approval('a', 'key-a'), approval('b', 'key-b'), KID, remove)).toBe('done');
      expect(count()).toBe(0);
    });
  });

  test('gives up no part before the day on which it is due', async () => {
    await guarded((run, count) => {
      const early = KID.replace('2036-11-30', '2036-11-21');
      expect(run(approval('a', 'key-a'), approval('b', 'key-b'), early)).toBe('done');
      expect(run('DELETE FROM audit_personal')).toContain('only what is due');
      expect(count()).toBe(1);
    });
  });

  test('takes no destroyed kid without two approvals by two operators and two keys', async () => {
    await guarded((run) => {
      expect(run(KID)).toBe('destroyed_kid: approved by two, under no hold');
      expect(run(approval('a', 'key-a'))).toBe('done');
      expect(run(approval('a', 'key-a'))).toContain('each operator and each key once');
      expect(run(approval('c', 'key-a'))).toContain('each operator and each key once');
      expect(run(approval('d', 'key-d'))).toContain('each operator and each key once');
      expect(run(KID)).toBe('destroyed_kid: approved by two, under no hold');
    });
  });

  test('takes no destroyed kid under a hold until that is lifted', async () => {
    await guarded((run) => {
      expect(run(approval('a', 'key-a'), approval('b', 'key-b'), HOLD)).toBe('done');
      expect(run(KID)).toBe('destroyed_kid: approved by two, under no hold');
      expect(run("DELETE FROM legal_hold WHERE id = 'h'")).toBe('legal_hold: no DELETE');
      expect(run("UPDATE legal_hold SET from_month = '2027-01'")).toContain('lifted once');
      expect(run('UPDATE legal_hold SET lifted_at = 1', KID)).toBe('done');
      expect(run('UPDATE legal_hold SET lifted_at = NULL')).toContain('lifted once');
    });
  });

  test('forgets no plan, no approval and no destroyed kid', async () => {
    await guarded((run) => {
      run(approval('a', 'key-a'), approval('b', 'key-b'), KID);
      for (const table of ['destruction_plan', 'destruction_approval', 'destroyed_kid'])
        expect(run(`DELETE FROM ${table}`)).toBe(`${table}: no DELETE`);
      expect(run("UPDATE destruction_plan SET hash = 'x'")).toBe('destruction_plan: no UPDATE');
      expect(run("UPDATE destroyed_kid SET day = '2030-01-01'")).toContain('emptied once');
      expect(run(KID.replace('INSERT', 'INSERT OR REPLACE'))).toContain('under no hold');
    });
  });
});
