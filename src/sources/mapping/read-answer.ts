import { answerInvalid } from '../source-error.ts';
import { type SourceAnswer } from '../source.ts';
import { codeText, type ReadMember } from './compile-field.ts';
import { type Mapping } from './compile-mapping.ts';
import { MappingMismatch } from './mapping-mismatch.ts';

/** How the whole answer of one operation is read. */
export interface AnswerReader<Root, Row> {
  /** The records that are where they should be. */
  readonly select: (root: Root) => readonly Row[];
  /** Whether no record at all says that nobody was found. */
  readonly empty: boolean;
  /** A place whose value says that nobody was found. */
  readonly mark: { readonly read: ReadMember<Root>; readonly values: readonly string[] } | undefined;
  readonly mapping: Mapping<Row>;
}

/** What an answer says, in agreed fields. @throws GatewayError SOURCE_ANSWER_INVALID, with a MappingMismatch as its cause */
export function readAnswer<Root, Row>(
  reader: AnswerReader<Root, Row>,
  root: Root,
  input: Readonly<Record<string, string>>,
): SourceAnswer {
  const { select, empty, mapping } = reader;
  if (isMarked(reader, root)) return { records: [] };
  const records = select(root);
  if (records.length === 0 && !empty) throw answerInvalid(new MappingMismatch('record-missing'));
  try {
    return mapping.map(records, input);
  } catch (thrown) {
    if (thrown instanceof MappingMismatch) throw answerInvalid(thrown);
    throw thrown;
  }
}

/** Whether the answer says in its own words that nobody was found. */
export function isMarked<Root>({ mark }: Pick<AnswerReader<Root, never>, 'mark'>, root: Root): boolean {
  const text = mark === undefined ? undefined : codeText(mark.read(root));
  return text !== undefined && mark?.values.includes(text) === true;
}
