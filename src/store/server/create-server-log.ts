import { logExists } from '../log-exists.ts';
import { nodeOf } from '../open-log.ts';
import { serverAddress } from './server-address.ts';
import { openServerDatabase } from './server-database.ts';
import { insertHead, openHead } from './server-heads.ts';
import { transactOn } from './server-transact.ts';

/**
 * Makes the tables where they are missing, and the empty head of the node's first log; other nodes' logs may be there.
 * @param vkey C2SP vkey; its private part must lie in the key folder already
 * @throws FaultsError when the node has a log already
 */
export async function createServerLog(
  { databaseUrl, origin }: { readonly databaseUrl: string; readonly origin: string },
  vkey: string,
): Promise<void> {
  const database = await openServerDatabase(serverAddress(databaseUrl), true);
  try {
    await transactOn(database.commits, async (transaction) => {
      if ((await openHead(transaction, nodeOf(origin))) !== undefined) throw logExists(database.place);
      await insertHead(transaction, { origin, vkey, lastTime: 0 });
    });
  } finally {
    await database.close();
  }
}
