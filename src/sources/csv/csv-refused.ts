/** A file that cannot be taken as a register, and the line at which that shows; 0 where no line is to blame. Never holds data. */
export class CsvRefused extends Error {
  override readonly name = 'CsvRefused';
  /**
   * `TOO_LARGE`, `TOO_MANY_ROWS`, `ENCODING`, `NO_HEADER`, `COLUMN_MISSING`, `COLUMN_TWICE`, `KEY_EMPTY`, `KEY_TWICE`,
   * `CHANGED`, a code of csv-parse, or one of the operating system.
   */
  readonly code: string;
  readonly line: number;

  constructor(code: string, line = 0) {
    super(line === 0 ? code : `${code} at line ${String(line)}`);
    this.code = code;
    this.line = line;
  }
}
