import { type Fault } from '../../shared/fault.ts';
import { type OpenContext } from '../open-source.ts';
import { configuredOperations } from './configured-operations.ts';
import { sqlEngine } from './open-engine.ts';
import { type SqlSource } from './sql-source.ts';
import { type SqlSourceSettings } from './sql-source-settings.ts';
import { startSource } from './start-source.ts';

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
  return startSource(settings, operations, faults, async () => sqlEngine(settings, queries, onEvent));
}
