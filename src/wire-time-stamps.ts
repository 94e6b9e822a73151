import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Cron } from 'croner';
import { type EvidenceReader } from './audit/audit-log.ts';
import { decodeLeaf } from './audit/leaf.ts';
import { callsForStamp } from './audit/time-stamp/calls-for-stamp.ts';
import { type AssembledGateway } from './gateway/assemble-gateway.ts';
import { StampJob, type StampState } from './jobs/stamp-checkpoints.ts';
import { type StampPorts } from './jobs/stamp-ports.ts';
import { type openTimeStampAuthority } from './open-time-stamp-authority.ts';
import { type TimeStampAuthority } from './notary/time-stamp-authority.ts';
import { type Settings } from './settings/settings.ts';
import { type Clock } from './shared/clock.ts';
import { type Logger } from './shared/logger.ts';
import { OWNER_ONLY, replaceFile } from './shared/new-file.ts';
import { type EvidenceOfNode } from './wire-evidence.ts';

const DAY = 24 * 60 * 60 * 1000;
/** How often a failed attempt is repeated. */
const RETRY_MILLISECONDS = 10 * 60 * 1000;

/** What stamping the logs of a node rests on. */
export interface StampingParts {
  readonly settings: Settings;
  readonly evidence: EvidenceOfNode;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Known once the gateway is assembled; no job runs before. */
  readonly gateway: () => Pick<AssembledGateway, 'record'>;
}

/** The job that has checkpoints stamped, and when it runs. */
export interface Stamping {
  readonly job: StampJob;
  /** Runs the job at its time of day, soon after the start where the last stamp is old, and again while it fails. */
  start(): void;
  stop(): Promise<void>;
}

/** @throws FaultsError when roots or password file cannot be used */
export async function openStamping(parts: StampingParts): Promise<Stamping> {
  const { settings, clock } = parts;
  const given = settings.timeStamps;
  const job = new StampJob(stampPorts(parts, given === null ? null : await openAuthority(given, clock)));
  const stopped = new AbortController();
  let crons: readonly Cron[] = [];
  return {
    job,
    start: () => {
      if (given === null) return;
      let lastTry = -Infinity;
      const run = async (): Promise<void> => {
        lastTry = clock.now();
        await job.run(stopped.signal);
      };
      const runWhenDue = async (): Promise<void> => {
        if (isDue(job.state(), clock.now(), lastTry)) await run();
      };
      const [hour = '0', minute = '0'] = given.at.split(':');
      const daily = `${String(Number(minute))} ${String(Number(hour))} * * *`;
      crons = [
        new Cron(daily, { timezone: settings.timeZone, protect: true }, run),
        new Cron('* * * * *', { protect: true }, runWhenDue),
      ];
      void runWhenDue();
    },
    stop: async () => {
      for (const cron of crons) cron.stop();
      stopped.abort();
      await job.run(stopped.signal);
    },
  };
}

/** Loads what reads certificates and stamps only where a node has its log stamped. */
async function openAuthority(
  ...given: Parameters<typeof openTimeStampAuthority>
): Promise<TimeStampAuthority> {
  const loaded = await import('./open-time-stamp-authority.ts');
  return loaded.openTimeStampAuthority(...given);
}

/** A missed day is made up for; a failed attempt is repeated every ten minutes. */
function isDue({ stampedAt, firstFailedAt }: StampState, now: number, lastTry: number): boolean {
  if (now - lastTry < RETRY_MILLISECONDS) return false;
  return firstFailedAt !== null || now - (stampedAt ?? 0) > DAY;
}

/** What the job asks, answered by the logs of this node. @param authority null where the settings name none */
export function stampPorts(
  { settings, evidence, clock, logger, gateway }: StampingParts,
  authority: TimeStampAuthority | null,
): StampPorts {
  return {
    authority,
    publish: async () => (await evidence.book(logToStamp(evidence).head().origin)).publish(),
    newest: () => logToStamp(evidence).newestStamp() ?? null,
    save: async (stamp) => (await evidence.book(logToStamp(evidence).head().origin)).stamped(stamp),
    isRecorded: async (leafId) => {
      await evidence.refresh();
      return evidence.readers().some((log) => log.leafOf(leafId) !== undefined);
    },
    record: async (leafId, facts) => gateway().record('time-stamp', facts, leafId),
    grownSince: (size) => {
      for (const { bytes } of logToStamp(evidence).leaves(size)) {
        if (callsForStamp(decodeLeaf(bytes).type)) return true;
      }
      return false;
    },
    unstamped: () => unstampedRecords(evidence),
    failures: failureFile(join(settings.folders.data, 'stamp-failing-since')),
    clock,
    logger,
    staleMilliseconds: settings.timeStamps?.staleMilliseconds ?? 0,
  };
}

/** A log that ended is stamped to its end before the one that follows it. */
function logToStamp(evidence: EvidenceOfNode): EvidenceReader {
  const logs = [...evidence.readers()].reverse();
  const ended = logs.find((log) => {
    const { next, size } = log.head();
    return next !== null && log.stampAt(size) === undefined && log.checkpointFrom(size) !== undefined;
  });
  const log = ended ?? logs.at(-1);
  if (log === undefined) throw new Error('there is no log to stamp');
  return log;
}

function unstampedRecords(evidence: EvidenceOfNode): number {
  const next = logToStamp(evidence);
  const logs = [...evidence.readers()].reverse();
  const from = logs.findIndex((log) => log.head().origin === next.head().origin);
  const sizes = logs.slice(Math.max(from, 0)).map((log) => log.head().size);
  return sizes.reduce((sum, size) => sum + size, -(next.newestStamp()?.size ?? 0));
}

/** Epoch milliseconds of the first failed attempt, in a file of its own. */
function failureFile(file: string): StampPorts['failures'] {
  return {
    load: () => {
      try {
        const at = Number(readFileSync(file, 'utf8'));
        return Number.isSafeInteger(at) && at > 0 ? at : null;
      } catch {
        return null;
      }
    },
    save: (at) => {
      if (at === null) rmSync(file, { force: true });
      else replaceFile(file, `${String(at)}\n`, OWNER_ONLY);
    },
  };
}
