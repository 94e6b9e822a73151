import { type Database } from 'better-sqlite3';
import { leafHash } from '../../../src/audit/merkle.ts';
import { forgeLeaf, forgeLog } from './forge-log.ts';
import { commitOf, type LogFacts, type Mutate } from './mutation.ts';

type Column = 'leaf' | 'leaf_hash' | 'query_id';

function cell(database: Database, column: Column, { log }: LogFacts, index: number): Buffer {
  const found = database
    .prepare<[number, number], Buffer | string>(`SELECT ${column} FROM audit_leaf WHERE log = ? AND idx = ?`)
    .pluck()
    .get(log, index);
  return Buffer.from(found ?? '');
}

function setCell(
  database: Database,
  column: Column,
  { log }: LogFacts,
  { index, value }: { index: number; value: Buffer | string },
): void {
  database.prepare(`UPDATE audit_leaf SET ${column} = ? WHERE log = ? AND idx = ?`).run(value, log, index);
}

const flipped =
  (column: 'leaf' | 'leaf_hash'): Mutate =>
  (bench) => {
    const log = bench.log();
    const index = bench.choice.between(0, log.size);
    bench.edit((database) => {
      setCell(database, column, log, { index, value: bench.choice.flip(cell(database, column, log, index)) });
    });
    return { what: `${log.origin} ${column} of ${String(index)}`, indexes: [index] };
  };

const rehashed: Mutate = (bench) => {
  const log = bench.log();
  const index = bench.choice.between(0, log.size);
  bench.edit((database) => {
    const leaf = forgeLeaf(cell(database, 'leaf', log, index));
    setCell(database, 'leaf', log, { index, value: leaf });
    setCell(database, 'leaf_hash', log, { index, value: leafHash(leaf) });
  });
  return { what: `${log.origin} leaf ${String(index)} and its hash`, indexes: [commitOf(log, index), index] };
};

const queryId: Mutate = (bench) => {
  const log = bench.log();
  const index = bench.choice.between(0, log.size);
  bench.edit((database) => {
    const id = cell(database, 'query_id', log, index);
    const value = `${id.toString().slice(0, -1)}${bench.choice.of(['x', 'y', 'Z'])}`;
    setCell(database, 'query_id', log, { index, value });
  });
  return { what: `${log.origin} query id of ${String(index)}`, indexes: [index] };
};

const deleted: Mutate = (bench) => {
  const log = bench.log();
  const index = bench.choice.between(0, log.size);
  bench.edit((database) => {
    database.prepare('DELETE FROM audit_leaf WHERE log = ? AND idx = ?').run(log.log, index);
  });
  return { what: `${log.origin} leaf ${String(index)} deleted`, indexes: [index] };
};

/** SQLite checks uniqueness row by row: over a detour past the end. */
function shift(database: Database, log: number, from: number, by: number): void {
  const past = 1_000_000;
  database.prepare('UPDATE audit_leaf SET idx = idx + ? WHERE log = ? AND idx >= ?').run(past, log, from);
  database
    .prepare('UPDATE audit_leaf SET idx = idx - ? WHERE log = ? AND idx >= ?')
    .run(past - by, log, past);
}

const deletedAndMovedUp: Mutate = (bench) => {
  const log = bench.log();
  const index = bench.choice.between(0, log.size - 1);
  bench.edit((database) => {
    database.prepare('DELETE FROM audit_leaf WHERE log = ? AND idx = ?').run(log.log, index);
    shift(database, log.log, index + 1, -1);
  });
  const indexes = [commitOf(log, index), index];
  return { what: `${log.origin} leaf ${String(index)} deleted, the rest moved up`, indexes };
};

const swapped: Mutate = (bench) => {
  const log = bench.log();
  const [first, second] = bench.choice.pair(0, log.size);
  bench.edit((database) => {
    const set = database.prepare('UPDATE audit_leaf SET idx = ? WHERE log = ? AND idx = ?');
    set.run(-7, log.log, first);
    set.run(first, log.log, second);
    set.run(second, log.log, -7);
  });
  return {
    what: `${log.origin} leaves ${String(first)} and ${String(second)} swapped`,
    indexes: [commitOf(log, first), first],
  };
};

const inserted: Mutate = (bench) => {
  const log = bench.log();
  const index = bench.choice.between(0, log.size + 1);
  bench.edit((database) => {
    const copied = bench.choice.between(0, log.size);
    const leaf = Buffer.from(
      cell(database, 'leaf', log, copied)
        .toString()
        .replace(/("queryId":"[^"]{10})../, '$1zz'),
    );
    const id = /"queryId":"([^"]+)"/.exec(leaf.toString())?.[1] ?? '';
    shift(database, log.log, index, 1);
    database
      .prepare('INSERT INTO audit_leaf (log, idx, query_id, leaf, leaf_hash) VALUES (?, ?, ?, ?, ?)')
      .run(log.log, index, id, leaf, leafHash(leaf));
  });
  return { what: `${log.origin} leaf inserted at ${String(index)}`, indexes: [commitOf(log, index), index] };
};

const cut: Mutate = (bench) => {
  const log = bench.log();
  const index = bench.choice.between(0, log.size);
  bench.edit((database) => {
    database.prepare('DELETE FROM audit_leaf WHERE log = ? AND idx >= ?').run(log.log, index);
  });
  return { what: `${log.origin} cut to ${String(index)}`, indexes: [index] };
};

