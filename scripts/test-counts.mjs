/**
 * How many tests passed and failed, from jest's report. A file that does not load counts as one failed test; so does a
 * run that failed without naming a failed test, such as one without a report.
 */
export function countTests(report, ended) {
  const passed = report?.numPassedTests ?? 0;
  const failed = (report?.numFailedTests ?? 0) + (report?.numRuntimeErrorTestSuites ?? 0);
  return { passed, failed: failed === 0 && !ended ? 1 : failed };
}

/** The line that ends every run. */
export function lastLine({ passed, failed }) {
  return `${String(passed)} passed, ${String(failed)} failed`;
}

/** The counts in the last line of a run's output; undefined where the run did not get that far. */
export function readLastLine(output) {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  const match = /^(\d+) passed, (\d+) failed$/.exec(line.trim());
  return match === null ? undefined : { passed: Number(match[1]), failed: Number(match[2]) };
}
