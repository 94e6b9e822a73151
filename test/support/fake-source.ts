import { GatewayError } from '../../src/shared/problem.ts';
import { type Source, type SourceAnswer, type SourceQuery } from '../../src/sources/source.ts';

type Answer = (query: SourceQuery) => SourceAnswer;

/** A provider's system whose answers, waits and failures a test decides. Knows nobody until told otherwise. */
export class FakeSource implements Source {
  readonly id: string;
  readonly system: string;
  /** Every query that reached the source, in order. */
  readonly asked: SourceQuery[] = [];
  closed = false;
  #answer: Answer = () => ({ records: [] });
  #gate: Promise<void> = Promise.resolve();

  constructor(names: { id?: string; system?: string } = {}) {
    this.id = names.id ?? 'fake-source';
    this.system = names.system ?? 'beta-register';
  }

  /** Answers every query with these documents, of any shape. */
  answerWith(...records: unknown[]): this {
    return this.answerBy(() => ({ records }));
  }

  /** Answers with what a JSON text holds, as a system that sends duplicate keys or `__proto__` would. */
  answerWithJson(text: string): this {
    return this.answerBy(() => ({ records: [JSON.parse(text) as unknown] }));
  }

  answerBy(answer: Answer): this {
    this.#answer = answer;
    return this;
  }

  failWith(error: Error = new GatewayError('SOURCE_UNAVAILABLE')): this {
    return this.answerBy(() => {
      throw error;
    });
  }

  /** From now on nothing is answered until the returned function is called. */
  hold(): () => void {
    let open: () => void = () => undefined;
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    return () => {
      open();
    };
  }

  async fetch(query: SourceQuery): Promise<SourceAnswer> {
    this.asked.push(query);
    const answer = this.#answer;
    await this.#gate;
    return answer(query);
  }

  async close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}