/** Cut at a commit with everything moved back that needs no key; what was signed still tells. */
const cutConsistently: Mutate = (bench) => {
  const log = bench.log();
  const newest = log.checkpoints.at(-1) ?? 0;
  const size = bench.choice.of(log.roots.filter((root) => root < newest));
  const dropSigned = bench.choice.between(0, 2) === 0;
  bench.edit((database) => {
    forgeLog(database, { ...log, size, dropSigned });
  });
  return {
    what: `${log.origin} cut to ${String(size)} with head and roots${dropSigned ? ' and signatures' : ''}`,
    indexes: [size],
  };
};

const head: Mutate = (bench) => {
  const log = bench.log();
  const column = bench.choice.of(['root', 'frontier', 'last_time', 'size', 'next_origin']);
  bench.edit((database) => {
    const old = database
      .prepare<[number], Buffer | number>(`SELECT ${column} FROM audit_head WHERE log = ?`)
      .pluck()
      .get(log.log);
    const value = Buffer.isBuffer(old)
      ? bench.choice.flip(old)
      : column === 'next_origin'
        ? `${log.origin}-9`
        : Number(old) + bench.choice.of([-3, -1, 1, 2]);
    database.prepare(`UPDATE audit_head SET ${column} = ? WHERE log = ?`).run(value, log.log);
  });
  const around = [-3, -1, 0, 1, 2].map((by) => log.size + by);
  return {
    what: `${log.origin} head ${column}`,
    row: 'audit_head',
    ...(column === 'size' ? { indexes: around } : {}),
  };
};

const root: Mutate = (bench) => {
  const log = bench.log();
  const size = bench.choice.of(log.roots);
  const how = bench.choice.of(['flip', 'move', 'add']);
  bench.edit((database) => {
    const old = database
      .prepare<[number, number], Buffer>('SELECT root FROM audit_root WHERE log = ? AND size = ?')
      .pluck()
      .get(log.log, size);
    const bytes = old ?? Buffer.alloc(32);
    if (how === 'flip')
      database
        .prepare('UPDATE audit_root SET root = ? WHERE log = ? AND size = ?')
        .run(bench.choice.flip(bytes), log.log, size);
    else if (how === 'move')
      database
        .prepare('UPDATE OR REPLACE audit_root SET size = size + 1000 WHERE log = ? AND size = ?')
        .run(log.log, size);
    else
      database
        .prepare('INSERT INTO audit_root (log, size, root, at) VALUES (?, ?, ?, 0)')
        .run(log.log, size + 1000, bytes);
  });
  return {
    what: `${log.origin} root of ${String(size)}: ${how}`,
    row: `audit_checkpoint size=${String(size)}`,
    indexes: how === 'flip' ? [commitOf(log, size - 1)] : [log.size],
  };
};

/** The root of the last commit, or of one at which a checkpoint was signed: others are no evidence, only an aid. */
const rootDeleted: Mutate = (bench) => {
  const log = bench.log();
  const size = bench.choice.of([...log.checkpoints, log.size]);
  bench.edit((database) => {
    database.prepare('DELETE FROM audit_root WHERE log = ? AND size = ?').run(log.log, size);
  });
  const row = size === log.size ? 'audit_head' : `audit_checkpoint size=${String(size)}`;
  return { what: `${log.origin} root of ${String(size)} deleted`, row };
};

const subtree: Mutate = (bench) => {
  const log = bench.logs.find(({ size }) => size > 256);
  if (log === undefined) throw new Error('no log has a complete subtree');
  const how = bench.choice.of(['flip', 'delete', 'move', 'add'] as const);
  const statement = {
    flip: 'UPDATE audit_subtree SET hash = ? WHERE log = ?',
    delete: 'DELETE FROM audit_subtree WHERE ? IS NOT NULL AND log = ?',
    move: 'UPDATE audit_subtree SET idx = 1 WHERE ? IS NOT NULL AND log = ?',
    add: 'INSERT INTO audit_subtree (hash, log, level, idx) VALUES (?, ?, 1, 5)',
  }[how];
  bench.edit((database) => {
    const old = database
      .prepare<[number], Buffer>('SELECT hash FROM audit_subtree WHERE log = ?')
      .pluck()
      .get(log.log);
    database.prepare(statement).run(bench.choice.flip(old ?? Buffer.alloc(32)), log.log);
  });
  return { what: `${log.origin} subtree: ${how}`, row: 'audit_subtree' };
};

/** Changes to the leaves of a database and to what follows from them. */
export const TREE_MUTATIONS: Readonly<Record<string, Mutate>> = {
  'database: byte of a leaf': flipped('leaf'),
  'database: byte of a leaf hash': flipped('leaf_hash'),
  'database: leaf with its hash': rehashed,
  'database: query id': queryId,
  'database: leaf deleted': deleted,
  'database: leaf deleted, rest moved up': deletedAndMovedUp,
  'database: leaves swapped': swapped,
  'database: leaf inserted': inserted,
  'database: tail cut': cut,
  'database: tail cut consistently': cutConsistently,
  'database: head': head,
  'database: root of a commit': root,
  'database: root deleted': rootDeleted,
  'database: subtree': subtree,
};
