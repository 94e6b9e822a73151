import { constants, setPriority } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { FaultsError } from '../../shared/fault.ts';
import { errorCode } from '../store-fault.ts';
import { type IndexReply, type IndexRequest } from './index-message.ts';
import { NodeIndexer } from './node-indexer.ts';

// The entry of the index process. It reads the logs of one node and writes their indexes, and talks to the gateway alone.

const TICK_MILLISECONDS = 1000;
/** Between two transactions, so that a long catching up leaves the disk to the commits. */
const PAUSE_MILLISECONDS = 20;

// Whoever answers queries goes first.
setPriority(constants.priority.PRIORITY_LOW);

process.once('message', (request: IndexRequest) => {
  void keepIndexed(new NodeIndexer(request));
});

// Ctrl-C reaches the whole process group; the gateway says when it ends.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

async function keepIndexed(indexer: NodeIndexer): Promise<never> {
  process.on('disconnect', () => {
    // Between two transactions: a transaction runs without a turn of the event loop.
    indexer.close();
    process.exit();
  });
  for (;;) {
    let more = false;
    try {
      more = indexer.step();
      reply({ cause: '' });
    } catch (error) {
      reply({ cause: causeOf(error) });
    }
    await wait(more ? PAUSE_MILLISECONDS : TICK_MILLISECONDS);
  }
}

/** A code: a message might quote a value. */
function causeOf(error: unknown): string {
  if (error instanceof FaultsError) return error.faults.map(({ code }) => code).join(' ');
  return errorCode(error) || 'UNEXPECTED';
}

let lastCause = '';

function reply(message: IndexReply): void {
  if (message.cause !== lastCause) process.send?.(message);
  lastCause = message.cause;
}
