import { type ChildProcess, spawn } from 'node:child_process';
import { type Readable, type Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { jsonLine, JsonLines } from './json-lines.ts';
import { type ReaderReply, type ReaderRequest } from './reader-message.ts';

/** A running reader as the engine sees it. */
export interface ReaderProcess {
  send(request: ReaderRequest): void;
  /** Ends the process at once, in the middle of a statement too. */
  kill(): void;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
}

/** Starts a reader; `onReply` gets its messages in order. */
export type StartReader = (onReply: (reply: ReaderReply) => void) => ReaderProcess;

/**
 * Starts `sqlite-reader.ts` as a process of its own, without environment, arguments or standard streams.
 * A process, not a thread: SQLite works in native code, which neither `terminate()` nor the exit of the gateway
 * interrupts, while a process can be killed and a damaged file cannot take the gateway with it. The two talk by lines of JSON over
 * pipes, which the reader reads and writes without an event loop: a batch costs it half of what messages between Node processes do.
 */
export const startReaderProcess: StartReader = (onReply) => {
  const child = spawn(process.execPath, [readerFile()], {
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const requests = child.stdio[3] as Writable;
  const replies = child.stdio[4] as Readable;
  const lines = new JsonLines();
  // A lost pipe shows as the end of the process.
  requests.on('error', () => undefined);
  replies.on('error', () => undefined);
  replies.on('data', (piece: Buffer) => {
    for (const reply of lines.take(piece)) onReply(reply as ReaderReply);
  });
  return {
    send: (request) => {
      if (requests.writable) requests.write(jsonLine(request));
    },
    kill: () => {
      child.kill('SIGKILL');
    },
    ended: endOf(child),
  };
};

async function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    // The process could not be started; there is no exit then.
    child.once('error', () => {
      if (child.pid === undefined) resolve();
    });
  });
}

/** Node runs built JavaScript only: when this module runs from `src/`, its built twin in `dist/` is started. */
function readerFile(): string {
  const built = import.meta.url.endsWith('.ts')
    ? import.meta.url.replace(/\/src\/(?!.*\/src\/)/, '/dist/')
    : import.meta.url;
  return fileURLToPath(new URL('./sqlite-reader.js', built));
}
