import { FaultsError } from '../../shared/fault.ts';
import { type SourceEvent } from '../source-event.ts';
import { serverAccess, type ServerAccess } from './server/server-access.ts';
import { ServerEngine } from './server/server-engine.ts';
import { type OpenConnection } from './server/sql-connection.ts';
import { tellUnproven } from './server/tell-unproven.ts';
import { type CompiledQuery, type SqlEngine } from './sql-engine.ts';
import { unknownUrl } from './sql-source-faults.ts';
import { type SqlSourceSettings } from './sql-source-settings.ts';
import { SqliteEngine } from './sqlite/sqlite-engine.ts';

const SQLITE = 'sqlite:';

type Opener = (access: ServerAccess, timeoutMilliseconds: number) => OpenConnection;

/** The drivers, loaded only where a server of their kind is configured. */
const OPENERS: Readonly<Record<'postgres' | 'mysql', () => Promise<Opener>>> = {
  postgres: async () => (await import('./postgres/postgres-connection.ts')).postgresOpener,
  mysql: async () => (await import('./mysql/mysql-connection.ts')).mysqlOpener,
};

/** Makes the engine of a source, not yet started. @throws FaultsError for an unknown URL and unusable files */
export async function sqlEngine(
  settings: SqlSourceSettings,
  queries: readonly CompiledQuery[],
  onEvent: (event: SourceEvent) => void,
): Promise<SqlEngine> {
  const { id, url, server, timeoutMilliseconds } = settings;
  if (server !== undefined) {
    tellUnproven(id, server, onEvent);
    const access = serverAccess(id, server);
    const open = (await OPENERS[server.dialect]())(access, timeoutMilliseconds);
    return new ServerEngine({ queries, timeoutMilliseconds, open });
  }
  if (!url.startsWith(SQLITE)) throw new FaultsError([unknownUrl(id)]);
  return new SqliteEngine({
    file: url.slice(SQLITE.length),
    queries,
    timeoutMilliseconds,
    onReaderLost: (loss) => {
      onEvent({ kind: 'reader-lost', source: id, detail: loss });
    },
  });
}
