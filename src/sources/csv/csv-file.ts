import { stat } from 'node:fs/promises';
import { CsvRefused } from './csv-refused.ts';
import { type CsvTable, type NeededColumns } from './csv-table.ts';
import { type CsvFormat, type FileIdentity, identityOf, readCsv } from './read-csv.ts';

/** Told of a file that was taken, or refused and why. */
export type OnFile = (
  event: { readonly taken: true } | { readonly taken: false; readonly refusal: CsvRefused },
) => void;

/**
 * A file that is read again when it changes. A new file that is broken leaves the old rows in place; so does one that
 * is still being written: it must look the same twice, lest half a copy pass for a whole register.
 */
export class CsvFile {
  readonly #format: CsvFormat;
  readonly #needed: NeededColumns;
  readonly #onFile: OnFile;
  #table: CsvTable | undefined;
  /** Why the newest file was not taken. */
  #refusal: CsvRefused | undefined;
  /** The file that was judged last, and the one that was seen last. */
  #judged: FileIdentity | undefined;
  #seen: FileIdentity | undefined;

  constructor(format: CsvFormat, needed: NeededColumns, onFile: OnFile) {
    this.#format = format;
    this.#needed = needed;
    this.#onFile = onFile;
  }

  /** The newest rows that were taken. @throws CsvRefused when none ever was */
  table(): CsvTable {
    if (this.#table === undefined) throw this.#refusal ?? new CsvRefused('NOT_READ');
    return this.#table;
  }

  /** Whether the rows are those of the file as it is. */
  current(): boolean {
    return this.#table !== undefined && this.#refusal === undefined;
  }

  /** Reads the file as it is now, for the first time. */
  async start(): Promise<void> {
    this.#seen = await this.#identity();
    await this.#judge();
  }

  /** Looks whether the file is another one, and reads it once it has come to rest. Never rejects. */
  async look(): Promise<void> {
    const identity = await this.#identity();
    const rests = identity === this.#seen;
    this.#seen = identity;
    if (rests && identity !== this.#judged) await this.#judge();
  }

  async #judge(): Promise<void> {
    this.#judged = this.#seen;
    try {
      const { table, identity } = await readCsv(this.#format, this.#needed);
      this.#table = table;
      this.#refusal = undefined;
      this.#judged = identity;
      this.#onFile({ taken: true });
    } catch (thrown) {
      if (!(thrown instanceof CsvRefused)) throw thrown;
      this.#refusal = thrown;
      // What changed under the reader is looked at again.
      if (thrown.code === 'CHANGED') this.#judged = undefined;
      this.#onFile({ taken: false, refusal: thrown });
    }
  }

  async #identity(): Promise<FileIdentity> {
    try {
      return identityOf(await stat(this.#format.file));
    } catch (thrown) {
      return (thrown as NodeJS.ErrnoException).code ?? 'UNKNOWN';
    }
  }
}
