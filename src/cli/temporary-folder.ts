import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Runs work in a new folder that only this user may read, and removes it however the work or the process ends. */
export async function inTemporaryFolder<T>(prefix: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  // A signal without a listener ends the process without its `exit` event.
  const stop = (signal: keyof typeof SIGNALS): void => process.exit(SIGNALS[signal]);
  process.once('SIGINT', stop).once('SIGTERM', stop).once('exit', remove);
  try {
    return await work(folder);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop).off('exit', remove);
    remove();
  }
}
