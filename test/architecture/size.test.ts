import { describe, expect, test } from '@jest/globals';
import { filesUnder, textOf } from '../support/repository.ts';

const lines = filesUnder('src', '.ts')
  .filter((file) => !file.startsWith('src/console/'))
  .map((file) => ({ file, lines: textOf(file).split('\n').length - 1 }));

function quantile(share: number): number {
  const sorted = lines.map((one) => one.lines).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

describe('the size of files in src', () => {
  test('is never above 300 lines', () => {
    expect(lines.filter((one) => one.lines > 300)).toEqual([]);
  });

  test('is at most 80 lines in the median and 200 for nine in ten', () => {
    expect(lines.length).toBeGreaterThan(50);
    expect(quantile(0.5)).toBeLessThanOrEqual(80);
    expect(quantile(0.9)).toBeLessThanOrEqual(200);
  });
});
