import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { type OutputField } from '../../src/agreement/agreement.ts';
import { compileProjection } from '../../src/gateway/projection/compile-projection.ts';
import { canonicalJson } from '../../src/shared/canonical-json.ts';
import { GatewayError } from '../../src/shared/problem.ts';
import { EK_1, lookupOperation, MARK, sourceRecords } from './source-document.ts';

const projection = compileProjection(lookupOperation());

/**
 * Holds one projection against the rule, told a second time and naively: what the rule allows leaves whole, what it
 * does not allow is refused, and nothing undeclared is in the output or in the error.
 * @throws Error when the rule is broken
 */
export function checkProjection(records: readonly unknown[]): 'found' | 'not-found' | 'invalid' {
  const expected = expectedData(records);
  const leaks = undeclaredStrings(records);
  try {
    const projected = projection.project({ records });
    expect(expected !== undefined, 'an answer that does not fit was given');
    const parsed: unknown = JSON.parse(projected.dataJson);
    expect(isDeepStrictEqual(parsed, expected), 'the data differ from the agreed members of the source');
    expect(projected.dataJson === canonicalJson(expected), 'the data are not canonical');
    expect(projected.surplus === surplusOf(records), 'the surplus is miscounted');
    expect(!leaks.some((text) => projected.dataJson.includes(text)), 'an undeclared string is in the output');
    return projected.outcome;
  } catch (thrown) {
    if (!(thrown instanceof GatewayError)) throw thrown;
    expect(thrown.code === 'SOURCE_ANSWER_INVALID', 'the code is another one');
    expect(expected === undefined, 'an answer that fits was refused');
    const said = `${thrown.message} ${String(thrown.cause)}`;
    expect(!said.includes(MARK), 'the error holds what the source sent');
    return 'invalid';
  }
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** The data that must leave; undefined when nothing may. */
function expectedData(records: readonly unknown[]): Record<string, unknown> | null | undefined {
  if (records.length === 0) return null;
  const record = records[0];
  if (records.length > 1 || !isPlain(record)) return undefined;
  const data: Record<string, unknown> = {};
  for (const field of EK_1) {
    const value = shownValue(record, field.id);
    if (!fits(field, value)) return undefined;
    data[field.id] = value;
  }
  return data;
}

function shownValue(record: object, id: string): unknown {
  const property = Object.getOwnPropertyDescriptor(record, id);
  if (property?.enumerable !== true) return undefined;
  return Object.is(property.value, -0) ? 0 : property.value;
}

function isPlain(record: unknown): record is object {
  return typeof record === 'object' && record !== null && Object.getPrototypeOf(record) === Object.prototype;
}

function fits(field: OutputField, value: unknown): boolean {
  if (value === null) return field.nullable;
  switch (field.type) {
    case 'text':
      return typeof value === 'string' && isGoodText(value, field.maxLength);
    case 'date':
      return typeof value === 'string' && isDay(value);
    case 'integer':
      return Number.isInteger(value) && Number(value) >= field.minimum && Number(value) <= field.maximum;
    case 'code':
      return field.values.some((known) => known.code === value);
  }
}

function isGoodText(value: string, maxLength: number): boolean {
  const points = Array.from(value, (letter) => letter.codePointAt(0) ?? 0);
  const bad = (point: number): boolean =>
    point < 0x20 ||
    (point >= 0x7f && point < 0xa0) ||
    (point >= 0xd800 && point < 0xe000) ||
    [0x2028, 0x2029, 0xfffd].includes(point);
  return (
    points.length >= 1 && points.length <= maxLength && !points.some(bad) && value.normalize('NFC') === value
  );
}

function isDay(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(value) || value.startsWith('0000')) return false;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

function surplusOf(records: readonly unknown[]): number {
  const names = records.length === 0 ? [] : Object.keys(records[0] as object);
  return names.filter((name) => !EK_1.some((field) => field.id === name)).length;
}

/** Every marked string of the records that is not by chance a part of an agreed member's own text. */
function undeclaredStrings(records: readonly unknown[]): string[] {
  const undeclared: string[] = [];
  const agreed: string[] = [];
  for (const record of records) {
    if (typeof record !== 'object' || record === null) continue;
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(record))) {
      const declared = EK_1.some((field) => field.id === name);
      if (!declared) collect(name, undeclared);
      if (declared && typeof property.value === 'string') agreed.push(property.value);
      else collect(property.value, undeclared);
    }
  }
  return undeclared.filter((text) => !agreed.some((value) => value.includes(text)));
}

function collect(value: unknown, found: string[]): void {
  if (typeof value === 'string' && value.startsWith(MARK)) found.push(value);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    collect(name, found);
    collect(member, found);
  }
}

/** How many documents came to which end. */
export interface ProjectionCounts {
  found: number;
  'not-found': number;
  invalid: number;
}

/** Checks as many random documents as asked; equal seeds give equal documents. Throws at the first that breaks the rule. */
export function checkRandomDocuments(documents: number, seed?: number): ProjectionCounts {
  const counts: ProjectionCounts = { found: 0, 'not-found': 0, invalid: 0 };
  fc.assert(
    fc.property(sourceRecords, (records) => {
      counts[checkProjection(records)]++;
    }),
    { numRuns: documents, ...(seed === undefined ? {} : { seed }) },
  );
  return counts;
}
