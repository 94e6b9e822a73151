import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ROOT } from '../support/repository.ts';

interface Rule {
  readonly name: string;
  readonly from: { readonly path?: string };
}

const { forbidden } = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs')) as {
  readonly forbidden: readonly Rule[];
};

describe('imports', () => {
  test('have a rule for every folder of src', () => {
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'console')
      .map((entry) => entry.name);
    const ruled = forbidden.map(({ name }) => /^([a-z]+)-imports$/.exec(name)?.[1]);
    expect(folders.filter((folder) => !ruled.includes(folder))).toEqual([]);
  });
});
