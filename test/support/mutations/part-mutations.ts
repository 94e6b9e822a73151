import { type Database } from 'better-sqlite3';
import { type Bench, type LogFacts, type Mutate } from './mutation.ts';

/** Indexes of the leaves that have a part. */
function partsOf(database: Database, { log }: LogFacts): number[] {
  const query = 'SELECT idx FROM audit_personal WHERE log = ? ORDER BY idx';
  return database.prepare<[number], number>(query).pluck().all(log);
}

/** Changes one part; `work` gets a condition that names its row. */
function onePart(
  bench: Bench,
  what: string,
  work: (database: Database, where: string, indexes: readonly number[]) => void,
): { what: string; row: string; indexes: number[] } {
  const log = bench.log();
  let index = 0;
  bench.edit((database) => {
    const indexes = partsOf(database, log);
    index = bench.choice.of(indexes);
    work(database, `WHERE log = ${String(log.log)} AND idx = ${String(index)}`, indexes);
  });
  return {
    what: `${log.origin} part ${String(index)}: ${what}`,
    row: `audit_personal idx=${String(index)}`,
    indexes: [index],
  };
}

const flipped =
  (...columns: readonly string[]): Mutate =>
  (bench) => {
    const column = bench.choice.of(columns);
    const found = onePart(bench, column, (database, where) => {
      const old = database.prepare<[], Buffer>(`SELECT ${column} FROM audit_personal ${where}`).pluck().get();
      const value = bench.choice.flip(old ?? Buffer.alloc(32));
      database.prepare(`UPDATE audit_personal SET ${column} = ? ${where}`).run(value);
    });
    return { ...found, open: true };
  };

const tagDropped: Mutate = (bench) => {
  const column = bench.choice.of(['subject_tag', 'official_tag', 'case_tag']);
  const found = onePart(bench, `${column} dropped`, (database, where) => {
    // An act has no tag that could be dropped: it is given one.
    const assignment = `${column} = CASE WHEN ${column} IS NULL THEN randomblob(32) ELSE NULL END`;
    database.exec(`UPDATE audit_personal SET ${assignment} ${where}`);
  });
  return { ...found, open: true };
};

const slot: Mutate = (bench) => {
  const found = onePart(bench, 'slot', (database, where) => {
    database.exec(`UPDATE audit_personal SET slot = slot + 1 ${where}`);
  });
  return { ...found, open: true };
};

const swapped: Mutate = (bench) => {
  const log = bench.log();
  let places: [number, number] = [0, 0];
  bench.edit((database) => {
    const indexes = partsOf(database, log);
    const [first, second] = bench.choice.pair(0, indexes.length);
    places = [indexes[first] ?? 0, indexes[second] ?? 0];
    const set = database.prepare('UPDATE audit_personal SET idx = ? WHERE log = ? AND idx = ?');
    set.run(-7, log.log, places[0]);
    set.run(places[0], log.log, places[1]);
    set.run(places[1], log.log, -7);
  });
  const [first] = places;
  return {
    what: `${log.origin} parts ${places.join(' and ')} swapped`,
    row: `audit_personal idx=${String(first)}`,
    indexes: [first],
    open: true,
  };
};

const deleted: Mutate = (bench) => {
  const log = bench.log();
  let index = 0;
  bench.edit((database) => {
    index = bench.choice.of(partsOf(database, log));
    database.prepare('DELETE FROM audit_personal WHERE log = ? AND idx = ?').run(log.log, index);
  });
  return { what: `${log.origin} part ${String(index)} deleted`, indexes: [index] };
};

const labelled: Mutate = (bench) => {
  const assignment = bench.choice.of([
    "kid = 'access-p9y-2026-12'",
    "kid = kid || '0'",
    "purge_after = '2027-01-01'",
    "purge_after = date(purge_after, '-3 days')",
    "purge_after = ''",
  ]);
  return onePart(bench, assignment, (database, where) => {
    database.exec(`UPDATE audit_personal SET ${assignment} ${where}`);
  });
};

const added: Mutate = (bench) => {
  const log = bench.log();
  const index = bench.choice.of([0, log.size, log.size + 5]);
  bench.edit((database) => {
    const others = 'kid, purge_after, salt, slot, nonce, box';
    const copy = `INSERT INTO audit_personal (log, idx, ${others}) SELECT log, ?, ${others} FROM audit_personal WHERE log = ? LIMIT 1`;
    database.prepare(copy).run(index, log.log);
  });
  return {
    what: `${log.origin} part added at ${String(index)}`,
    row: `audit_personal idx=${String(index)}`,
  };
};

const kid: Mutate = (bench) => {
  const how = bench.choice.of(['delete', 'edit']);
  let name = '';
  bench.edit((database) => {
    name = bench.choice.of(database.prepare<[], string>('SELECT kid FROM audit_kid').pluck().all());
    if (how === 'delete') database.prepare('DELETE FROM audit_kid WHERE kid = ?').run(name);
    else database.prepare("UPDATE audit_kid SET kid = kid || '9' WHERE kid = ?").run(name);
  });
  return { what: `kid ${name}: ${how}`, row: `audit_kid kid=${name}` };
};

/** Changes to personal parts and the names of their keys. */
export const PART_MUTATIONS: Readonly<Record<string, Mutate>> = {
  'database: box of a part': flipped('box', 'nonce', 'salt'),
  'database: slot of a part': slot,
  'database: search tag': flipped('subject_tag', 'official_tag', 'case_tag'),
  'database: search tag dropped or added': tagDropped,
  'database: parts swapped': swapped,
  'database: part deleted': deleted,
  'database: label of a part': labelled,
  'database: part added': added,
  'database: kid': kid,
};
