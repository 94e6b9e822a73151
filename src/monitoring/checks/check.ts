import { type Sentence } from '../../shared/problem.ts';

/** What one look found: the node is not ready (`fail`), or somebody should act before it is not (`warn`). */
export interface Finding {
  readonly level: 'warn' | 'fail';
  /** Stable; docs/operations.md says what to do. */
  readonly code: string;
  /** Which of several: the id of a source, a folder, an agency. Never a person. */
  readonly about?: string;
  readonly message: Sentence;
}

/** One thing that the node needs. */
export interface Check {
  /** As `/readyz` names it. */
  readonly name: string;
  /** What is wrong; nothing where all is well. */
  look(): readonly Finding[] | Promise<readonly Finding[]>;
}

/** A finding that ends readiness. */
export function fail(code: string, message: Sentence, about?: string): Finding {
  return { level: 'fail', code, message, ...(about === undefined ? {} : { about }) };
}

/** A finding that ends nothing yet. */
export function warn(code: string, message: Sentence, about?: string): Finding {
  return { ...fail(code, message, about), level: 'warn' };
}
