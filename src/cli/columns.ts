import { type Sentence } from '../shared/problem.ts';
import { type Shell, tell } from './shell.ts';

/** Lines of a table: columns as wide as their widest cell, two spaces between. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** A table for people: its headings, dimmed, and its rows; no line where there are no rows. */
export function table(
  shell: Shell,
  headings: readonly Sentence[],
  rows: readonly (readonly string[])[],
): string[] {
  if (rows.length === 0) return [];
  const [head = '', ...lines] = columns([headings.map((heading) => tell(shell, heading)), ...rows]);
  return [shell.colours.dim(head), ...lines];
}
