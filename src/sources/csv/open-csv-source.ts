import { type Operation } from '../../agreement/agreement.ts';
import { type Fault, FaultsError } from '../../shared/fault.ts';
import { agreedOperations } from '../agreed-operations.ts';
import { checkMapping } from '../mapping/check-mapping.ts';
import { compileMapping } from '../mapping/compile-mapping.ts';
import { mappingFault } from '../mapping/mapping-faults.ts';
import { rowNotation } from '../mapping/row-notation.ts';
import { type OpenContext } from '../open-source.ts';
import { type SourceEvent } from '../source-event.ts';
import { operationFault } from '../source-faults.ts';
import { CsvFile } from './csv-file.ts';
import { CsvSource } from './csv-source.ts';
import { type CsvOperationSettings, type CsvSourceSettings } from './csv-source-settings.ts';

const NOTATION = rowNotation(true);

/** Opens a register. A file that cannot be taken is told, and no fault of the settings. @throws FaultsError */
export async function openCsvSource(
  settings: CsvSourceSettings,
  { findOperation, onEvent }: OpenContext,
): Promise<CsvSource> {
  const faults: Fault[] = [];
  const agreed = agreedOperations(settings, findOperation, faults);
  faults.push(...agreed.flatMap((one) => operationFaults(settings.id, one.settings, one.operation)));
  if (faults.length > 0) throw new FaultsError(faults);
  const file = new CsvFile(settings, neededColumns(settings.operations), fileTeller(settings.id, onEvent));
  await file.start();
  const operations = agreed.map((one) => ({
    ...one,
    mapping: compileMapping(one.settings, NOTATION, settings.timeZone),
  }));
  return new CsvSource(settings, file, operations);
}

function operationFaults(sourceId: string, settings: CsvOperationSettings, operation: Operation): Fault[] {
  const found = checkMapping(operation, settings, NOTATION).map((one) =>
    mappingFault(sourceId, settings, one),
  );
  return operation.input.length === 1
    ? found
    : [...found, operationFault(sourceId, settings, SEVERAL_INPUTS, 'key')];
}

function neededColumns(operations: readonly CsvOperationSettings[]): { keys: string[]; values: string[] } {
  const values = operations.flatMap(({ fields, echo = {} }) => [
    ...Object.values(fields).map(({ from }) => from),
    ...Object.values(echo),
  ]);
  return { keys: [...new Set(operations.map(({ key }) => key))], values: [...new Set(values)] };
}

/** A file that is taken is told only after one that was refused. */
function fileTeller(
  source: string,
  onEvent: (event: SourceEvent) => void,
): ConstructorParameters<typeof CsvFile>[2] {
  let refused = false;
  return (event) => {
    if (!event.taken) onEvent({ kind: 'data-refused', source, detail: event.refusal.message });
    else if (refused) onEvent({ kind: 'data-taken', source, detail: 'a new file' });
    refused = !event.taken;
  };
}

const SEVERAL_INPUTS = {
  code: 'SOURCE_KEY_INPUTS',
  message: {
    tr: 'işlemin birden çok girdi alanı var; satır tek bir sütunla bulunur',
    en: 'the operation has several input fields; a row is found by one column',
  },
  remedy: {
    tr: 'Bu işlemi başka türden bir kaynakla yanıtlayın.',
    en: 'Answer this operation from a source of another kind.',
  },
};
