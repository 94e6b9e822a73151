import { type DateForm, type IntegerForm } from '../../shared/field-conversions.ts';

/** How one agreed field is made of a source's record. At most one of `text`, `date`, `integer` and `codes`. */
export interface FieldMapping {
  /** Where the value stands in the record, in the notation of the source's kind. */
  readonly from: string;
  /** Removes white space at both ends of a text, before anything else looks at it. */
  readonly trim?: boolean | undefined;
  /** Texts and numbers that stand for "not reported". */
  readonly nullIf?: readonly string[] | undefined;
  /** A member that is absent stands for "not reported". */
  readonly optional?: boolean | undefined;
  /** Writes a whole number as a text. */
  readonly text?: true | undefined;
  /** Reads a calendar day. */
  readonly date?: DateForm | undefined;
  /** Reads a whole number. */
  readonly integer?: IntegerForm | undefined;
  /** The source's codes with the texts that they stand for. */
  readonly codes?: Readonly<Record<string, string>> | undefined;
}

/** The agreed fields by id. */
export type FieldMappings = Readonly<Record<string, FieldMapping>>;

/** A place in an answer whose value says that nobody was found. */
export interface NotFoundMark {
  readonly from: string;
  readonly values: readonly string[];
}

/** How records of one operation are read. */
export interface RecordMapping {
  readonly fields: FieldMappings;
  /** Input fields with the places at which the record repeats them: another value is not the answer to the question. */
  readonly echo?: Readonly<Record<string, string>> | undefined;
}
