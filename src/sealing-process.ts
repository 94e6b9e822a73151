import { type StoredCheckpoint } from './audit/audit-log.ts';
import { sealLogs } from './evidence/seal-logs.ts';
import {
  failureOf,
  SealingError,
  type SealingReply,
  type SealingRequest,
  type SealOrder,
} from './jobs/sealing-messages.ts';
import { openLogOf } from './store/find-log.ts';

/** A checkpoint that was asked for and not yet answered. */
interface Asked {
  readonly resolve: (checkpoint: StoredCheckpoint) => void;
  readonly reject: (error: Error) => void;
}

const asked = new Map<number, Asked>();
let newest = 0;

function tell(reply: SealingReply, told?: () => void): void {
  process.send?.(reply, undefined, undefined, told);
}

async function checkpointAt(origin: string, size: number): Promise<StoredCheckpoint> {
  newest += 1;
  const id = newest;
  return new Promise((resolve, reject) => {
    asked.set(id, { resolve, reject });
    tell({ kind: 'checkpoint', id, origin, size });
  });
}

async function seal({ databaseUrl, folder, origins, policy, timeZone, now }: SealOrder): Promise<void> {
  const open = (origin: string): ReturnType<typeof openLogOf> => openLogOf(databaseUrl, origin);
  const last = await sealLogs({ folder, origins, policy, open, checkpointAt }, { now, timeZone }).then(
    (outcome): SealingReply => ({ kind: 'done', outcome }),
    (thrown: unknown): SealingReply => ({ kind: 'failed', failure: failureOf(thrown) }),
  );
  tell(last, () => {
    process.disconnect();
  });
}

process.on('message', (message) => {
  const request = message as SealingRequest;
  if (request.kind === 'seal') {
    void seal(request.order);
    return;
  }
  const waiting = asked.get(request.id);
  asked.delete(request.id);
  if (request.kind === 'checkpoint') waiting?.resolve(request.checkpoint);
  else waiting?.reject(new SealingError(request.failure));
});
// The gateway is gone: nobody signs any more, and the next one finishes what was begun.
process.once('disconnect', () => process.exit());
