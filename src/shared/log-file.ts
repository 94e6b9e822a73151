import { appendFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface LogFileOptions {
  readonly folder: string;
  /** Without its ending `.log`. */
  readonly name: string;
  /** Size at which the file becomes `<name>1.log` and a new one begins. */
  readonly bytes: number;
  /** How many files there are at most; the oldest is replaced. */
  readonly files: number;
  /** Told when lines cannot be written, once until a line is written again. */
  readonly failed: (cause: unknown) => void;
}

const MOST_WAITING = 10_000;

/**
 * A file of lines. Lines that cannot be written, because the disk is full, are given up: neither the process nor its
 * other logs wait for them, and once there is room the file goes on.
 */
export class LogFile {
  readonly #options: LogFileOptions;
  #waiting: string[] = [];
  #writing: Promise<void> | undefined;
  #failing = false;
  #lost = 0;

  constructor(options: LogFileOptions) {
    this.#options = options;
  }

  /** Writes that were given up since the start. */
  get lost(): number {
    return this.#lost;
  }

  /** @param lines each of them ended */
  write(lines: string): void {
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(lines);
    else this.#lost += 1;
    this.#writing ??= this.#writeAll();
  }

  /** Resolves once every line was written or given up. */
  async written(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const writes = this.#waiting.splice(0);
      const text = writes.join('');
      try {
        await this.#makeRoom();
        // A line that the full disk has cut ends here.
        await appendFile(this.#path(0), this.#failing ? `\n${text}` : text, { mode: 0o600 });
        this.#failing = false;
      } catch (cause) {
        if (!this.#failing) this.#options.failed(cause);
        this.#failing = true;
        this.#lost += writes.length;
      }
    }
    this.#writing = undefined;
  }

  async #makeRoom(): Promise<void> {
    if ((await sizeOf(this.#path(0))) < this.#options.bytes) return;
    for (let place = this.#options.files - 1; place > 0; place--) {
      if ((await sizeOf(this.#path(place - 1))) > 0) await rename(this.#path(place - 1), this.#path(place));
    }
  }

  #path(place: number): string {
    const { folder, name } = this.#options;
    return join(folder, `${name}${place === 0 ? '' : String(place)}.log`);
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
