import { existsSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';
import { appendToFrontier } from '../audit/merkle.ts';
import { ensureLogKey } from './log-key.ts';
import { asBytes } from './stored-bytes.ts';

/** A server that writes meanwhile holds the database for milliseconds. */
const WAIT_MILLISECONDS = 5_000;

interface UnsignedLog {
  readonly log: number;
  readonly origin: string;
}

/**
 * Gives every log that was begun before logs were signed a key and the hashes of its complete subtrees, so that it is signed
 * from now on. Its first record does not name the key, so that verifying it wants the key from elsewhere. Does nothing where
 * every log has a key, as all have that this version begins.
 * @param file of a database whose schema is up to date
 * @returns origins of the logs that got a key
 * @throws FaultsError when the key cannot be written
 */
export function adoptUnsignedLogs(file: string, keyFolder: string): readonly string[] {
  if (!existsSync(file)) return [];
  const connection = new Sqlite(file, { fileMustExist: true, timeout: WAIT_MILLISECONDS });
  try {
    const unsigned = unsignedLogs(connection);
    if (unsigned.length === 0) return [];
    for (const log of unsigned) adopt(connection, log, keyFolder);
    return unsigned.map(({ origin }) => origin);
  } finally {
    connection.close();
  }
}

function unsignedLogs(connection: Database): UnsignedLog[] {
  return connection
    .prepare<[], UnsignedLog>(
      'SELECT log, origin FROM audit_head WHERE log NOT IN (SELECT log FROM audit_key) ORDER BY log',
    )
    .all();
}

/** If the process dies before the transaction commits, the key lies there and serves the next try. */
function adopt(connection: Database, { log, origin }: UnsignedLog, keyFolder: string): void {
  const { vkey } = ensureLogKey(keyFolder, origin);
  connection
    .transaction(() => {
      if (!unsignedLogs(connection).some((one) => one.log === log)) return;
      addSubtrees(connection, log);
      connection.prepare('INSERT INTO audit_key (log, vkey) VALUES (?, ?)').run(log, vkey);
    })
    .immediate();
}

function addSubtrees(connection: Database, log: number): void {
  const add = connection.prepare('INSERT INTO audit_subtree (log, level, idx, hash) VALUES (?, ?, ?, ?)');
  const page = connection.prepare<[number, number], { idx: number; hash: unknown }>(
    'SELECT idx, leaf_hash AS hash FROM audit_leaf WHERE log = ? AND idx >= ? ORDER BY idx LIMIT 1000',
  );
  const frontier: Buffer[] = [];
  for (let rows = page.all(log, 0); rows.length > 0;) {
    for (const { idx, hash } of rows)
      appendToFrontier(frontier, idx, asBytes(hash), (height, index, subtree) => {
        add.run(log, height / 8, index, subtree);
      });
    rows = page.all(log, (rows.at(-1)?.idx ?? 0) + 1);
  }
}
