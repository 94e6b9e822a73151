import { type OpenSealing } from './cli/command-ports.ts';
import { EvidenceError } from './evidence/evidence-error.ts';
import { MAX_BYTES } from './evidence/evidence-paths.ts';
import { hasClosedDay } from './evidence/next-closed-day.ts';
import { readEvidenceFile } from './evidence/read-evidence-file.ts';
import { SealDaysJob } from './jobs/seal-days-job.ts';
import { startSealingProcess } from './jobs/start-sealing-process.ts';
import { evidenceFolder } from './settings/places.ts';
import { type Settings } from './settings/settings.ts';
import { type Clock } from './shared/clock.ts';
import { type Logger } from './shared/logger.ts';
import { openLogOf } from './store/find-log.ts';
import { type Store } from './store/store.ts';
import { EvidenceOfNode } from './wire-evidence.ts';

/** What the gateway's own sealing is built from. */
export interface SealingParts {
  readonly settings: Settings;
  readonly store: Store;
  readonly evidence: EvidenceOfNode;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Starts the job that seals while the gateway runs; whoever starts it closes it. */
export function startSealing({ settings, store, evidence, clock, logger }: SealingParts): SealDaysJob {
  const { timeZone } = settings;
  const { url: databaseUrl } = store.readable;
  const folder = evidenceFolder(settings);
  const job = new SealDaysJob({
    clock,
    logger,
    timeZone,
    sealAt: settings.evidence.sealAt,
    order: async () => {
      await evidence.refresh();
      return { databaseUrl, folder, origins: oldestFirst(evidence), policy: policyOf(settings) };
    },
    isDue: () =>
      evidence.readers().some((reader) => hasClosedDay(reader, folder, { now: clock.now(), timeZone })),
    checkpointAt: async (origin, size) => (await evidence.book(origin)).at(size),
    startSealing: startSealingProcess,
  });
  job.start();
  return job;
}

/** The logs of a node for a command that seals. @param store closed with them */
export function openSealing(settings: Settings, store: Store, clock: Clock): OpenSealing {
  const evidence = new EvidenceOfNode({ settings, store, clock });
  return {
    folder: evidenceFolder(settings),
    origins: oldestFirst(evidence),
    open: (origin) => openLogOf(store.readable.url, origin),
    checkpointAt: async (origin, size) => (await evidence.book(origin)).at(size),
    policy: policyOf(settings),
    close: async () => {
      await evidence.close();
      await store.close();
    },
  };
}

function oldestFirst(evidence: EvidenceOfNode): readonly string[] {
  return evidence.origins().toReversed();
}

function policyOf({ witness }: Settings): string | null {
  if (witness.policy === null) return null;
  const bytes = readEvidenceFile(witness.policy, MAX_BYTES.policy);
  if (bytes === undefined) throw new EvidenceError('EVIDENCE_FILE_MISSING', { file: witness.policy });
  return bytes.toString('utf8');
}
