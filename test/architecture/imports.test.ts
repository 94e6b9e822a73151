import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
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
  test('follow the table', () => {
    const depcruise = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const args = [depcruise, 'src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
    const output = execFileSync(process.execPath, args, { cwd: ROOT, maxBuffer: 256 * 1024 * 1024 }).toString(
      'utf8',
    );
    const { summary } = JSON.parse(output) as {
      summary: { totalCruised: number; violations: { from: string; to: string; rule: Rule }[] };
    };
    expect(summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
    expect(summary.totalCruised).toBeGreaterThan(50);
  });

  test('have a rule for every folder of src', () => {
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'console')
      .map((entry) => entry.name);
    const ruled = forbidden.map(({ name }) => /^([a-z]+)-imports$/.exec(name)?.[1]);
    expect(folders.filter((folder) => !ruled.includes(folder))).toEqual([]);
  });
});
