import { type Fault, FaultsError } from '../../shared/fault.ts';
import { type OpenContext } from '../open-source.ts';
import { type ConfiguredOperation, configuredOperations } from './configured-operations.ts';
import { type EngineState, type SqlEngine } from './sql-engine.ts';
import { SqlSource } from './sql-source.ts';
import { queryFault, unknownUrl } from './sql-source-faults.ts';
import { type SqlSourceSettings } from './sql-source-settings.ts';
import { SqliteEngine } from './sqlite/sqlite-engine.ts';

const SQLITE = 'sqlite:';

/**
 * Opens a SQL source and checks its queries.
 * Data that cannot be reached is no fault of the settings: the source then answers SOURCE_UNAVAILABLE until it can.
 * @throws FaultsError with every fault, when a query is not one SELECT that reads with exactly the input fields
 */
export async function createSqlSource(settings: SqlSourceSettings, context: OpenContext): Promise<SqlSource> {
  const faults: Fault[] = [];
  if (!settings.url.startsWith(SQLITE)) faults.push(unknownUrl(settings));
  const operations = configuredOperations(settings, context.findOperation, faults);
  if (!settings.url.startsWith(SQLITE)) throw new FaultsError(faults);
  const engine = new SqliteEngine({
    file: settings.url.slice(SQLITE.length),
    queries: operations.map((operation) => operation.compiled),
    timeoutMilliseconds: settings.timeoutMilliseconds,
    onReaderLost: (loss) => {
      context.onEvent({ kind: 'reader-lost', source: settings.id, detail: loss });
    },
  });
  return openSource(settings, operations, engine, faults);
}

async function openSource(
  settings: SqlSourceSettings,
  operations: readonly ConfiguredOperation[],
  engine: SqlEngine,
  faults: Fault[],
): Promise<SqlSource> {
  const state = await engine.start();
  faults.push(...stateFaults(settings, operations, state));
  if (faults.length > 0) {
    await engine.close();
    throw new FaultsError(faults);
  }
  return new SqlSource(settings, operations, engine);
}

function stateFaults(
  settings: SqlSourceSettings,
  operations: readonly ConfiguredOperation[],
  state: EngineState,
): Fault[] {
  if (!state.reachable) return [];
  return operations.flatMap((operation, place) => {
    const query = state.queries[place];
    return query?.usable === false
      ? [queryFault(settings, operation.settings, query.fault, query.detail)]
      : [];
  });
}
