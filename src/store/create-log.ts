import { emptyRoot } from '../audit/merkle.ts';
import { type FaultsError } from '../shared/fault.ts';
import { databaseFile } from './database-file.ts';
import { openDatabase } from './open-database.ts';
import { storeFault } from './store-fault.ts';

/** Where a log is kept. */
export interface StoreAddress {
  /** `sqlite:<file>` */
  readonly databaseUrl: string;
  /** `<gateway name>/<node>/<year>` */
  readonly origin: string;
}

/**
 * Makes the database where it is missing, the empty head of its first log, and the key that signs its checkpoints.
 * Besides, only closing a log makes a head: that of the next one.
 * @param vkey C2SP vkey; its private part must lie in the key folder already
 * @throws FaultsError when the database holds a log already
 */
export async function createLog({ databaseUrl, origin }: StoreAddress, vkey: string): Promise<void> {
  const database = await openDatabase(databaseFile(databaseUrl), true);
  try {
    const connection = await database.connect();
    connection
      .transaction(() => {
        const { changes, lastInsertRowid } = connection
          .prepare(
            `INSERT INTO audit_head (origin, size, root, frontier, last_time)
             SELECT ?, 0, ?, x'', 0 WHERE NOT EXISTS (SELECT 1 FROM audit_head)`,
          )
          .run(origin, emptyRoot);
        if (changes === 0) throw logExists(database.file);
        connection.prepare('INSERT INTO audit_key (log, vkey) VALUES (?, ?)').run(lastInsertRowid, vkey);
      })
      .immediate();
  } finally {
    await database.close();
  }
}

function logExists(file: string): FaultsError {
  return storeFault(
    'LOG_EXISTS',
    file,
    { tr: 'veritabanında zaten bir kayıt var', en: 'the database holds a log already' },
    {
      tr: 'Var olan kaydın üzerine yazılmaz; yeni kurulum için başka bir veritabanı dosyası seçin.',
      en: 'An existing log is never written over; choose another database file for a new installation.',
    },
  );
}
