import { type Fault } from '../../shared/fault.ts';
import { agreedOperations } from '../agreed-operations.ts';
import { type OpenContext } from '../open-source.ts';
import { tellUnproven } from '../sql/server/tell-unproven.ts';
import { serverAccess } from '../sql/server/server-access.ts';
import { ServerEngine } from '../sql/server/server-engine.ts';
import { startSource } from '../sql/start-source.ts';
import { type SqlSource } from '../sql/sql-source.ts';
import { type LogIn, mssqlOpener } from './mssql-connection.ts';
import { type MssqlSourceSettings } from './mssql-source-settings.ts';
import { compileStatement } from './mssql-statement.ts';
import { tediousLogIn } from './tedious-session.ts';

/**
 * Opens a source on SQL Server, and has the server describe its statements.
 * @param logIn the driver; a test hands in another one
 * @throws FaultsError with every fault
 */
export async function createMssqlSource(
  settings: MssqlSourceSettings,
  { findOperation, onEvent }: OpenContext,
  logIn?: LogIn,
): Promise<SqlSource> {
  const { id, server, timeoutMilliseconds } = settings;
  const faults: Fault[] = [];
  const operations = agreedOperations(settings, findOperation, faults).flatMap((agreed) =>
    compileStatement(id, agreed, faults),
  );
  return startSource(settings, operations, faults, () => {
    tellUnproven(id, server, onEvent);
    const driver = logIn ?? tediousLogIn(serverAccess(id, server), timeoutMilliseconds);
    return new ServerEngine({
      queries: operations.map(({ compiled }) => compiled),
      timeoutMilliseconds,
      open: mssqlOpener(driver, timeoutMilliseconds),
    });
  });
}
