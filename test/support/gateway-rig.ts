import { type Agreement } from '../../src/agreement/agreement.ts';
import { AgreementBook } from '../../src/gateway/agreement-book.ts';
import { type BatchOutcome } from '../../src/gateway/commit/commit-batch.ts';
import { EvidenceQueue } from '../../src/gateway/commit/evidence-queue.ts';
import { FloodRecorder } from '../../src/gateway/commit/flood-recorder.ts';
import { createPartnerGateway } from '../../src/gateway/create-partner-gateway.ts';
import { ExchangeRunner } from '../../src/gateway/exchange.ts';
import { BurstGate } from '../../src/gateway/load/burst-gate.ts';
import { ExchangePlaces } from '../../src/gateway/load/exchange-places.ts';
import { type Caller, type PartnerGateway, type PartnerRequest } from '../../src/gateway/partner-gateway.ts';
import { type PipelineParts } from '../../src/gateway/pipeline.ts';
import { QuotaBook } from '../../src/gateway/quota/quota-book.ts';
import { StandingView } from '../../src/gateway/standing-view.ts';
import { anAgreement } from './agreement-builder.ts';
import { aRequest, RECORD } from './exchange-builder.ts';
import { FakeDatabase, FakeEvidenceStore } from './fake-evidence-store.ts';
import { FakeKeyVault } from './fake-key-vault.ts';
import { FakeSource } from './fake-source.ts';
import { FakeTokenStore } from './fake-token-store.ts';
import { ALPHA_CERTIFICATE, NOON, TEST_HASHER } from './people-builder.ts';
import { RecordingLogger } from './recording-logger.ts';
import { SetClock } from './set-clock.ts';

export interface RigOptions {
  readonly database?: FakeDatabase;
  readonly agreements?: readonly Agreement[];
  readonly clock?: SetClock;
  readonly waitMilliseconds?: number;
  readonly parts?: Partial<PipelineParts>;
}

/** One process of the gateway: every part is the real one but the store, the source, the clock and the log. */
export class GatewayRig {
  readonly database: FakeDatabase;
  readonly store: FakeEvidenceStore;
  readonly clock: SetClock;
  readonly source: FakeSource = new FakeSource().answerWith(RECORD);
  readonly logger: RecordingLogger = new RecordingLogger();
  readonly tokens: FakeTokenStore = new FakeTokenStore();
  readonly quota: QuotaBook = new QuotaBook();
  readonly places: ExchangePlaces = new ExchangePlaces(10_000, 10_000);
  readonly strangers: Caller[] = [];
  readonly outcomes: BatchOutcome[] = [];
  /** How long each commit took. */
  readonly commitMilliseconds: number[] = [];
  readonly view: StandingView;
  readonly queue: EvidenceQueue;
  readonly floods: FloodRecorder;
  readonly gateway: PartnerGateway;

  constructor(options: RigOptions = {}) {
    this.database = options.database ?? new FakeDatabase();
    this.store = new FakeEvidenceStore(this.database);
    this.clock = options.clock ?? new SetClock(NOON);
    this.view = new StandingView(this.store, this.database.content.standing, this.logger);
    this.queue = this.#createQueue(options.waitMilliseconds ?? 60_000);
    this.floods = new FloodRecorder(async (entry) => this.queue.record(entry));
    const runner = new ExchangeRunner({
      clock: this.clock,
      logger: this.logger,
      standing: () => this.view.current(),
      record: async (entry) => this.queue.record(entry),
      floods: this.floods,
      strangerSeen: (caller) => this.strangers.push(caller),
    });
    const book = new AgreementBook(options.agreements ?? [anAgreement()], () => this.source);
    const parts = { ...this.#parts(book), ...options.parts };
    const tokenParts = { hasher: TEST_HASHER, tokens: this.tokens, lifeSeconds: 300 };
    this.gateway = createPartnerGateway(runner, parts, tokenParts, {
      find: async () => Promise.resolve(undefined),
    });
    this.giveToken('token-1', 'official-1');
  }

  /** Makes a token known, bound to the certificate of `alpha` unless another is named, valid for five minutes. */
  giveToken(token: string, officialId: string, certificateFingerprint: string = ALPHA_CERTIFICATE): void {
    const expiresAt = this.clock.now() + 300_000;
    this.tokens.saved.push({
      tokenHash: TEST_HASHER.hash(token),
      officialId,
      certificateFingerprint,
      expiresAt,
    });
  }

  /** The code with which a query is refused, or `answered`. */
  async outcomeOf(overrides: Partial<PartnerRequest> = {}): Promise<string> {
    return this.gateway.answer(aRequest(overrides)).then(
      () => 'answered',
      (error: unknown) => (error as { code?: string }).code ?? String(error),
    );
  }

  #createQueue(waitMilliseconds: number): EvidenceQueue {
    return new EvidenceQueue({
      store: this.store,
      standing: this.view,
      logger: this.logger,
      clock: this.clock,
      vault: new FakeKeyVault(),
      timeZone: 'Europe/Istanbul',
      underWay: () => this.places.taken,
      waitMilliseconds,
      committed: (outcome, milliseconds) => {
        this.outcomes.push(outcome);
        this.commitMilliseconds.push(milliseconds);
        for (const { day, scope, to } of outcome.counters) this.quota.note(day, scope, to);
      },
    });
  }

  #parts(agreements: AgreementBook): PipelineParts {
    return {
      burst: new BurstGate(100_000, 100_000),
      places: this.places,
      tokens: this.tokens,
      agreements,
      clockCheck: { lastRecordedAt: () => this.database.content.head.lastTime, reliable: () => true },
      evidenceCheck: { evidenceStale: () => false },
      requests: { hasher: TEST_HASHER, find: async (key, now) => this.store.findRequest(key, now) },
      quota: this.quota,
      recorder: { record: async (entry) => this.queue.record(entry) },
    };
  }
}
