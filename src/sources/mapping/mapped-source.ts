import { type Operation } from '../../agreement/agreement.ts';
import { type Fault, FaultsError } from '../../shared/fault.ts';
import { SOURCE_ZONE } from '../../shared/field-conversions.ts';
import { operationKey } from '../agreed-operations.ts';
import { type AnsweredOperation, type AnsweringSource } from '../answering-source.ts';
import { type OperationIds } from '../source-settings.ts';
import { type SourceAnswer, type SourceQuery } from '../source.ts';
import { checkMapping } from './check-mapping.ts';
import { compileMapping, type Mapping } from './compile-mapping.ts';
import { mappingFault } from './mapping-faults.ts';
import { type FieldMappings, type RecordMapping } from './mapping-settings.ts';
import { readAnswer } from './read-answer.ts';
import { rowNotation } from './row-notation.ts';

type Row = Readonly<Record<string, unknown>>;

/** An operation whose columns bear the ids of the agreed fields, but for those that are mapped. */
export interface MappedOperation extends OperationIds {
  readonly fields?: FieldMappings | undefined;
  readonly echo?: RecordMapping['echo'];
}

interface MappedSettings {
  readonly id: string;
  /** IANA zone in which points in time are turned into days. */
  readonly timeZone?: string | undefined;
  readonly operations: readonly MappedOperation[];
}

interface Mapped {
  readonly fields: FieldMappings;
  readonly mapping: Mapping<Row>;
}

const NOTATION = rowNotation(false);

/**
 * A source of rows with the mappings of its operations; the source itself where none has one.
 * @throws FaultsError when a mapping does not fit its operation; the source is closed then
 */
export async function withMappings(
  settings: MappedSettings,
  source: AnsweringSource,
): Promise<AnsweringSource> {
  const faults: Fault[] = [];
  const mapped = new Map<string, Mapped>();
  for (const one of settings.operations) {
    if (one.fields === undefined && one.echo === undefined) continue;
    const answered = source
      .answers()
      .find(({ agreementId, operation }) => agreementId === one.agreement && operation.id === one.operation);
    if (answered === undefined) continue;
    const fields = { ...ownColumns(answered.operation), ...one.fields };
    const record = { fields, echo: one.echo };
    const found = checkMapping(answered.operation, record, NOTATION);
    faults.push(...found.map((finding) => mappingFault(settings.id, one, finding)));
    if (found.length === 0)
      mapped.set(operationKey(one.agreement, one.operation), {
        fields,
        mapping: compileMapping(record, NOTATION, settings.timeZone ?? SOURCE_ZONE),
      });
  }
  if (faults.length > 0) {
    await source.close();
    throw new FaultsError(faults);
  }
  return mapped.size === 0 ? source : new MappedSource(source, mapped);
}

class MappedSource implements AnsweringSource {
  readonly id: string;
  readonly system: string;
  readonly concurrency?: number;
  readonly #source: AnsweringSource;
  readonly #mapped: ReadonlyMap<string, Mapped>;

  constructor(source: AnsweringSource, mapped: ReadonlyMap<string, Mapped>) {
    this.id = source.id;
    this.system = source.system;
    if (source.concurrency !== undefined) this.concurrency = source.concurrency;
    this.#source = source;
    this.#mapped = mapped;
  }

  async fetch(query: SourceQuery, signal?: AbortSignal): Promise<SourceAnswer> {
    const answer = await this.#source.fetch(query, signal);
    const mapping = this.#mapped.get(operationKey(query.agreementId, query.operationId))?.mapping;
    if (mapping === undefined) return answer;
    const select = (): readonly Row[] => answer.records as readonly Row[];
    return readAnswer({ select, empty: true, mark: undefined, mapping }, answer, query.input);
  }

  /** The agreed fields whose columns are there, then the columns that no field is made of. */
  answers(): readonly AnsweredOperation[] {
    return this.#source.answers().map((answered) => {
      const mapped = this.#mapped.get(operationKey(answered.agreementId, answered.operation.id));
      const { columns } = answered;
      if (mapped === undefined || columns === undefined) return answered;
      const fields = Object.entries(mapped.fields).filter(([, { from }]) => columns.includes(from));
      const others = columns.filter((column) => !mapped.mapping.members.has(column));
      return { ...answered, columns: [...fields.map(([id]) => id), ...others] };
    });
  }

  current(): boolean {
    return this.#source.current?.() ?? true;
  }

  async close(): Promise<void> {
    await this.#source.close();
  }
}

function ownColumns({ output }: Operation): FieldMappings {
  return Object.fromEntries(output.map(({ id }) => [id, { from: id }]));
}
