import { loadAgreements } from './agreement/load-agreements.ts';
import { type RunningGateway } from './cli/command-ports.ts';
import { updatePartnerUrl } from './demo/partner-url.ts';
import { demoFolders } from './first-run.ts';
import { assembleGateway, type AssembledGateway } from './gateway/assemble-gateway.ts';
import { type EvidenceStore } from './gateway/commit/evidence-store.ts';
import { type PartnerGateway } from './gateway/partner-gateway.ts';
import { Endings } from './endings.ts';
import { OpsServer } from './http/ops-server.ts';
import { type EvidenceExchange } from './http/partner-app.ts';
import { PartnerServer } from './http/partner-server.ts';
import { readTlsFiles, type TlsFiles } from './http/tls-files.ts';
import { type SealDaysJob } from './jobs/seal-days-job.ts';
import { SignJob } from './jobs/sign-head.ts';
import { ClockWatch } from './jobs/watch-clock.ts';
import { SecretHasher } from './identity/secret-hasher.ts';
import { keyFolder } from './settings/places.ts';
import { type Settings } from './settings/settings.ts';
import { type Clock, systemClock } from './shared/clock.ts';
import { type ReferenceClock } from './shared/reference-clock.ts';
import { SteadyClock } from './shared/steady-clock.ts';
import { type ClosableLogger, createLogger } from './shared/logger.ts';
import { openGatewayStore, openVault } from './open-gateway-store.ts';
import { type Source } from './sources/source.ts';
import { startSealing } from './wire-sealing.ts';
import { openStamping, type Stamping } from './wire-time-stamps.ts';
import { replayAtStart } from './wire-destruction.ts';
import { EvidenceOfNode, receiptFinder, yearlyLog } from './wire-evidence.ts';
import { answeredOperations, type MonitoredParts, monitoringOf } from './wire-monitoring.ts';
import { openRequestPath } from './wire-request-path.ts';
import { startWitnessing, type Witnessing } from './wire-witness.ts';
import { keepCopied } from './keep-copied.ts';
import { keepIndexed } from './wire-search.ts';
import { type Store } from './store/store.ts';
import { readRootKey } from './store/root-key.ts';

/** Parts that a test hands in instead of the real ones. */
export interface Replacements {
  readonly clock?: Clock;
  readonly logger?: ClosableLogger;
  readonly sources?: readonly Source[];
  /** Clocks of other machines. */
  readonly references?: readonly ReferenceClock[];
  /** Puts a store that fails on purpose before the real one. */
  readonly evidence?: (store: EvidenceStore) => EvidenceStore;
  readonly evidenceStale?: () => boolean;
}

/** Of the ten seconds that a stopping process has, the part that requests under way may use. */
const GRACE_MILLISECONDS = 8_000;
const TOKEN_SWEEP_MILLISECONDS = 10 * 60 * 1000;

interface Building {
  readonly settings: Settings;
  readonly root: string;
  readonly clock: Clock;
  readonly jumped: () => boolean;
  readonly logger: ClosableLogger;
  readonly endings: Endings;
  readonly replace: Replacements;
}

