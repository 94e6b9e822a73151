import { type LeafFacts, type LeafType } from '../../../src/audit/leaf.ts';
import { type SealOutcome, sealLogs } from '../../../src/evidence/seal-logs.ts';
import { commitBatch } from '../../../src/gateway/commit/commit-batch.ts';
import { lifeEntry } from '../../../src/gateway/commit/life-entry.ts';
import { type PushJob, type PushOutcome } from '../../../src/jobs/push-checkpoints.ts';
import { type StampOutcome } from '../../../src/jobs/stamp-checkpoints.ts';
import { keyFolder, logNode } from '../../../src/settings/places.ts';
import { type Settings } from '../../../src/settings/settings.ts';
import { type Clock } from '../../../src/shared/clock.ts';
import { type Logger } from '../../../src/shared/logger.ts';
import { zonedDay } from '../../../src/shared/zoned-day.ts';
import { findLog } from '../../../src/store/find-log.ts';
import { openKeyFiles } from '../../../src/store/keys/key-files.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { type Store } from '../../../src/store/store.ts';
import { masterKeys } from '../../../src/wire-destruction.ts';
import { EvidenceOfNode } from '../../../src/wire-evidence.ts';
import { openSealing } from '../../../src/wire-sealing.ts';
import { openStamping, type Stamping } from '../../../src/wire-time-stamps.ts';
import { pushJob } from '../../../src/wire-witness.ts';

/** What the jobs of a node work with. */
export interface JobParts {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The jobs of a running gateway, which run when the simulated day says so instead of by the clock of the machine. */
export class DailyJobs implements AsyncDisposable {
  readonly #parts: JobParts;
  readonly #store: Store;
  readonly #evidence: EvidenceOfNode;
  readonly #stamping: Stamping;
  readonly #push: PushJob;

  private constructor({ parts, store, evidence, stamping }: Opened, record: Recorder) {
    this.#parts = parts;
    this.#store = store;
    this.#evidence = evidence;
    this.#stamping = stamping;
    this.#push = pushJob({ ...parts, evidence, record: async (facts) => record('witness', facts) });
  }

  static async open(parts: JobParts): Promise<DailyJobs> {
    const store = await storeOf(parts.settings);
    const evidence = new EvidenceOfNode({ ...parts, store });
    const record = recorder(parts, store);
    const stamping = await openStamping({ ...parts, evidence, gateway: () => ({ record }) });
    return new DailyJobs({ parts, store, evidence, stamping }, record);
  }

  /** For the gateway beside, which asks it before every answer. */
  stale(): boolean {
    return this.#stamping.job.stale();
  }

  /** Signs what is there now, as somebody who asks for the newest checkpoint has it signed. @returns its note */
  async checkpoint(): Promise<string> {
    return (await (await this.#evidence.current()).publish()).note;
  }

  async push(): Promise<PushOutcome> {
    return this.#push.run();
  }

  async stamp(): Promise<StampOutcome> {
    return this.#stamping.job.run();
  }

  async seal(): Promise<SealOutcome> {
    const { settings, clock } = this.#parts;
    const logs = openSealing(settings, await storeOf(settings), clock);
    try {
      return await sealLogs(logs, { now: clock.now(), timeZone: settings.timeZone });
    } finally {
      await logs.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#evidence.close();
    await this.#store.close();
  }
}

interface Opened {
  readonly parts: JobParts;
  readonly store: Store;
  readonly evidence: EvidenceOfNode;
  readonly stamping: Stamping;
}

type Recorder = (type: LeafType, facts: LeafFacts, queryId?: string) => Promise<void>;

function recorder({ settings, clock }: JobParts, store: Store): Recorder {
  const { timeZone } = settings;
  return async (type, facts, queryId) => {
    const today = zonedDay(clock.now(), timeZone).date;
    const vault = openKeyFiles(keyFolder(settings), store.kids, today, { masters: masterKeys(settings) });
    await store.evidence.transact(async (transaction) => {
      const standing = await transaction.standing();
      return commitBatch(transaction, [lifeEntry(type, facts, queryId)], standing, {
        clock,
        vault,
        timeZone,
      });
    });
  };
}

async function storeOf({ databaseUrl, ...settings }: Settings): Promise<Store> {
  const node = logNode({ databaseUrl, ...settings });
  return openStore({ databaseUrl, origin: findLog(databaseUrl, node)?.origin ?? node });
}
