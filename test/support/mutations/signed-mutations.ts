import { type Database } from 'better-sqlite3';
import { createNoteSigner } from '../../../src/audit/note/note-signer.ts';
import { encodeNote, parseNote } from '../../../src/audit/note/signed-note.ts';
import { type Bench, type LogFacts, type Mutate } from './mutation.ts';

/** A row that is named by its size. */
function rowOf(table: string, size: number): string {
  return `${table} size=${String(size)}`;
}

/** A size under which nothing was signed. */
function freeSize(bench: Bench, log: LogFacts): number {
  const size = bench.choice.between(1, log.size + 5);
  return log.checkpoints.includes(size) ? freeSize(bench, log) : size;
}

function sizesIn(bench: Bench, table: string, { log }: LogFacts): number[] {
  let sizes: number[] = [];
  bench.edit((database) => {
    const query = `SELECT DISTINCT size FROM ${table} WHERE log = ? ORDER BY size`;
    sizes = database.prepare<[number], number>(query).pluck().all(log);
  });
  return sizes;
}

function noteOf(database: Database, { log }: LogFacts, size: number): string {
  const query = 'SELECT note FROM audit_checkpoint WHERE log = ? AND size = ?';
  return database.prepare<[number, number], string>(query).pluck().get(log, size) ?? '';
}

const checkpointNote: Mutate = (bench) => {
  const log = bench.log();
  const size = bench.choice.of(log.checkpoints);
  bench.edit((database) => {
    const flipped = bench.choice.flip(Buffer.from(noteOf(database, log, size)));
    const set = database.prepare('UPDATE audit_checkpoint SET note = ? WHERE log = ? AND size = ?');
    set.run(flipped.toString('latin1'), log.log, size);
  });
  return { what: `${log.origin} note of ${String(size)}`, row: rowOf('audit_checkpoint', size) };
};

const checkpointRow: Mutate = (bench) => {
  const log = bench.log();
  const size = bench.choice.of(log.checkpoints);
  const how = bench.choice.of(['root', 'size']);
  const free = freeSize(bench, log);
  bench.edit((database) => {
    const where = `WHERE log = ${String(log.log)} AND size = ${String(size)}`;
    if (how === 'root') database.exec(`UPDATE audit_checkpoint SET root = randomblob(32) ${where}`);
    else database.exec(`UPDATE audit_checkpoint SET size = ${String(free)} ${where}`);
  });
  return {
    what: `${log.origin} ${how} of the checkpoint row ${String(size)}`,
    row: rowOf('audit_checkpoint', how === 'root' ? size : free),
  };
};

/** One that is sealed, stamped, cosigned or marked: any other is proven by later ones and only named by nobody. */
const checkpointDeleted: Mutate = (bench) => {
  const log = bench.log();
  const size = bench.choice.of(log.checkpoints);
  bench.edit((database) => {
    database.prepare('DELETE FROM audit_checkpoint WHERE log = ? AND size = ?').run(log.log, size);
  });
  const row = rowOf(size <= log.sealed ? 'audit_checkpoint' : 'audit_cosignature', size);
  return { what: `${log.origin} checkpoint ${String(size)} deleted`, row };
};

/** A checkpoint of the true tree that somebody else signed. */
const checkpointForged: Mutate = (bench) => {
  const log = bench.log();
  const size = bench.choice.of(log.checkpoints);
  const other = bench.choice.of([
    createNoteSigner(log.origin, Buffer.alloc(32, 9)),
    ...bench.logs.filter(({ origin }) => origin !== log.origin).map(({ signer }) => signer),
  ]);
  bench.edit((database) => {
    const { text } = parseNote(noteOf(database, log, size));
    const set = database.prepare('UPDATE audit_checkpoint SET note = ? WHERE log = ? AND size = ?');
    set.run(encodeNote(text, [other.sign(text)]), log.log, size);
  });
  return {
    what: `${log.origin} checkpoint ${String(size)} signed by ${other.key.vkey}`,
    row: rowOf('audit_checkpoint', size),
  };
};

const cosignature: Mutate = (bench) => {
  const log = bench.log();
  const size = bench.choice.of(sizesIn(bench, 'audit_cosignature', log));
  const how = bench.choice.of(['line', 'name', 'size']);
  const free = freeSize(bench, log);
  bench.edit((database) => {
    const query = 'SELECT name, line FROM audit_cosignature WHERE log = ? AND size = ? LIMIT 1';
    const row = database.prepare<[number, number], { name: string; line: string }>(query).get(log.log, size);
    const set = (assignment: string, value: string | number): void => {
      const where = 'WHERE log = ? AND size = ? AND name = ?';
      database
        .prepare(`UPDATE audit_cosignature SET ${assignment} ${where}`)
        .run(value, log.log, size, row?.name);
    };
    if (how === 'line') set('line = ?', bench.choice.flip(Buffer.from(row?.line ?? '')).toString('latin1'));
    else if (how === 'name') set('name = ?', 'witness-c.test');
    else set('size = ?', free);
  });
  const row = rowOf('audit_cosignature', how === 'size' ? free : size);
  return { what: `${log.origin} ${how} of a cosignature under ${String(size)}`, row };
};

