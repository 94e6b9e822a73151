import pRetry from 'p-retry';
import { type KeyVault } from '../audit/key-vault.ts';
import { type AccessTokenStore } from '../identity/access-token.ts';
import { type SecretHasher } from '../identity/secret-hasher.ts';
import { type Clock } from '../shared/clock.ts';
import { type Logger } from '../shared/logger.ts';
import { zonedDay } from '../shared/zoned-day.ts';
import { type AgreementBook } from './agreement-book.ts';
import { type LogHead } from '../audit/audit-log.ts';
import { type LeafFacts, type LeafType } from '../audit/leaf.ts';
import { type CommitParts } from './commit/commit-batch.ts';
import { lifeEntry } from './commit/life-entry.ts';
import { EvidenceQueue } from './commit/evidence-queue.ts';
import { type EvidenceStore, StoreBusyError } from './commit/evidence-store.ts';
import { FloodRecorder } from './commit/flood-recorder.ts';
import { createPartnerGateway } from './create-partner-gateway.ts';
import { ExchangeRunner } from './exchange.ts';
import { type GatewayFigures, gatewayFigures } from './gateway-figures.ts';
import { BurstGate } from './load/burst-gate.ts';
import { ExchangePlaces } from './load/exchange-places.ts';
import { StrangerLog } from './load/stranger-log.ts';
import { type PartnerGateway } from './partner-gateway.ts';
import { type PipelineParts } from './pipeline.ts';
import { QuotaBook } from './quota/quota-book.ts';
import { type ReceiptFinder } from './receipts.ts';
import { StandingView } from './standing-view.ts';
import { type StepFrame } from './step.ts';

/** About five seconds. */
const START_RETRIES = { retries: 200, minTimeout: 25, maxTimeout: 25, factor: 1 };
/** As the pipeline's own check of the clock. */
const CLOCK_TOLERANCE_MILLISECONDS = 5_000;

/** What the gateway is built from. */
export interface GatewayParts {
  readonly clock: Clock;
  /** False while the clock has jumped. */
  readonly clockReliable: () => boolean;
  /** True while nobody outside has confirmed the log for longer than the settings allow. */
  readonly evidenceStale: () => boolean;
  readonly logger: Logger;
  readonly store: EvidenceStore;
  readonly tokens: AccessTokenStore;
  readonly vault: KeyVault;
  readonly hasher: SecretHasher;
  readonly receipts: ReceiptFinder;
  readonly due?: CommitParts['due'];
  /** Called once a commit went into another log than the one before. */
  readonly rolledOver?: () => void;
  /** Called after each commit with the number of its records and the time that it took. */
  readonly commitMeasured?: (records: number, milliseconds: number) => void;
  /** Stands around the steps of a query, where somebody watches them. */
  readonly frame?: StepFrame | undefined;
  readonly agreements: AgreementBook;
  /** Zones of the agreements, whose days today's counters belong to. */
  readonly agreementZones: readonly string[];
  /** IANA zone of the log's day. */
  readonly timeZone: string;
  readonly tokenSeconds: number;
  readonly burst: { readonly size: number; readonly perSecond: number };
  readonly limits: {
    readonly exchanges: number;
    readonly exchangesPerAgency: number;
    readonly recordMilliseconds: number;
  };
}

/** The gateway at work, and how it ends. */
export interface AssembledGateway {
  readonly gateway: PartnerGateway;
  /** Whether the registers can be read: looks at them, so that what was committed before holds for all that follows. */
  registersReadable(): Promise<boolean>;
  /** Whether records become durable; tries where it is not known. */
  recording(): Promise<boolean>;
  /** Whether the clock does not stand before the newest record, a correction aside. */
  clockInOrder(): boolean;
  figures(): GatewayFigures;
  /** The agency that registered a certificate, revoked ones too. @param fingerprint SHA-256, lower-case hex */
  agencyOf(fingerprint: string): string | undefined;
  /** Makes an event of the log's own life durable. @throws GatewayError AUDIT_NOT_DURABLE */
  record(type: LeafType, facts: LeafFacts, queryId?: string): Promise<void>;
  /** Writes every record that still waits; call it after the listeners have closed. */
  close(): Promise<void>;
}

