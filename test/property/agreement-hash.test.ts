import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { agreementHash } from '../../src/agreement/agreement-hash.ts';
import { agreementContent } from '../support/agreement-builder.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const CONTENT = agreementContent() as unknown as Json;
const HASH = agreementHash(CONTENT);

/** Takes the next number below a bound. */
type Pick = (below: number) => number;

function shuffled(value: Json, pick: Pick): Json {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, pick));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const mixed: [string, Json][] = [];
  while (entries.length > 0) {
    const [entry] = entries.splice(pick(entries.length), 1);
    if (entry !== undefined) mixed.push([entry[0], shuffled(entry[1], pick)]);
  }
  return Object.fromEntries(mixed);
}

function scalarPaths(value: Json, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, child]) =>
    scalarPaths(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

function changed(value: Json, path: readonly (string | number)[], to: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return to;
  const copy = structuredClone(value) as Record<string | number, Json>;
  copy[key] = changed(copy[key] ?? null, rest, to);
  return copy;
}

function at(value: Json, path: readonly (string | number)[]): Json {
  return path.reduce<Json>((part, key) => (part as Record<string | number, Json>)[key] ?? null, value);
}

describe('the hash of an agreement', () => {
  test('stays when keys stand in another order', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
        const pick: Pick = (below) => Number(numbers.next().value) % below;
        expect(agreementHash(shuffled(CONTENT, pick))).toBe(HASH);
      }),
    );
  });

  test('changes when any scalar changes', () => {
    const paths = scalarPaths(CONTENT);
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(fc.constantFrom(...paths), scalar, (path, to) => {
        fc.pre(!Object.is(at(CONTENT, path), to));
        expect(agreementHash(changed(CONTENT, path, to))).not.toBe(HASH);
      }),
      { numRuns: 1_000 },
    );
  });

  test('changes when any one of its scalars becomes text', () => {
    const hashes = scalarPaths(CONTENT).map((path) => agreementHash(changed(CONTENT, path, 'another value')));
    expect(hashes).not.toContain(HASH);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
