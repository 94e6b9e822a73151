import { type Operation } from '../../agreement/agreement.ts';
import { operationKey } from '../agreed-operations.ts';
import { type AnsweredOperation, type AnsweringSource } from '../answering-source.ts';
import { type Mapping } from '../mapping/compile-mapping.ts';
import { MappingMismatch } from '../mapping/mapping-mismatch.ts';
import { answerInvalid, unavailable } from '../source-error.ts';
import { type SourceAnswer, type SourceQuery } from '../source.ts';
import { type CsvFile } from './csv-file.ts';
import { CsvRefused } from './csv-refused.ts';
import { type CsvOperationSettings } from './csv-source-settings.ts';
import { type CsvRow, type CsvTable } from './csv-table.ts';

/** An operation that is answered from the rows. */
export interface CsvOperation {
  readonly settings: CsvOperationSettings;
  readonly operation: Operation;
  readonly mapping: Mapping<CsvRow>;
}

/** How often the file is looked at. */
const LOOK_MILLISECONDS = 2_000;

/** A small register that is kept in memory. */
export class CsvSource implements AnsweringSource {
  readonly id: string;
  readonly system: string;
  readonly #file: CsvFile;
  readonly #operations: readonly CsvOperation[];
  readonly #byKey: ReadonlyMap<string, CsvOperation>;
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;

  constructor(
    { id, system }: { readonly id: string; readonly system: string },
    file: CsvFile,
    operations: readonly CsvOperation[],
  ) {
    this.id = id;
    this.system = system;
    this.#file = file;
    this.#operations = operations;
    this.#byKey = new Map(
      operations.map((one) => [operationKey(one.settings.agreement, one.settings.operation), one]),
    );
    this.#timer = setInterval(() => void this.look(), LOOK_MILLISECONDS).unref();
  }

  async fetch({ agreementId, operationId, input }: SourceQuery): Promise<SourceAnswer> {
    const asked = this.#byKey.get(operationKey(agreementId, operationId));
    if (asked === undefined) throw unavailable('the source does not answer this operation');
    return Promise.resolve(answerOf(this.#table(), asked, input));
  }

  /** Whether the rows are those of the file as it is. */
  current(): boolean {
    return this.#file.current();
  }

  /** Looks whether the file is another one. One look at a time. */
  async look(): Promise<void> {
    this.#looking ??= this.#file.look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  answers(): readonly AnsweredOperation[] {
    return this.#operations.map(({ settings, operation }) => ({
      agreementId: settings.agreement,
      operation,
      columns: operation.output.map(({ id }) => id),
    }));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  #table(): CsvTable {
    try {
      return this.#file.table();
    } catch (thrown) {
      if (thrown instanceof CsvRefused) throw unavailable(thrown.message);
      throw thrown;
    }
  }
}

function answerOf(
  table: CsvTable,
  { settings, operation, mapping }: CsvOperation,
  input: SourceQuery['input'],
): SourceAnswer {
  const row = table.find(settings.key, input[operation.input[0]?.id ?? ''] ?? '');
  if (row === undefined) return { records: [] };
  try {
    const { records } = mapping.map([row], input);
    return { records, dropped: table.columns.filter((column) => !mapping.members.has(column)).length };
  } catch (thrown) {
    if (thrown instanceof MappingMismatch) throw answerInvalid(thrown);
    throw thrown;
  }
}
