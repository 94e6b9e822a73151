import { type Operation } from '../../agreement/agreement.ts';
import { type Fault } from '../../shared/fault.ts';
import { checkMapping } from '../mapping/check-mapping.ts';
import { mappingFault, placeFault } from '../mapping/mapping-faults.ts';
import { inputFaults } from '../request-faults.ts';
import { compileJsonPath, JSON_NOTATION } from './json-notation.ts';
import { usedInputs } from './rest-request.ts';
import { type RestOperationSettings } from './rest-source-settings.ts';

/** What is wrong with the settings of an operation, held against the agreement. */
export function restFaults(sourceId: string, settings: RestOperationSettings, operation: Operation): Fault[] {
  const { mark } = settings.notFound;
  const place = (key: string, from: string): Fault => placeFault(sourceId, settings, key, from);
  return [
    ...inputFaults(sourceId, settings, usedInputs(settings), operation),
    ...checkMapping(operation, settings, JSON_NOTATION).map((one) => mappingFault(sourceId, settings, one)),
    ...(compileJsonPath(settings.record) === undefined ? [place('record', settings.record)] : []),
    ...(mark !== undefined && JSON_NOTATION.compile(mark.from) === undefined
      ? [place('notFound.mark.from', mark.from)]
      : []),
  ];
}
