import { type Operation } from '../agreement/agreement.ts';
import { type Source } from './source.ts';

/** An operation that a source answers, and the members its records would have as far as they are known. */
export interface AnsweredOperation {
  readonly agreementId: string;
  readonly operation: Operation;
  readonly columns: readonly string[] | undefined;
}

/** A source that can say what it answers. */
export interface AnsweringSource extends Source {
  /** How many calls it takes at once where the settings do not say; undefined: few. */
  readonly concurrency?: number | undefined;
  /** What the source answers, by the newest look at the data. */
  answers(): readonly AnsweredOperation[];
}
