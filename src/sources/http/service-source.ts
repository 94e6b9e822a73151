import { type Operation } from '../../agreement/agreement.ts';
import { operationKey } from '../agreed-operations.ts';
import { type AnsweredOperation, type AnsweringSource } from '../answering-source.ts';
import { type Input } from '../request-template.ts';
import { unavailable } from '../source-error.ts';
import { type SourceAnswer, type SourceQuery } from '../source.ts';
import { type OperationIds } from '../source-settings.ts';

/** Asks a service for one operation and reads its answer. */
export type AskService = (input: Input, signal: AbortSignal) => Promise<SourceAnswer>;

/** An operation that a service answers. */
export interface ServiceOperation {
  readonly settings: OperationIds;
  readonly operation: Operation;
  readonly ask: AskService;
}

interface ServiceParts {
  readonly id: string;
  readonly system: string;
  readonly timeoutMilliseconds: number;
  readonly operations: readonly ServiceOperation[];
  readonly close: () => Promise<void>;
}

/** A provider's service: each operation is one call within the source's time limit. */
export class ServiceSource implements AnsweringSource {
  readonly id: string;
  readonly system: string;
  readonly #parts: ServiceParts;
  readonly #asks: ReadonlyMap<string, AskService>;

  constructor(parts: ServiceParts) {
    this.id = parts.id;
    this.system = parts.system;
    this.#parts = parts;
    this.#asks = new Map(
      parts.operations.map(({ settings, ask }) => [
        operationKey(settings.agreement, settings.operation),
        ask,
      ]),
    );
  }

  async fetch({ agreementId, operationId, input }: SourceQuery, signal?: AbortSignal): Promise<SourceAnswer> {
    const ask = this.#asks.get(operationKey(agreementId, operationId));
    if (ask === undefined) throw unavailable('the source does not answer this operation');
    const limit = AbortSignal.timeout(this.#parts.timeoutMilliseconds);
    return ask(input, signal === undefined ? limit : AbortSignal.any([limit, signal]));
  }

  /** Its mapping gives exactly the agreed fields, or the source would not have been opened. */
  answers(): readonly AnsweredOperation[] {
    return this.#parts.operations.map(({ settings, operation }) => ({
      agreementId: settings.agreement,
      operation,
      columns: operation.output.map(({ id }) => id),
    }));
  }

  async close(): Promise<void> {
    await this.#parts.close();
  }
}
