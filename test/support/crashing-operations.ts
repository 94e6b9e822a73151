import { writeFileSync } from 'node:fs';
import { diskOperations, type FileOperations } from '../../src/evidence/file-operations.ts';

/**
 * The file system as a run sees it that dies in one of its operations: that one is not done, a draft half; none is done
 * after it. Dying after an operation is dying before the next. Nothing waits for the disk here: the order is what counts.
 */
export class CrashingOperations implements FileOperations {
  /** Operations asked for so far. */
  count = 0;
  readonly #diesAt: number;

  /** @param diesAt counted from 0; absent, the run lives */
  constructor(diesAt = Infinity) {
    this.#diesAt = diesAt;
  }

  makeFolder(folder: string): void {
    this.#step();
    diskOperations.makeFolder(folder);
  }

  writeDraft(draft: string, bytes: Buffer): void {
    this.#step(() => {
      writeFileSync(draft, bytes.subarray(0, Math.floor(bytes.length / 2)));
    });
    writeFileSync(draft, bytes);
  }

  link(draft: string, file: string): boolean {
    this.#step();
    return diskOperations.link(draft, file);
  }

  rename(draft: string, file: string): void {
    this.#step();
    diskOperations.rename(draft, file);
  }

  remove(file: string): void {
    this.#step();
    diskOperations.remove(file);
  }

  syncFolder(): void {
    this.#step();
  }

  #step(half: () => void = () => undefined): void {
    const at = this.count;
    this.count += 1;
    if (at < this.#diesAt) return;
    if (at === this.#diesAt) half();
    throw new Error('died');
  }
}
