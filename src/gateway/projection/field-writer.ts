import { type OutputField } from '../../agreement/agreement.ts';
import { AnswerMismatch } from './answer-mismatch.ts';
import { requireDate } from './require-date.ts';
import { requireText } from './require-text.ts';

/**
 * Writes one value of a source as JSON text (RFC 8785) when it is of the agreed type; null only where agreed.
 * @throws AnswerMismatch
 */
export type FieldWriter = (value: unknown) => string;

/** The writer of an agreed field. What a field's type does not name as allowed is refused. */
export function fieldWriter(field: OutputField): FieldWriter {
  const write = typedWriter(field);
  return (value) => {
    if (value !== null) return write(value);
    if (!field.nullable) throw new AnswerMismatch('null', field.id);
    return 'null';
  };
}

function typedWriter(field: OutputField): FieldWriter {
  switch (field.type) {
    case 'text':
      return textWriter(field.id, field.maxLength);
    case 'date':
      return dateWriter(field.id);
    case 'integer':
      return integerWriter(field.id, field.minimum, field.maximum);
    case 'code':
      return codeWriter(
        field.id,
        field.values.map((value) => value.code),
      );
  }
}

/** For well-formed strings JSON.stringify spells as RFC 8785 §3.2.2.2 does (test/property/projection.test.ts). */
function textWriter(id: string, maxLength: number): FieldWriter {
  return (value) => JSON.stringify(requireText(requireString(value, id), id, maxLength));
}

/** A date arrives as text: a point in time (a JavaScript Date) has no calendar day without a zone, so it is refused. */
function dateWriter(id: string): FieldWriter {
  return (value) => `"${requireDate(requireString(value, id), id)}"`;
}

/** JSON numbers only; −0 is the integer 0 and is written as RFC 8785 writes it. */
function integerWriter(id: string, minimum: number, maximum: number): FieldWriter {
  return (value) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new AnswerMismatch('type', id);
    if (value < minimum || value > maximum) throw new AnswerMismatch('range', id);
    return String(value);
  };
}

function codeWriter(id: string, codes: readonly string[]): FieldWriter {
  const texts = new Map(codes.map((code) => [code, JSON.stringify(code)]));
  return (value) => {
    const text = texts.get(requireString(value, id));
    if (text === undefined) throw new AnswerMismatch('code', id);
    return text;
  };
}

function requireString(value: unknown, id: string): string {
  if (typeof value !== 'string') throw new AnswerMismatch('type', id);
  return value;
}
