import { describe, expect, test } from '@jest/globals';
import { isTckn } from '../../src/shared/tckn.ts';
import { sourceFiles, textOf } from '../support/repository.ts';

/** Numbers that official documents use as examples; they belong to nobody. */
const PUBLIC_EXAMPLES = new Set(['10000000146', '17160614084', '11111111110']);

/** Made by programs; eleven digits in a row there are parts of hashes. */
const GENERATED = new Set(['package-lock.json']);

const files = sourceFiles().filter((file) => !GENERATED.has(file));

describe('the repository', () => {
  test('holds no private key', () => {
    const block = new RegExp(
      ['-----BEGIN ', '[A-Z ]*', 'PRIVATE KEY-----', '\\s+[A-Za-z0-9+/=]{16}'].join(''),
    );
    expect(files.filter((file) => block.test(textOf(file)))).toEqual([]);
    expect(files.filter((file) => /\.(key|p12|pfx|db)$/.test(file))).toEqual([]);
  });

  test('holds no identity number but the public examples', () => {
    const found = files.flatMap((file) =>
      [...textOf(file).matchAll(/(?<![0-9a-fA-F])[1-9][0-9]{10}(?![0-9a-fA-F])/g)]
        .map(([number]) => number)
        .filter((number) => isTckn(number) && !PUBLIC_EXAMPLES.has(number))
        .map((number) => `${file}: ${number.slice(0, 3)}…`),
    );
    expect(files.length).toBeGreaterThan(100);
    expect(found).toEqual([]);
  });
});
