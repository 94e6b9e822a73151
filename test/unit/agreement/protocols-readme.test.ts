import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

const README = readFileSync('protocols/README.md', 'utf8');

function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [key, ...keysOf(child)]);
}

function sources(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

describe('protocols/README.md', () => {
  test('explains every key that the model agreement uses', () => {
    const keys = new Set(keysOf(parse(readFileSync('protocols/tr-iskur-cgm-2024.yaml', 'utf8'))));
    expect(keys.size).toBeGreaterThan(60);
    expect([...keys].filter((key) => !new RegExp(`\\b${key}\\b`).test(README))).toEqual([]);
  });

  test('lists every fault code of the loader and no other', () => {
    const inCode = sources('src/agreement').matchAll(/(?:code: |\? '|: '|fault\()'?([A-Z]+(?:_[A-Z]+)*)'/g);
    const codes = new Set([...inCode].map(([, code]) => `AGREEMENT_${String(code)}`));
    for (const code of ['KEY_MISSING', 'KEY_UNKNOWN', 'VALUE_INVALID']) codes.add(`AGREEMENT_${code}`);
    const table = README.slice(README.indexOf('## Fault codes'), README.indexOf('Further codes'));
    const listed = new Set([...table.matchAll(/AGREEMENT_[A-Z_]+/g)].map(([code]) => code));
    expect(codes.size).toBeGreaterThan(20);
    expect([...listed].sort()).toEqual([...codes].sort());
  });

  test('says why the folder is called protocols', () => {
    expect(README).toContain('Why the folder is called `protocols`');
  });
});
