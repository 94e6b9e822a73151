import { loadAgreements } from './agreement/load-agreements.ts';
import { type RunningGateway } from './cli/command-ports.ts';
import { updatePartnerUrl } from './demo/partner-url.ts';
import { demoFolders } from './first-run.ts';
import { AgreementBook } from './gateway/agreement-book.ts';
import { assembleGateway, type AssembledGateway } from './gateway/assemble-gateway.ts';
import { type EvidenceStore } from './gateway/commit/evidence-store.ts';
import { type EvidenceExchange } from './http/partner-app.ts';
import { readTlsFiles } from './http/tls-files.ts';
import { SignJob } from './jobs/sign-head.ts';
import { type StampState } from './jobs/stamp-checkpoints.ts';
import { SecretHasher } from './identity/secret-hasher.ts';
import { keyFolder } from './settings/places.ts';
import { type Settings } from './settings/settings.ts';
import { type Clock, systemClock } from './shared/clock.ts';
import { SteadyClock } from './shared/steady-clock.ts';
import { type ClosableLogger, createLogger } from './shared/logger.ts';
import { openGatewayStore, openVault } from './open-gateway-store.ts';
import { openSources, sourceFinder } from './sources/open-sources.ts';
import { type Source } from './sources/source.ts';
import { startSealing } from './wire-sealing.ts';
import { openStamping } from './wire-time-stamps.ts';
import { replayAtStart } from './wire-destruction.ts';
import { EvidenceOfNode, receiptFinder, yearlyLog } from './wire-evidence.ts';
import { openListeners } from './wire-listeners.ts';
import { startWitnessing } from './wire-witness.ts';
import { keepIndexed } from './wire-search.ts';
import { readRootKey } from './store/root-key.ts';

/** Parts that a test hands in instead of the real ones. */
export interface Replacements {
  readonly clock?: Clock;
  readonly logger?: ClosableLogger;
  readonly sources?: readonly Source[];
  /** Puts a store that fails on purpose before the real one. */
  readonly evidence?: (store: EvidenceStore) => EvidenceStore;
  readonly evidenceStale?: () => boolean;
  /** Takes the place of the time for which a stopping gateway still answers. */
  readonly drained?: () => Promise<void>;
}

const TOKEN_SWEEP_MILLISECONDS = 10 * 60 * 1000;

/** What must end when the gateway ends, newest first. */
class Endings {
  readonly #steps: (() => Promise<unknown> | undefined)[] = [];

  add(step: () => Promise<unknown> | undefined): void {
    this.#steps.push(step);
  }

  /** Runs every step, also after one failed, so that records are written and files closed. Never rejects. */
  async runAll(onFailure: (error: unknown) => void): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        onFailure(error);
      }
    }
  }

  /** @throws AggregateError with everything that failed */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    await this.runAll((error) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'not everything ended cleanly');
  }
}

interface Building {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly clockReliable: () => boolean;
  readonly logger: ClosableLogger;
  readonly endings: Endings;
  readonly replace: Replacements;
}

interface Built {
  readonly assembled: AssembledGateway;
  readonly exchange: EvidenceExchange;
  readonly timeStamps: () => StampState;
}

/** Builds and starts the gateway that the settings describe. @throws FaultsError with what does not allow a start */
export async function startGateway(
  settings: Settings,
  root: string,
  replace: Replacements = {},
): Promise<RunningGateway> {
  const steady = new SteadyClock(systemClock);
  const clock = replace.clock ?? steady;
  const tls = readTlsFiles(settings.partner, clock);
  const logger = replace.logger ?? createLogger({ ...settings.log, clock, folder: settings.folders.logs });
  const endings = new Endings();
  endings.add(async () => logger.close());
  try {
    const clockReliable = (): boolean => replace.clock !== undefined || steady.reliable();
    const building = { settings, clock, clockReliable, logger, endings, replace };
    const running = await openListeners({
      ...building,
      ...(await buildGateway(building)),
      tls,
      drained: replace.drained,
    });
    const { partnerUrl, opsUrl } = running;
    if (settings.realm === 'demo') await updatePartnerUrl(demoFolders(settings, root), partnerUrl);
    logger.info('gateway.started: the gateway takes queries', { partnerUrl, opsUrl, realm: settings.realm });
    return {
      ...running,
      close: async () => {
        const { drainSeconds } = settings.partner;
        logger.info('gateway.stopping: the gateway takes no more queries once it has drained', {
          drainSeconds,
        });
        await endings.run();
      },
    };
  } catch (thrown) {
    // What does not end cleanly now must not hide why the start failed.
    await endings.runAll((error) => {
      logger.error('gateway.ending-failed: a part of a start that failed did not end cleanly', { error });
    });
    throw thrown;
  }
}