/** Puts the parts of the request path together. Reads the registers and today's counters once before it returns. */
export async function assembleGateway(parts: GatewayParts): Promise<AssembledGateway> {
  const { clock, logger, store, hasher, limits } = parts;
  const standing = new StandingView(store, await store.standing(), logger);
  const quota = await warmQuotaBook(parts);
  let log: GatewayFigures['log'] = await headOf(store);
  const places = new ExchangePlaces(limits.exchanges, limits.exchangesPerAgency);
  const queue = new EvidenceQueue({
    ...parts,
    underWay: () => places.taken,
    standing,
    waitMilliseconds: limits.recordMilliseconds,
    committed: ({ head, counters, recorded }, milliseconds) => {
      if (log.origin !== head.origin) parts.rolledOver?.();
      log = head;
      parts.commitMeasured?.(recorded.length, milliseconds);
      for (const { day, scope, to } of counters) quota.note(day, scope, to);
    },
  });
  const strangers = new StrangerLog(clock, logger);
  const floods = new FloodRecorder(async (entry) => queue.record(entry));
  const runner = new ExchangeRunner({
    clock,
    logger,
    floods,
    standing: () => standing.current(),
    record: async (entry) => queue.record(entry),
    strangerSeen: (caller) => { strangers.note(caller); },
  }); // prettier-ignore
  const gateway = createPartnerGateway(
    runner,
    {
      ...stepParts(parts),
      places,
      clockCheck: { lastRecordedAt: () => log.lastTime, reliable: parts.clockReliable },
      quota,
      recorder: queue,
    },
    { hasher, tokens: parts.tokens, lifeSeconds: parts.tokenSeconds },
    parts.receipts,
  );
  standing.startPolling();
  return {
    gateway,
    registersReadable: async () => standing.refresh(),
    recording: async () => queue.recording(),
    clockInOrder: () => clock.now() >= log.lastTime - CLOCK_TOLERANCE_MILLISECONDS,
    figures: () => gatewayFigures({ ...parts, standing, quota, places, queue, floods, strangers }, log),
    agencyOf: (fingerprint) => standing.current().identities.certificate(fingerprint)?.agencyId,
    record: lifeRecorder(queue),
    close: async () => {
      standing.stopPolling();
      floods.closeAll();
      strangers.close();
      await queue.drained();
    },
  };
}

function lifeRecorder(queue: EvidenceQueue): AssembledGateway['record'] {
  return async (type, facts, queryId) => {
    await queue.record(lifeEntry(type, facts, queryId));
  };
}

/** What steps need of the parts as they are handed in. */
function stepParts(
  parts: GatewayParts,
): Pick<PipelineParts, 'burst' | 'tokens' | 'agreements' | 'evidenceCheck' | 'requests' | 'frame'> {
  const { hasher, tokens, store, burst, agreements, evidenceStale, frame } = parts;
  return {
    frame,
    burst: new BurstGate(burst.size, burst.perSecond),
    tokens: { hasher, find: async (hash) => tokens.find(hash) },
    agreements,
    evidenceCheck: { evidenceStale },
    requests: { hasher, find: async (key, now) => store.findRequest(key, now) },
  };
}

/** The head is read in a transaction; a command that holds the database at this moment is waited for. */
async function headOf(store: EvidenceStore): Promise<LogHead> {
  return pRetry(async () => store.transact(async (transaction) => transaction.head()), {
    ...START_RETRIES,
    shouldRetry: ({ error }) => error instanceof StoreBusyError,
  });
}

async function warmQuotaBook({ store, clock, agreementZones }: GatewayParts): Promise<QuotaBook> {
  const quota = new QuotaBook();
  const days = new Set(agreementZones.map((zone) => zonedDay(clock.now(), zone).date));
  for (const day of days) {
    for (const { scope, used } of await store.countersOn(day)) quota.note(day, scope, used);
  }
  return quota;
}
