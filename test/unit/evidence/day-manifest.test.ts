import { describe, expect, test } from '@jest/globals';
import { type DayManifest, encodeManifest, parseManifest } from '../../../src/evidence/day-manifest.ts';

const MANIFEST: DayManifest = {
  version: 1,
  origin: 'gecit.test/node-1/2026',
  day: '2026-11-22',
  from: 3,
  size: 8,
  root: Buffer.alloc(32, 1),
  previousDay: '2026-11-21',
  leaves: 5,
  types: { disclosure: 4, act: 1 },
  checkpoint: `sha256:${'ab'.repeat(32)}`,
  consistency: [Buffer.alloc(32, 2), Buffer.alloc(32, 3)],
  stamps: [5],
  tiles: ['tile/entries/000.p/8', 'tile/0/000.p/8'],
  sealedAt: '2026-11-23T00:10:00.000Z',
};

describe('a manifest', () => {
  test('is read back as it was written', () => {
    expect(parseManifest(encodeManifest(MANIFEST))).toEqual(MANIFEST);
    const first = {
      ...MANIFEST,
      from: 0,
      leaves: 8,
      types: { disclosure: 8 },
      previousDay: null,
      consistency: [],
    };
    expect(parseManifest(encodeManifest(first))).toEqual(first);
  });

  test.each<readonly [string, object]>([
    ['another version', { version: 2 }],
    ['a day that is none', { day: '22.11.2026' }],
    ['a previous day that is none', { previousDay: 7 }],
    ['an origin that is no text', { origin: null }],
    ['a size that is no count', { size: 8.5 }],
    ['a count of leaves that is not the difference of the sizes', { leaves: 4 }],
    ['types that do not add up', { types: { disclosure: 4 } }],
    ['types that are a list', { types: [5] }],
    ['no leaf at all', { from: 8, leaves: 0, types: {} }],
    ['a digest in another form', { checkpoint: 'ab'.repeat(32) }],
    ['a path outside of tile/', { tiles: ['../secret'] }],
    ['a stamp that is no size', { stamps: ['5'] }],
    ['a time that is none', { sealedAt: 'yesterday' }],
    ['a member too many', { more: 1 }],
  ])('with %s is refused', (_, change) => {
    expect(parseManifest(encodeManifest({ ...MANIFEST, ...change }))).toBeUndefined();
  });

  test('that is no canonical JSON, no object or no JSON is refused', () => {
    const text = encodeManifest(MANIFEST).toString('utf8');
    for (const other of [
      `${text}\n`,
      ` ${text}`,
      text.slice(1),
      '[]',
      'null',
      '',
      text.replace('"act":1', '"act":1.0'),
    ])
      expect(parseManifest(Buffer.from(other))).toBeUndefined();
    const short = JSON.stringify({ ...(JSON.parse(text) as object), root: 'AQ==' });
    expect(parseManifest(Buffer.from(short))).toBeUndefined();
  });
});
