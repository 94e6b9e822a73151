import { type Operation } from '../agreement/agreement.ts';
import { type Fault } from '../shared/fault.ts';
import { operationFault } from './source-faults.ts';
import { type OperationIds } from './source-settings.ts';

/** A request holds every input field of its operation, by its name, and no other. @param used ids in the request */
export function inputFaults(
  sourceId: string,
  settings: OperationIds,
  used: readonly string[],
  operation: Operation,
): Fault[] {
  const inputs = operation.input.map(({ id }) => id);
  const wrong = [...inputs.filter((id) => !used.includes(id)), ...used.filter((id) => !inputs.includes(id))];
  if (wrong.length === 0) return [];
  const names = [...new Set(wrong)].map((id) => `{${id}}`).join(', ');
  return [
    operationFault(sourceId, settings, {
      code: 'SOURCE_REQUEST_INPUTS',
      message: {
        tr: `istekteki adlar işlemin girdi alanları ile aynı değil (${names})`,
        en: `the names in the request are not the input fields of the operation (${names})`,
      },
      remedy: {
        tr: 'Her girdi alanını {tckn} gibi adıyla kullanın, başka ad kullanmayın.',
        en: 'Use every input field by its name, such as {tckn}, and no other name.',
      },
    }),
  ];
}
