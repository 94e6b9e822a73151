/** How a source's answer differs from what was agreed. A closed list: it never says what the source sent. */
export type MismatchKind =
  | 'not-a-list'
  | 'more-than-one-record'
  | 'not-a-record'
  | 'missing'
  | 'null'
  | 'type'
  | 'length'
  | 'characters'
  | 'normal-form'
  | 'date'
  | 'range'
  | 'code';

/**
 * The private cause of SOURCE_ANSWER_INVALID: which agreed field, and in which way it does not fit.
 * MUST NOT hold anything that the source sent, since causes reach the log.
 */
export class AnswerMismatch extends Error {
  /** Id of the agreed field; undefined when the answer as a whole does not fit. */
  readonly field: string | undefined;
  readonly kind: MismatchKind;

  constructor(kind: MismatchKind, field?: string) {
    super(field === undefined ? `answer: ${kind}` : `field ${field}: ${kind}`);
    this.name = 'AnswerMismatch';
    this.field = field;
    this.kind = kind;
  }
}
