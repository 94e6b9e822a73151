import { describe, expect, test } from '@jest/globals';
import { countTests, lastLine, readLastLine } from '../../../scripts/test-counts.mjs';

const report = { numPassedTests: 7, numFailedTests: 0, numRuntimeErrorTestSuites: 0 };

describe('the counts of a test run', () => {
  test('are what jest reports', () => {
    expect(countTests(report, true)).toEqual({ passed: 7, failed: 0 });
    expect(countTests({ ...report, numFailedTests: 2 }, false)).toEqual({ passed: 7, failed: 2 });
  });

  test('hold a failure for each file that does not load', () => {
    expect(countTests({ ...report, numRuntimeErrorTestSuites: 2 }, false)).toEqual({ passed: 7, failed: 2 });
  });

  test('hold a failure when the run failed for another reason, or gave no report', () => {
    expect(countTests(report, false)).toEqual({ passed: 7, failed: 1 });
    expect(countTests(undefined, false)).toEqual({ passed: 0, failed: 1 });
  });

  test('are read back from the last line only', () => {
    expect(readLastLine(`1 passed, 9 failed\nnoise\n${lastLine({ passed: 7, failed: 2 })}\n`)).toEqual({
      passed: 7,
      failed: 2,
    });
    expect(readLastLine('7 passed, 2 failed\nand then it crashed')).toBeUndefined();
    expect(readLastLine('')).toBeUndefined();
  });
});