/** One that is sealed: any other leaves no trace but the witness's own. */
const cosignatureDeleted: Mutate = (bench) => {
  const log = bench.log();
  const sealed = sizesIn(bench, 'audit_cosignature', log).filter((size) => size <= log.sealed);
  const size = bench.choice.of(sealed);
  bench.edit((database) => {
    const where = "WHERE log = ? AND size = ? AND name = 'witness-a.test'";
    database.prepare(`DELETE FROM audit_cosignature ${where}`).run(log.log, size);
  });
  return {
    what: `${log.origin} cosignature under ${String(size)} deleted`,
    row: rowOf('audit_cosignature', size),
  };
};

const cosignatureAdded: Mutate = (bench) => {
  const log = bench.log();
  const size = bench.choice.of(log.checkpoints);
  bench.edit((database) => {
    const line = `— witness-c.test ${Buffer.alloc(76, bench.choice.between(1, 256)).toString('base64')}`;
    const add = 'INSERT INTO audit_cosignature (log, size, name, line, at) VALUES (?, ?, ?, ?, 0)';
    database.prepare(add).run(log.log, size, 'witness-c.test', line);
  });
  return {
    what: `${log.origin} cosignature added under ${String(size)}`,
    row: rowOf('audit_cosignature', size),
  };
};

const stamp: Mutate = (bench) => {
  const log = bench.log();
  const size = bench.choice.of(sizesIn(bench, 'audit_stamp', log));
  const how = bench.choice.of(['byte', 'size', 'delete', 'cut']);
  const free = freeSize(bench, log);
  bench.edit((database) => {
    const where = `WHERE log = ${String(log.log)} AND size = ${String(size)}`;
    const old = database.prepare<[], Buffer>(`SELECT response FROM audit_stamp ${where}`).pluck().get();
    const bytes = old ?? Buffer.alloc(1);
    const set = database.prepare(`UPDATE audit_stamp SET response = ? ${where}`);
    if (how === 'byte') set.run(bench.choice.flip(bytes));
    else if (how === 'cut') set.run(bytes.subarray(0, bench.choice.between(0, bytes.length)));
    else if (how === 'size') database.exec(`UPDATE audit_stamp SET size = ${String(free)} ${where}`);
    else database.exec(`DELETE FROM audit_stamp ${where}`);
  });
  return {
    what: `${log.origin} stamp of ${String(size)}: ${how}`,
    row: rowOf('audit_stamp', how === 'size' ? free : size),
  };
};

const stampsSwapped: Mutate = (bench) => {
  const [log] = bench.logs;
  if (log === undefined) throw new Error('no log');
  const [first = 0, second = 0] = sizesIn(bench, 'audit_stamp', log);
  bench.edit((database) => {
    const where = (size: number): string => `WHERE log = ${String(log.log)} AND size = ${String(size)}`;
    database.exec(`UPDATE audit_stamp SET size = -1 ${where(first)}`);
    database.exec(`UPDATE audit_stamp SET size = ${String(first)} ${where(second)}`);
    database.exec(`UPDATE audit_stamp SET size = ${String(second)} ${where(-1)}`);
  });
  return { what: `${log.origin} stamps swapped`, row: rowOf('audit_stamp', first) };
};

const key: Mutate = (bench) => {
  const log = bench.log();
  const how = bench.choice.of(['character', 'other', 'delete']);
  const other = createNoteSigner(log.origin, Buffer.alloc(32, 7)).vkey;
  bench.edit((database) => {
    const where = `WHERE log = ${String(log.log)}`;
    const old = database.prepare<[], string>(`SELECT vkey FROM audit_key ${where}`).pluck().get() ?? '';
    const set = database.prepare(`UPDATE audit_key SET vkey = ? ${where}`);
    if (how === 'delete') database.exec(`DELETE FROM audit_key ${where}`);
    else set.run(how === 'other' ? other : bench.choice.flip(Buffer.from(old)).toString('latin1'));
  });
  return { what: `${log.origin} key: ${how}`, row: 'audit_key' };
};

const logDeleted: Mutate = (bench) => {
  const log = bench.log();
  const [first] = bench.logs;
  bench.edit((database) => {
    for (const table of [
      'leaf',
      'root',
      'subtree',
      'personal',
      'checkpoint',
      'cosignature',
      'stamp',
      'key',
      'head',
    ])
      database.prepare(`DELETE FROM audit_${table} WHERE log = ?`).run(log.log);
  });
  // Its neighbour names it: the first by its last leaf, the second by its first.
  const indexes = log === first ? [0] : [(first?.size ?? 0) - 1];
  return { what: `${log.origin} deleted`, indexes };
};

/** Changes to what is signed over a log in a database. */
export const SIGNED_MUTATIONS: Readonly<Record<string, Mutate>> = {
  'database: note of a checkpoint': checkpointNote,
  'database: row of a checkpoint': checkpointRow,
  'database: checkpoint deleted': checkpointDeleted,
  'database: checkpoint signed with another key': checkpointForged,
  'database: cosignature': cosignature,
  'database: cosignature deleted': cosignatureDeleted,
  'database: cosignature added': cosignatureAdded,
  'database: time stamp': stamp,
  'database: time stamps swapped': stampsSwapped,
  'database: key': key,
  'database: whole log deleted': logDeleted,
};
