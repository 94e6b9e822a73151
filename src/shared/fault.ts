import { type Sentence } from './problem.ts';

/** One thing that is wrong in a file the operator wrote: where, what, and what to do about it. */
export interface Fault {
  /** Stable code, e.g. `SETTING_UNKNOWN`, `AGREEMENT_KEY_MISSING`. */
  readonly code: string;
  readonly file: string;
  /** 1-based; 0 where the fault is not in the text (an environment variable, a missing file). */
  readonly line: number;
  /** Dotted path of the key, e.g. `operations.0.output.2.type`. */
  readonly key: string;
  readonly message: Sentence;
  readonly remedy: Sentence;
}

/** Settings, agreement files or the place they stand in do not allow a start. Holds every fault found. Exit code 2. */
export class FaultsError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(
      faults
        .map((fault) => `${fault.file}:${String(fault.line)} ${fault.key}: ${fault.message.en}`)
        .join('\n'),
    );
    this.name = 'FaultsError';
    this.faults = faults;
  }
}
