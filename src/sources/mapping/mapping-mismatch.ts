/**
 * How a source's answer differs from what its mapping reads. A closed list: it never says what the source sent.
 * `echo`: the record is not about whom was asked.
 */
export type MappingFault =
  'echo' | 'record-missing' | 'more-than-one-record' | 'missing' | 'type' | 'date' | 'integer' | 'code';

/**
 * The private cause of SOURCE_ANSWER_INVALID: which agreed field could not be made of the answer, and why.
 * MUST NOT hold anything that the source sent, since causes reach the log.
 */
export class MappingMismatch extends Error {
  /** Id of the agreed field or, for `echo`, of the input; undefined when the answer as a whole does not fit. */
  readonly field: string | undefined;
  readonly kind: MappingFault;

  constructor(kind: MappingFault, field?: string) {
    super(field === undefined ? `mapping: ${kind}` : `mapping of ${field}: ${kind}`);
    this.name = 'MappingMismatch';
    this.field = field;
    this.kind = kind;
  }
}
