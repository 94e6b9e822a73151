import { type Fault } from '../../shared/fault.ts';
import { type AgreedOperation, agreedOperations } from '../agreed-operations.ts';
import { type FindOperation } from '../open-source.ts';
import { compileQuery } from './compile-query.ts';
import { type CompiledQuery } from './sql-engine.ts';
import { queryFault } from './sql-source-faults.ts';
import { type SqlOperationSettings, type SqlSourceSettings } from './sql-source-settings.ts';

/** An operation of an agreement with the query that answers it. */
export interface ConfiguredOperation extends AgreedOperation<SqlOperationSettings> {
  readonly compiled: CompiledQuery;
}

/** Holds the configured queries against the agreements. Adds what is wrong to `faults` and leaves it out. */
export function configuredOperations(
  source: SqlSourceSettings,
  find: FindOperation,
  faults: Fault[],
): ConfiguredOperation[] {
  return agreedOperations(source, find, faults).flatMap((agreed) => withQuery(source, agreed, faults));
}

function withQuery(
  source: SqlSourceSettings,
  agreed: AgreedOperation<SqlOperationSettings>,
  faults: Fault[],
): ConfiguredOperation[] {
  const inputs = agreed.operation.input.map((field) => field.id);
  const compiled = compileQuery(source.server?.dialect ?? 'sqlite', agreed.settings.query, inputs);
  const unused = inputs.filter((id) => !compiled.parameters.includes(id));
  if (unused.length === 0) return [{ ...agreed, compiled }];
  faults.push(queryFault(source.id, agreed.settings, 'parameters', unused.map((id) => `:${id}`).join(', ')));
  return [];
}
