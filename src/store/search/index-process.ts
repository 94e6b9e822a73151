import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type IndexReply, type IndexRequest } from './index-message.ts';

/** A gateway that has just started has better things to do. */
const START_MILLISECONDS = 1000;
/** A process that ended by itself is started anew after so long. */
const REST_MILLISECONDS = 10_000;
/** A transaction of the index takes a fraction of this. */
const END_MILLISECONDS = 2000;

export interface IndexProcessParts extends IndexRequest {
  /** Told when indexing begins to fail, once until it works again; `cause` is a code. */
  readonly onFault: (cause: string) => void;
  /** Before the process is first started. */
  readonly startMilliseconds?: number;
}

/**
 * Runs `index-worker.ts` beside the gateway, without environment, arguments or standard streams. A process, not a thread: the
 * request path shares neither its event loop nor its memory, and the system can give it less of the processor.
 */
export class IndexProcess {
  readonly #parts: IndexProcessParts;
  #timer: NodeJS.Timeout;
  #child: ChildProcess | undefined;
  #lastFault: string | undefined;
  #closed = false;

  constructor(parts: IndexProcessParts) {
    this.#parts = parts;
    this.#timer = this.#startAfter(parts.startMilliseconds ?? START_MILLISECONDS);
  }

  /** Resolves when the process is gone. If it dies in the middle of a transaction, the index lacks what that held. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === undefined) return;
    const kill = setTimeout(() => child.kill('SIGKILL'), END_MILLISECONDS);
    const ended = endOf(child);
    if (child.connected) child.disconnect();
    await ended;
    clearTimeout(kill);
  }

  #startAfter(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#start();
    }, milliseconds).unref();
  }

  #start(): void {
    const { databaseFile, searchFolder, zone, node } = this.#parts;
    const child = fork(workerFile(), [], {
      env: {},
      execArgv: [],
      serialization: 'json',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child = child;
    child.on('message', (reply) => {
      this.#told((reply as IndexReply).cause);
    });
    void endOf(child).then(() => {
      this.#child = undefined;
      if (this.#closed) return;
      this.#told('ENDED');
      this.#timer = this.#startAfter(REST_MILLISECONDS);
    });
    const request: IndexRequest = { databaseFile, searchFolder, zone, node };
    // A lost channel shows as the end of the process.
    child.send(request, () => undefined);
  }

  #told(cause: string): void {
    if (cause !== '' && cause !== this.#lastFault) this.#parts.onFault(cause);
    this.#lastFault = cause;
  }
}

async function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
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
function workerFile(): string {
  const built = import.meta.url.endsWith('.ts')
    ? import.meta.url.replace(/\/src\/(?!.*\/src\/)/, '/dist/')
    : import.meta.url;
  return fileURLToPath(new URL('./index-worker.js', built));
}
