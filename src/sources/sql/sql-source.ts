import { GatewayError } from '../../shared/problem.ts';
import { operationKey } from '../agreed-operations.ts';
import { type AnsweredOperation, type AnsweringSource } from '../answering-source.ts';
import { type SourceAnswer, type SourceQuery } from '../source.ts';
import { type CompiledOperation } from './start-source.ts';
import { type RowSet, type SqlEngine } from './sql-engine.ts';

/** A provider's SQL database: one configured, parameterised query per operation. */
export class SqlSource implements AnsweringSource {
  readonly id: string;
  readonly system: string;
  readonly #operations: readonly CompiledOperation[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #engine: SqlEngine;

  constructor(
    settings: { readonly id: string; readonly system: string },
    operations: readonly CompiledOperation[],
    engine: SqlEngine,
  ) {
    this.id = settings.id;
    this.system = settings.system;
    this.#operations = operations;
    this.#places = new Map(
      operations.map(({ settings: key }, place) => [operationKey(key.agreement, key.operation), place]),
    );
    this.#engine = engine;
  }

  get concurrency(): number | undefined {
    return this.#engine.concurrency;
  }

  async fetch(query: SourceQuery, signal?: AbortSignal): Promise<SourceAnswer> {
    const place = this.#places.get(operationKey(query.agreementId, query.operationId)) ?? -1;
    const configured = this.#operations[place];
    if (configured === undefined) {
      throw new GatewayError('SOURCE_UNAVAILABLE', { cause: 'the source has no query for this operation' });
    }
    const values = configured.compiled.parameters.map((id) => inputValue(query, id));
    return { records: recordsOf(await this.#engine.read(place, values, signal)) };
  }

  answers(): readonly AnsweredOperation[] {
    const state = this.#engine.state();
    return this.#operations.map(({ settings, operation }, place) => {
      const query = state.reachable ? state.queries[place] : undefined;
      const columns = query?.usable === true ? query.columns : undefined;
      return { agreementId: settings.agreement, operation, columns };
    });
  }

  async close(): Promise<void> {
    await this.#engine.close();
  }
}

function inputValue(query: SourceQuery, id: string): string {
  const value = query.input[id];
  if (value === undefined) throw new GatewayError('INTERNAL_ERROR', { cause: `input ${id} is missing` });
  return value;
}

function recordsOf({ columns, rows }: RowSet): Record<string, unknown>[] {
  return rows.map((row) => {
    const record: Record<string, unknown> = {};
    for (let place = 0; place < columns.length; place++) record[columns[place] ?? ''] = row[place];
    return record;
  });
}
