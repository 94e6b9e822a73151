import { type Notation } from './notation.ts';

type Row = Readonly<Record<string, unknown>>;

/** Rows of named columns: a place is the name of a column. @param textOnly whether every value is a text */
export function rowNotation(textOnly: boolean): Notation<Row> {
  return {
    textOnly,
    compile: (from) =>
      from === ''
        ? undefined
        : { read: (row) => (Object.hasOwn(row, from) ? row[from] : undefined), member: from },
    members: (row) => Object.keys(row),
  };
}
