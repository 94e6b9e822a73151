import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { OWNER_ONLY, writeNewFile } from '../../../src/shared/new-file.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gecit-file-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a new file', () => {
  test('has its content and its mode, and no draft stays beside it', () => {
    writeNewFile(join(folder, 'a.key'), 'one', OWNER_ONLY);
    expect(readFileSync(join(folder, 'a.key'), 'utf8')).toBe('one');
    expect(statSync(join(folder, 'a.key')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['a.key']);
  });

  test('is never written over, and no draft stays beside it', () => {
    writeNewFile(join(folder, 'a.key'), 'one', OWNER_ONLY);
    expect(() => { writeNewFile(join(folder, 'a.key'), 'two', OWNER_ONLY); }).toThrow('EEXIST'); // prettier-ignore
    expect(readFileSync(join(folder, 'a.key'), 'utf8')).toBe('one');
    expect(readdirSync(folder)).toEqual(['a.key']);
  });

  test('is not made where its folder is missing', () => {
    expect(() => { writeNewFile(join(folder, 'none', 'a.key'), 'one', OWNER_ONLY); }).toThrow('ENOENT'); // prettier-ignore
  });
});
