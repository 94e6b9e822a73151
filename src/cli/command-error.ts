import { type Sentence } from '../shared/problem.ts';

/** The command was called in a way that it does not understand. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly messages: Sentence;

  constructor(messages: Sentence) {
    super(messages.en);
    this.messages = messages;
  }
}

/** Evidence is missing or cannot be read, so the question has no answer. Exit code 3. */
export class IncompleteError extends Error {
  override readonly name = 'IncompleteError';
  readonly messages: Sentence;

  constructor(messages: Sentence, cause: unknown) {
    super(messages.en, { cause });
    this.messages = messages;
  }
}

/** The command understood and the answer is "no". Exit code 1. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly messages: Sentence;

  constructor(messages: Sentence) {
    super(messages.en);
    this.messages = messages;
  }
}