interface Built {
  readonly gateway: PartnerGateway;
  readonly exchange: EvidenceExchange;
  /** What monitoring hears of, but for the listeners. */
  readonly monitored: Omit<MonitoredParts, 'shown' | 'connections' | 'stopping'>;
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
    const jumped = (): boolean => replace.clock === undefined && !steady.reliable();
    const building = { settings, root, clock, jumped, logger, endings, replace };
    let stopping = false;
    const urls = await listen(building, await buildGateway(building), tls, () => stopping);
    if (settings.realm === 'demo') await updatePartnerUrl(demoFolders(settings, root), urls.partnerUrl);
    logger.info('gateway.started: the gateway takes queries', { ...urls, realm: settings.realm });
    return {
      ...urls,
      close: async () => {
        stopping = true;
        logger.info('gateway.stopping: the gateway takes no more queries');
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
  const { settings, clock, jumped, logger, endings, replace } = building;
  const agreements = loadAgreements(settings.folders.protocols);
  const store = await openGatewayStore(settings);
  endings.add(async () => store.close());
  await store.serve();
  const clockWatch = await watchClock(building, store);
  const evidence = new EvidenceOfNode({ settings, store, clock });
  endings.add(async () => evidence.close());
  tellUnsigned(await evidence.signEnds(), logger);
  const signing = signJob(building, evidence);
  const stamping = await openStamping({ settings, evidence, clock, logger, gateway: () => assembled });
  endings.add(keepCopied(store, logger));
  endings.add(indexing(settings, store, logger));
  const path = await openRequestPath({ ...building, agreements, gateway: () => assembled }, replace.sources);
  endings.add(async () => path.close());
  const vault = openVault(settings, store, clock);
  const acts = { clock, vault, timeZone: settings.timeZone, store: store.evidence };
  await replayAtStart({ settings, store, acts }, logger);
  const { book, watching } = path;
  const assembled: AssembledGateway = await assembleGateway({
    ...settings,
    ...building,
    ...watching,
    clockReliable: () => !jumped() && clockWatch.reliable(),
    evidenceStale: replace.evidenceStale ?? (() => stamping.job.stale()),
    store: replace.evidence?.(store.evidence) ?? store.evidence,
    due: yearlyLog(settings),
    rolledOver: () => void signRolledOver(evidence, logger),
    receipts: receiptFinder(evidence),
    tokens: store.tokens,
    vault,
    hasher: new SecretHasher(readRootKey(keyFolder(settings), 'credential')),
    agreements: book,
    agreementZones: agreements.map((agreement) => agreement.timeZone),
  });
  endings.add(async () => assembled.close());
  const { sealing, witnessing } = await startJobs(building, {
    store,
    evidence,
    signing,
    stamping,
    assembled,
  });
  return {
    gateway: watching.around(assembled.gateway),
    exchange: witnessing.exchange,
    monitored: {
      ...building,
      clockWatch,
      assembled,
      evidence,
      operations: answeredOperations(agreements, path.sourceOf),
      sources: path.sources,
      sourceFigures: path.sourceFigures,
      stamps: stamping.job,
      witnesses: () => witnessing.push.state(),
      sealing: () => sealing.state(),
      metrics: watching.metrics,
    },
  };
}

interface Jobs {
  readonly store: Store;
  readonly evidence: EvidenceOfNode;
  readonly signing: SignJob;
  readonly stamping: Stamping;
  readonly assembled: AssembledGateway;
}

async function startJobs(
  { settings, clock, logger, endings }: Building,
  { store, evidence, signing, stamping, assembled }: Jobs,
): Promise<{ readonly sealing: SealDaysJob; readonly witnessing: Witnessing }> {
  const sealing = startSealing({ settings, store, evidence, clock, logger });
  endings.add(async () => sealing.close());
  signing.start();
  stamping.start();
  endings.add(async () => stamping.stop());
  endings.add(sweepTokens(store, clock));
  const witnessing = await startWitnessing({ settings, store, evidence, clock, logger, gateway: assembled });
  endings.add(async () => witnessing.close());
  return { sealing, witnessing };
}

async function watchClock(
  { settings, clock, logger, endings, replace }: Building,
  store: Store,
): Promise<ClockWatch> {
  // A clock that a test has set is compared with none but what the test gives.
  const references = replace.references ?? (replace.clock === undefined ? store.clocks : []);
  const watch = new ClockWatch({ ...settings.clock, clock, logger, references });
  endings.add(async () => watch.stop());
  await watch.start();
  return watch;
}

/** @returns what ends it */
function indexing(settings: Settings, { readable }: Store, logger: ClosableLogger): () => Promise<void> {
  const index = keepIndexed(settings, readable.url, logger);
  return async () => index.close();
}

/** @returns what ends it */
function sweepTokens(store: Store, clock: Clock): () => undefined {
  const sweep = setInterval(() => void store.tokens.removeExpired(clock.now()), TOKEN_SWEEP_MILLISECONDS);
  return () => {
    clearInterval(sweep);
  };
}

/** Signs the newest head also when the gateway ends: after the last record, before the log is closed. */
function signJob({ settings, logger, endings }: Building, evidence: EvidenceOfNode): SignJob {
  const job = new SignJob({
    sign: async () => (await evidence.current()).publish(),
    everyMilliseconds: settings.evidence.signSeconds * 1000,
    logger,
  });
  endings.add(async () => job.stop());
  return job;
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

async function listen(
  { settings, clock, logger, endings }: Building,
  { gateway, exchange: evidence, monitored }: Built,
  tls: TlsFiles,
  stopping: () => boolean,
): Promise<Pick<RunningGateway, 'partnerUrl' | 'opsUrl'>> {
  const { burst, limits } = settings;
  const { bodyBytes } = limits;
  const partner = new PartnerServer({ gateway, evidence, tls, logger, clock, burst, bodyBytes });
  const ops = new OpsServer(
    monitoringOf({ ...monitored, shown: () => tls, connections: () => partner.counts(), stopping }),
  );
  // Whoever asks while the last requests are answered hears that this node stops.
  endings.add(async () => ops.close(GRACE_MILLISECONDS));
  endings.add(async () => partner.close(GRACE_MILLISECONDS));
  // Health is told only once queries are taken.
  const partnerPort = await partner.listen(settings.partner);
  const opsPort = await ops.listen(settings.ops);
  return {
    partnerUrl: `https://localhost:${String(partnerPort)}`,
    opsUrl: `http://${settings.ops.host}:${String(opsPort)}`,
  };
}
