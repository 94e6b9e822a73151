import { JSONPathEnvironment, type JSONPathQuery, type JSONValue, jsonpath } from 'json-p3';
import { type Notation } from '../mapping/notation.ts';

/** Deeper than any answer that is read. */
const ENVIRONMENT = new JSONPathEnvironment({ maxRecursionDepth: 1_000 });
// Their patterns could come out of the answer, and cost any time.
ENVIRONMENT.functionRegister.delete('match');
ENVIRONMENT.functionRegister.delete('search');

/** A JSONPath (RFC 9535); undefined for a text that is none. `match` and `search` are not known. */
export function compileJsonPath(path: string): JSONPathQuery | undefined {
  try {
    return ENVIRONMENT.compile(path);
  } catch (thrown) {
    if (thrown instanceof jsonpath.JSONPathError) return undefined;
    throw thrown;
  }
}

/** Values at a path, in order. */
export function valuesAt(path: JSONPathQuery, value: unknown): unknown[] {
  return path.query(value as JSONValue).values();
}

/** Places in JSON records: singular JSONPaths whose `$` is the record. */
export const JSON_NOTATION: Notation<unknown> = {
  textOnly: false,
  compile: (from) => {
    const path = compileJsonPath(from);
    const selector = path?.segments[0]?.selectors[0];
    if (path?.singularQuery() !== true || !(selector instanceof jsonpath.selectors.NameSelector))
      return undefined;
    return { read: (record) => path.match(record as JSONValue)?.value, member: selector.name };
  },
  members: (record) =>
    typeof record === 'object' && record !== null && !Array.isArray(record) ? Object.keys(record) : [],
};
