import { type Operation } from '../../agreement/agreement.ts';
import { type Fault } from '../../shared/fault.ts';
import { compileQuery } from './compile-query.ts';
import { type CompiledQuery } from './sql-engine.ts';
import { operationTwice, otherSystem, queryFault, unknownOperation } from './sql-source-faults.ts';
import { type SqlOperationSettings, type SqlSourceSettings } from './sql-source-settings.ts';

/** An operation of an agreement with the query that answers it. */
export interface ConfiguredOperation {
  readonly settings: SqlOperationSettings;
  readonly operation: Operation;
  readonly compiled: CompiledQuery;
}

export type FindOperation = (agreementId: string, operationId: string) => Operation | undefined;

/** Holds the configured queries against the agreements. Adds what is wrong to `faults` and leaves it out. */
export function configuredOperations(
  source: SqlSourceSettings,
  find: FindOperation,
  faults: Fault[],
): ConfiguredOperation[] {
  const seen = new Set<string>();
  return source.operations.flatMap((settings) => {
    const key = operationKey(settings.agreement, settings.operation);
    const operation = find(settings.agreement, settings.operation);
    if (seen.has(key)) faults.push(operationTwice(source, settings));
    else if (operation === undefined) faults.push(unknownOperation(source, settings));
    else if (operation.system !== source.system) faults.push(otherSystem(source, settings));
    seen.add(key);
    return operation === undefined ? [] : withQuery(source, settings, operation, faults);
  });
}

/** One key for an operation of an agreement; ids hold no line break. */
export function operationKey(agreementId: string, operationId: string): string {
  return `${agreementId}\n${operationId}`;
}

function withQuery(
  source: SqlSourceSettings,
  settings: SqlOperationSettings,
  operation: Operation,
  faults: Fault[],
): ConfiguredOperation[] {
  const inputs = operation.input.map((field) => field.id);
  const compiled = compileQuery('better-sqlite3', settings.query, inputs);
  const unused = inputs.filter((id) => !compiled.parameters.includes(id));
  if (unused.length === 0) return [{ settings, operation, compiled }];
  faults.push(queryFault(source, settings, 'parameters', unused.map((id) => `:${id}`).join(', ')));
  return [];
}
