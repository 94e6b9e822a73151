import { type Operation, type OutputField } from '../../agreement/agreement.ts';
import { type FieldMapping, type RecordMapping } from './mapping-settings.ts';
import { type Notation } from './notation.ts';

/** Why a mapping cannot give what was agreed. */
export type MappingFinding =
  | 'not-mapped'
  | 'not-agreed'
  | 'place-invalid'
  | 'conversion-unfit'
  | 'conversion-missing'
  | 'code-not-agreed'
  | 'null-not-agreed'
  | 'echo-not-asked';

/** What is wrong with the mapping of one field. `detail` quotes configuration only. */
export interface FieldFinding {
  readonly field: string;
  /** The key of the settings that the field stands under. */
  readonly under: 'fields' | 'echo';
  readonly finding: MappingFinding;
  readonly detail: string;
}

type Conversion = 'text' | 'date' | 'integer' | 'codes';

/** Which conversions may make a field of a type. */
const FITTING: Readonly<Record<OutputField['type'], readonly Conversion[]>> = {
  text: ['text', 'codes'],
  date: ['date'],
  integer: ['integer'],
  code: ['codes', 'text'],
};

/** Holds mappings against the agreed fields: each is mapped once, and in a way that can give its type. */
export function checkMapping(
  operation: Operation,
  { fields, echo = {} }: RecordMapping,
  notation: Notation<never>,
): FieldFinding[] {
  const agreed = new Map(operation.output.map((field) => [field.id, field]));
  const missing = operation.output
    .filter(({ id }) => !Object.hasOwn(fields, id))
    .map(({ id }) => finding(id, 'not-mapped'));
  const found = Object.entries(fields).flatMap(([id, mapping]) => {
    const field = agreed.get(id);
    if (field === undefined) return [finding(id, 'not-agreed')];
    return fieldFindings(field, mapping, notation);
  });
  return [...missing, ...found, ...echoFindings(operation, echo, notation)];
}

function echoFindings(
  { input }: Operation,
  echo: Readonly<Record<string, string>>,
  notation: Notation<never>,
): FieldFinding[] {
  return Object.entries(echo).flatMap(([id, from]) => {
    if (!input.some((field) => field.id === id)) return [{ ...finding(id, 'echo-not-asked'), under: 'echo' }];
    return notation.compile(from) === undefined
      ? [{ ...finding(id, 'place-invalid', from), under: 'echo' }]
      : [];
  });
}

function fieldFindings(field: OutputField, mapping: FieldMapping, notation: Notation<never>): FieldFinding[] {
  const findings: FieldFinding[] = [];
  if (notation.compile(mapping.from) === undefined)
    findings.push(finding(field.id, 'place-invalid', mapping.from));
  if (!field.nullable && givesNull(mapping)) findings.push(finding(field.id, 'null-not-agreed'));
  return [...findings, ...conversionFindings(field, mapping, notation), ...codeFindings(field, mapping)];
}

function givesNull({ optional = false, nullIf = [] }: FieldMapping): boolean {
  return optional || nullIf.length > 0;
}

function conversionFindings(
  { id, type }: OutputField,
  mapping: FieldMapping,
  { textOnly }: Notation<never>,
): FieldFinding[] {
  const conversion = conversionOf(mapping);
  if (conversion === undefined)
    return type === 'integer' && textOnly ? [finding(id, 'conversion-missing', 'integer')] : [];
  return FITTING[type].includes(conversion)
    ? []
    : [finding(id, 'conversion-unfit', `${conversion} → ${type}`)];
}

function codeFindings(field: OutputField, { codes = {} }: FieldMapping): FieldFinding[] {
  if (field.type !== 'code') return [];
  const agreed = field.values.map(({ code }) => code);
  const others = Object.values(codes).filter((text) => !agreed.includes(text));
  return others.length === 0 ? [] : [finding(field.id, 'code-not-agreed', others.join(', '))];
}

function conversionOf({ text, date, integer, codes }: FieldMapping): Conversion | undefined {
  if (date !== undefined) return 'date';
  if (integer !== undefined) return 'integer';
  if (codes !== undefined) return 'codes';
  return text === true ? 'text' : undefined;
}

function finding(field: string, kind: MappingFinding, detail = ''): FieldFinding {
  return { field, under: 'fields', finding: kind, detail };
}
