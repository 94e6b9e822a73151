import { type Operation } from '../../agreement/agreement.ts';
import { GatewayError } from '../../shared/problem.ts';
import { type SourceAnswer } from '../../sources/source.ts';
import { AnswerMismatch } from './answer-mismatch.ts';
import { type FieldWriter, fieldWriter } from './field-writer.ts';

/** What may leave of a source's answer. */
export type Projected =
  | {
      readonly outcome: 'found';
      /** The agreed fields as canonical JSON (RFC 8785): a partner can compute the commitment from the parsed data. */
      readonly dataJson: string;
      /** Number of top-level members that the source sent and the agreement does not list. */
      readonly surplus: number;
    }
  | { readonly outcome: 'not-found'; readonly dataJson: 'null'; readonly surplus: 0 };

/** The closed field list of one operation (Ek-1), ready to be held against answers. */
export interface Projection {
  /**
   * Builds the answer from the agreed fields alone; everything else is counted and dropped.
   * @throws GatewayError SOURCE_ANSWER_INVALID, with an AnswerMismatch as its cause
   */
  project(answer: SourceAnswer): Projected;
}

interface CompiledField {
  readonly id: string;
  /** Everything before the value: separator, name, colon. */
  readonly lead: string;
  readonly write: FieldWriter;
}

const NOT_FOUND: Projected = { outcome: 'not-found', dataJson: 'null', surplus: 0 };

/** Compiles the output fields of an operation, once (R002-004, R002-066). */
export function compileProjection(operation: Operation): Projection {
  const fields = compileFields(operation);
  return {
    project: ({ records, dropped = 0 }) => {
      try {
        return projectRecords(records, fields, dropped);
      } catch (thrown) {
        if (thrown instanceof AnswerMismatch)
          throw new GatewayError('SOURCE_ANSWER_INVALID', { cause: thrown });
        throw thrown;
      }
    },
  };
}

function compileFields(operation: Operation): CompiledField[] {
  // The default order of sort() is that of RFC 8785 §3.2.3: UTF-16 code units.
  const ids = operation.output.map((field) => field.id).sort();
  const byId = new Map(operation.output.map((field) => [field.id, field]));
  return ids.flatMap((id, place) => {
    const field = byId.get(id);
    if (field === undefined) return [];
    return [{ id, lead: `${place === 0 ? '{' : ','}${JSON.stringify(id)}:`, write: fieldWriter(field) }];
  });
}

function projectRecords(
  records: readonly unknown[],
  fields: readonly CompiledField[],
  dropped: number,
): Projected {
  if (!Array.isArray(records)) throw new AnswerMismatch('not-a-list');
  if (records.length === 0) return NOT_FOUND;
  if (records.length > 1) throw new AnswerMismatch('more-than-one-record');
  const record = requireRecord(records[0]);
  let dataJson = fields.length === 0 ? '{' : '';
  for (const field of fields) dataJson += field.lead + field.write(ownValue(record, field.id));
  const surplus = Object.keys(record).length - fields.length + dropped;
  return { outcome: 'found', dataJson: dataJson + '}', surplus };
}

/** Parsed JSON and rows only: an instance of a class could compute what it shows. */
function requireRecord(record: unknown): object {
  if (typeof record !== 'object' || record === null) throw new AnswerMismatch('not-a-record');
  const prototype: unknown = Object.getPrototypeOf(record);
  if (prototype !== Object.prototype && prototype !== null) throw new AnswerMismatch('not-a-record');
  return record;
}

/** Reads each member once, through its descriptor: inherited members and getters do not count as sent. */
function ownValue(record: object, id: string): unknown {
  const member = Object.getOwnPropertyDescriptor(record, id);
  if (member?.enumerable !== true || member.value === undefined) throw new AnswerMismatch('missing', id);
  return member.value;
}
