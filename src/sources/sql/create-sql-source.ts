import { type Fault, FaultsError } from '../../shared/fault.ts';
import { type OpenContext } from '../open-source.ts';
import { type ConfiguredOperation, configuredOperations } from './configured-operations.ts';
import { sqlEngine } from './open-engine.ts';
import { type EngineState, type SqlEngine } from './sql-engine.ts';
import { SqlSource } from './sql-source.ts';
import { queryFault } from './sql-source-faults.ts';
import { type SqlSourceSettings } from './sql-source-settings.ts';

/**
 * Opens a SQL source and checks its queries.
 * Data that cannot be reached is no fault of the settings: the source then answers SOURCE_UNAVAILABLE until it can.
 * @throws FaultsError with every fault, when a query is not one SELECT that reads with exactly the input fields
 */
export async function createSqlSource(
  settings: SqlSourceSettings,
  { findOperation, onEvent }: OpenContext,
): Promise<SqlSource> {
  const faults: Fault[] = [];
  const operations = configuredOperations(settings, findOperation, faults);
  const queries = operations.map((operation) => operation.compiled);
  const engine = engineOrFaults(() => sqlEngine(settings, queries, onEvent), faults);
  const state = await engine?.start();
  if (state !== undefined) faults.push(...stateFaults(settings, operations, state));
  if (faults.length === 0 && engine !== undefined) return new SqlSource(settings, operations, engine);
  await engine?.close();
  throw new FaultsError(faults);
}

function engineOrFaults(make: () => SqlEngine, faults: Fault[]): SqlEngine | undefined {
  try {
    return make();
  } catch (thrown) {
    if (!(thrown instanceof FaultsError)) throw thrown;
    faults.push(...thrown.faults);
    return undefined;
  }
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
