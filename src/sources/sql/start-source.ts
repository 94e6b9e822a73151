import { type Fault, FaultsError } from '../../shared/fault.ts';
import { type AgreedOperation } from '../agreed-operations.ts';
import { type OperationIds } from '../source-settings.ts';
import { type CompiledQuery, type EngineState, type SqlEngine } from './sql-engine.ts';
import { SqlSource } from './sql-source.ts';
import { queryFault } from './sql-source-faults.ts';

/** An operation of an agreement with the compiled query that answers it. */
export interface CompiledOperation extends AgreedOperation<OperationIds> {
  readonly compiled: CompiledQuery;
}

/**
 * Starts the engine and holds the queries against it.
 * @param faults what is wrong so far
 * @throws FaultsError with every fault
 */
export async function startSource(
  settings: { readonly id: string; readonly system: string },
  operations: readonly CompiledOperation[],
  faults: Fault[],
  makeEngine: () => SqlEngine | Promise<SqlEngine>,
): Promise<SqlSource> {
  const engine = await engineOrFaults(makeEngine, faults);
  const state = await engine?.start();
  if (state !== undefined) faults.push(...stateFaults(settings.id, operations, state));
  if (faults.length === 0 && engine !== undefined) return new SqlSource(settings, operations, engine);
  await engine?.close();
  throw new FaultsError(faults);
}

async function engineOrFaults(
  make: () => SqlEngine | Promise<SqlEngine>,
  faults: Fault[],
): Promise<SqlEngine | undefined> {
  try {
    return await make();
  } catch (thrown) {
    if (!(thrown instanceof FaultsError)) throw thrown;
    faults.push(...thrown.faults);
    return undefined;
  }
}

function stateFaults(
  sourceId: string,
  operations: readonly CompiledOperation[],
  state: EngineState,
): Fault[] {
  if (!state.reachable) return [];
  return operations.flatMap((operation, place) => {
    const query = state.queries[place];
    return query?.usable === false
      ? [queryFault(sourceId, operation.settings, query.fault, query.detail)]
      : [];
  });
}
