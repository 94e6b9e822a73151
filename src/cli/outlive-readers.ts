import { type Writable } from 'node:stream';

/**
 * Keeps the process going when nobody reads what it prints (`gecit … | head`, a collector of logs that ended): a server
 * answers on, and a command ends with its own code.
 * @returns tells whether printing has failed for another reason, such as a full disk: the answer is not whole then
 */
export function outliveReaders(...streams: readonly Writable[]): () => boolean {
  let failed = false;
  for (const stream of streams) {
    stream.on('error', ({ code }: NodeJS.ErrnoException) => {
      failed ||= code !== 'EPIPE';
    });
  }
  return () => failed;
}
