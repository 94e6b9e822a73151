import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type StoredCheckpoint } from '../audit/audit-log.ts';
import { type SealOutcome } from '../evidence/seal-logs.ts';
import {
  failureOf,
  SealingError,
  type SealingReply,
  type SealingRequest,
  type SealOrder,
} from './sealing-messages.ts';

/** A seal that runs in a process of its own. */
export interface SealingProcess {
  /** @throws SealingError when the process failed or ended */
  readonly outcome: Promise<SealOutcome>;
  /** Ends the process at once; the next run finishes what it was at. */
  kill(): void;
}

/** Signs what the sealing process asks for; the keys stay here. */
export type SignCheckpoint = (origin: string, size: number) => Promise<StoredCheckpoint>;

export type StartSealing = (order: SealOrder, checkpointAt: SignCheckpoint) => SealingProcess;

/**
 * Starts `sealing-process.ts`, without environment, arguments or standard streams. A process, not the gateway's own thread:
 * a million leaves take a minute of hashing and of waiting for the disk, in which every query would stand still.
 */
export const startSealingProcess: StartSealing = (order, checkpointAt) => {
  const child = fork(processFile(), [], {
    env: {},
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const outcome = outcomeOf(child, checkpointAt);
  send(child, { kind: 'seal', order });
  return {
    outcome,
    kill: () => {
      child.kill('SIGKILL');
    },
  };
};

async function outcomeOf(child: ChildProcess, checkpointAt: SignCheckpoint): Promise<SealOutcome> {
  return new Promise((resolve, reject) => {
    child.on('message', (message) => {
      const reply = message as SealingReply;
      if (reply.kind === 'done') resolve(reply.outcome);
      else if (reply.kind === 'failed') reject(new SealingError(reply.failure));
      else void answer(child, reply, checkpointAt);
    });
    child.once('error', (error) => {
      reject(new SealingError(failureOf(error), error));
    });
    child.once('exit', (code, signal) => {
      reject(new SealingError(failureOf(new Error(`the process ended with ${String(code ?? signal)}`))));
    });
  });
}

async function answer(
  child: ChildProcess,
  { id, origin, size }: Extract<SealingReply, { kind: 'checkpoint' }>,
  checkpointAt: SignCheckpoint,
): Promise<void> {
  try {
    send(child, { kind: 'checkpoint', id, checkpoint: await checkpointAt(origin, size) });
  } catch (thrown) {
    send(child, { kind: 'no-checkpoint', id, failure: failureOf(thrown) });
  }
}

function send(child: ChildProcess, request: SealingRequest): void {
  // A lost channel shows as the end of the process.
  if (child.connected) child.send(request, () => undefined);
}

/** Node runs built JavaScript only: when this module runs from `src/`, its built twin in `dist/` is started. */
function processFile(): string {
  const built = import.meta.url.endsWith('.ts')
    ? import.meta.url.replace(/\/src\/(?!.*\/src\/)/, '/dist/')
    : import.meta.url;
  return fileURLToPath(new URL('../sealing-process.js', built));
}