async function buildGateway(building: Building): Promise<Built> {
  const { settings, clock, clockReliable, logger, endings, replace } = building;
  const agreements = loadAgreements(settings.folders.protocols);
  const store = await openGatewayStore(settings);
  endings.add(async () => store.close());
  await store.serve();
  const evidence = new EvidenceOfNode({ settings, store, clock });
  endings.add(async () => evidence.close());
  tellUnsigned(await evidence.signEnds(), logger);
  const signing = signJob(building, evidence);
  endings.add(async () => signing.stop());
  const stamping = await openStamping({ settings, evidence, clock, logger, gateway: () => assembled });
  const index = keepIndexed(settings, logger);
  endings.add(async () => index.close());
  const sources =
    replace.sources ??
    (await openSources(settings.sources, agreements, (source, loss) => {
      logger.warn('source.reader-lost: the reader of a source ended and is started anew', { source, loss });
    }));
  endings.add(async () => Promise.all(sources.map(async (source) => source.close())));
  const keys = keyFolder(settings);
  const vault = openVault(settings, store, clock);
  const { timeZone } = settings;
  await replayAtStart({ settings, store, acts: { clock, vault, timeZone, store: store.evidence } }, logger);
  const assembled: AssembledGateway = await assembleGateway({
    ...settings,
    clock,
    clockReliable,
    evidenceStale: replace.evidenceStale ?? (() => stamping.job.stale()),
    logger,
    store: replace.evidence?.(store.evidence) ?? store.evidence,
    due: yearlyLog(settings),
    rolledOver: () => {
      void signRolledOver(evidence, logger);
    },
    receipts: receiptFinder(evidence),
    tokens: store.tokens,
    vault,
    hasher: new SecretHasher(readRootKey(keys, 'credential')),
    agreements: new AgreementBook(agreements, sourceFinder(settings.sources, sources)),
    agreementZones: agreements.map((agreement) => agreement.timeZone),
  });
  endings.add(async () => assembled.close());
  const sealing = startSealing({ settings, evidence, clock, logger });
  endings.add(async () => sealing.close());
  signing.start();
  stamping.start();
  endings.add(async () => stamping.stop());
  const sweep = setInterval(() => store.tokens.removeExpired(clock.now()), TOKEN_SWEEP_MILLISECONDS);
  endings.add(() => {
    clearInterval(sweep);
    return undefined;
  });
  const witnessing = await startWitnessing({ settings, store, evidence, clock, logger, gateway: assembled });
  endings.add(async () => witnessing.close());
  return { assembled, exchange: witnessing.exchange, timeStamps: () => stamping.job.state() };
}

function signJob({ settings, logger }: Building, evidence: EvidenceOfNode): SignJob {
  return new SignJob({
    sign: async () => (await evidence.current()).publish(),
    everyMilliseconds: settings.evidence.signSeconds * 1000,
    logger,
  });
}

const END_UNSIGNED =
  'evidence.end-unsigned: the end of a closed log could not be signed; the next start tries again';

/** The records of the closed log are durable; only their signature waits. */
async function signRolledOver(evidence: EvidenceOfNode, logger: ClosableLogger): Promise<void> {
  try {
    tellUnsigned(await evidence.signEnds(), logger);
  } catch (error) {
    logger.error(END_UNSIGNED, { error });
  }
}

function tellUnsigned(origins: readonly string[], logger: ClosableLogger): void {
  for (const origin of origins) logger.error(END_UNSIGNED, { code: 'LOG_KEY_MISSING', origin });
}
