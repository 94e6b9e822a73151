export interface Counts {
  readonly passed: number;
  readonly failed: number;
}
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
}
export function countTests(report: JestReport | undefined, ended: boolean): Counts;
export function lastLine(counts: Counts): string;
export function readLastLine(output: string): Counts | undefined;
