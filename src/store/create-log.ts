import { emptyRoot } from '../audit/merkle.ts';
import { databaseFile } from './database-file.ts';
import { openDatabase } from './open-database.ts';
import { isServerUrl } from './server/server-address.ts';
import { createServerLog } from './server/create-server-log.ts';
import { logExists } from './log-exists.ts';

/** Where a log is kept. */
export interface StoreAddress {
  /** `sqlite:<file>`, `postgres://…` or `mssql://…` */
  readonly databaseUrl: string;
  /** `<gateway name>/<node>/<year>` */
  readonly origin: string;
  /** Folder for what is copied out of a database on a server; needed there only. */
  readonly copies?: string;
}

/**
 * Makes the database where it is missing, the empty head of its first log, and the key that signs its checkpoints.
 * Besides, only closing a log makes a head: that of the next one. On a server every node has a log of its own.
 * @param vkey C2SP vkey; its private part must lie in the key folder already
 * @throws FaultsError when the database holds a log already
 */
export async function createLog({ databaseUrl, origin }: StoreAddress, vkey: string): Promise<void> {
  if (isServerUrl(databaseUrl)) return createServerLog({ databaseUrl, origin }, vkey);
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
