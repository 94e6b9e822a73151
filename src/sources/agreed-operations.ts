import { type Operation } from '../agreement/agreement.ts';
import { type Fault } from '../shared/fault.ts';
import { type FindOperation } from './open-source.ts';
import { operationTwice, otherSystem, unknownOperation } from './source-faults.ts';
import { type OperationIds } from './source-settings.ts';

/** An entry of a source's settings with the agreed operation that it answers. */
export interface AgreedOperation<Settings extends OperationIds> {
  readonly settings: Settings;
  readonly operation: Operation;
}

interface Configured<Settings extends OperationIds> {
  readonly id: string;
  readonly system: string;
  readonly operations: readonly Settings[];
}

/** Holds the configured operations against the agreements. Adds what is wrong to `faults`. */
export function agreedOperations<Settings extends OperationIds>(
  source: Configured<Settings>,
  find: FindOperation,
  faults: Fault[],
): AgreedOperation<Settings>[] {
  const seen = new Set<string>();
  return source.operations.flatMap((settings) => {
    const key = operationKey(settings.agreement, settings.operation);
    const operation = find(settings.agreement, settings.operation);
    if (seen.has(key)) faults.push(operationTwice(source.id, settings));
    else if (operation === undefined) faults.push(unknownOperation(source.id, settings));
    else if (operation.system !== source.system) faults.push(otherSystem(source.id, settings));
    seen.add(key);
    return operation === undefined ? [] : [{ settings, operation }];
  });
}

/** One key for an operation of an agreement; ids hold no line break. */
export function operationKey(agreementId: string, operationId: string): string {
  return `${agreementId}\n${operationId}`;
}
