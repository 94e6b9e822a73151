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
import { BurstGate } from './load/burst-gate.ts';
import { ExchangePlaces } from './load/exchange-places.ts';
import { StrangerLog } from './load/stranger-log.ts';
import { type PartnerGateway } from './partner-gateway.ts';
import { type PipelineParts } from './pipeline.ts';
import { QuotaBook } from './quota/quota-book.ts';
import { type ReceiptFinder } from './receipts.ts';
import { StandingView } from './standing-view.ts';

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
  /** What the gateway needs to answer, by name. */
  ready(): Promise<Readonly<Record<'registers' | 'records' | 'clock' | 'evidence', boolean>>>;
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
  let { lastTime: lastRecordedAt, origin } = await headOf(store);
  const places = new ExchangePlaces(limits.exchanges, limits.exchangesPerAgency);
  const queue = new EvidenceQueue({
    ...parts,
    underWay: () => places.taken,
    standing,
    waitMilliseconds: limits.recordMilliseconds,
    committed: ({ head, counters }) => {
      lastRecordedAt = head.lastTime;
      if (origin !== head.origin) parts.rolledOver?.();
      origin = head.origin;
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
    strangerSeen: (caller) => {
      strangers.note(caller);
    },
  });
  const gateway = createPartnerGateway(
    runner,
    {
      ...stepParts(parts),
      places,
      clockCheck: { lastRecordedAt: () => lastRecordedAt, reliable: parts.clockReliable },
      quota,
      recorder: queue,
    },
    { hasher, tokens: parts.tokens, lifeSeconds: parts.tokenSeconds },
    parts.receipts,
  );
  standing.startPolling();
  return {
    gateway,
    ready: async () => ({
      registers: await standing.refresh(),
      records: await queue.recording(),
      ...timeChecks(parts, lastRecordedAt),
    }),
    record: async (type, facts, queryId) => void (await queue.record(lifeEntry(type, facts, queryId))),
    close: async () => {
      standing.stopPolling();
      floods.closeAll();
      strangers.close();
      await queue.drained();
    },
  };
}

function timeChecks(
  { clock, clockReliable, evidenceStale }: GatewayParts,
  lastRecordedAt: number,
): Readonly<Record<'clock' | 'evidence', boolean>> {
  const inOrder = clock.now() >= lastRecordedAt - CLOCK_TOLERANCE_MILLISECONDS;
  return { clock: clockReliable() && inOrder, evidence: !evidenceStale() };
}

/** What steps need of the parts as they are handed in. */
function stepParts(
  parts: GatewayParts,
): Pick<PipelineParts, 'burst' | 'tokens' | 'agreements' | 'evidenceCheck' | 'requests'> {
  const { hasher, tokens, store, burst, agreements, evidenceStale } = parts;
  return {
    burst: new BurstGate(burst.size, burst.perSecond),
    tokens: { hasher, find: (hash) => tokens.find(hash) },
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
