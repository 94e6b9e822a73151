import { Temporal } from 'temporal-polyfill';
import { type Agreement } from './agreement/agreement.ts';
import { EvidenceFiles } from './evidence/evidence-files.ts';
import { hasClosedDay } from './evidence/next-closed-day.ts';
import { newestManifest } from './evidence/sealed-state.ts';
import { type AssembledGateway } from './gateway/assemble-gateway.ts';
import { type OpsParts } from './http/ops-server.ts';
import { type PushState } from './jobs/push-checkpoints.ts';
import { type SealingState } from './jobs/seal-days-job.ts';
import { type StampState } from './jobs/stamp-checkpoints.ts';
import { type ClockWatch } from './jobs/watch-clock.ts';
import { CertificateEnds, type ShownCertificates } from './monitoring/certificate-ends.ts';
import { type Check } from './monitoring/checks/check.ts';
import { checkCertificates } from './monitoring/checks/check-certificates.ts';
import { checkClock } from './monitoring/checks/check-clock.ts';
import { checkDatabase } from './monitoring/checks/check-database.ts';
import { checkDisk } from './monitoring/checks/check-disk.ts';
import { checkLog } from './monitoring/checks/check-log.ts';
import { checkSealing } from './monitoring/checks/check-sealing.ts';
import { type AnsweredBy, checkSources } from './monitoring/checks/check-sources.ts';
import { checkStopping } from './monitoring/checks/check-stopping.ts';
import { checkTimeStamps } from './monitoring/checks/check-time-stamps.ts';
import { checkWitnesses } from './monitoring/checks/check-witnesses.ts';
import { DiskRoom } from './monitoring/disk-room.ts';
import { type Metric } from './monitoring/metrics/metric.ts';
import { type ConnectionFigures, nodeMetrics } from './monitoring/metrics/node-metrics.ts';
import { sourceMetrics } from './monitoring/metrics/source-metrics.ts';
import { createRegistry } from './monitoring/metrics/registry.ts';
import { stampMetrics } from './monitoring/metrics/stamp-metrics.ts';
import { ReadinessChecks } from './monitoring/readiness.ts';
import { type SourceWatch } from './monitoring/source-watch.ts';
import { type SourceFigures } from './sources/guard/source-figures.ts';
import { evidenceFolder } from './settings/places.ts';
import { type Settings } from './settings/settings.ts';
import { type Clock } from './shared/clock.ts';
import { type ClosableLogger } from './shared/logger.ts';
import { type EvidenceOfNode } from './wire-evidence.ts';

/** The parts of a running gateway that monitoring hears of. */
export interface MonitoredParts {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: ClosableLogger;
  readonly assembled: AssembledGateway;
  readonly evidence: EvidenceOfNode;
  readonly jumped: () => boolean;
  readonly clockWatch: ClockWatch;
  readonly operations: readonly AnsweredBy[];
  readonly sources: SourceWatch;
  readonly sourceFigures: () => readonly SourceFigures[];
  readonly stamps: { stale(): boolean; state(): StampState };
  readonly witnesses: () => PushState;
  readonly sealing: () => SealingState;
  readonly shown: () => ShownCertificates;
  readonly connections: () => ConnectionFigures;
  readonly stopping: () => boolean;
  /** Figures of the request path. */
  readonly metrics: readonly Metric[];
}

const LOOK_MILLISECONDS = 60_000;

/** What the ops listener tells of a running gateway. */
export function monitoringOf(parts: MonitoredParts): OpsParts {
  const { settings, logger, stamps } = parts;
  const { data, logs } = settings.folders;
  const room = new DiskRoom({ data, logs, evidence: evidenceFolder(settings) });
  const certificates = new CertificateEnds(parts.shown);
  const checks = new ReadinessChecks(checksOf(parts, room, certificates), logger);
  const text = createRegistry(metricsOf(parts, room, certificates), (name, cause) => {
    logger.warn('metrics.unread: a figure could not be read', { name, cause });
  });
  return {
    readiness: async () => checks.look(),
    metrics: text,
    timeStamps: () => stamps.state(),
    logger,
  };
}

function checksOf(parts: MonitoredParts, room: DiskRoom, ends: CertificateEnds): Check[] {
  const { settings, clock, assembled, clockWatch, sources } = parts;
  return [
    checkStopping(parts.stopping),
    checkDatabase(async () => assembled.registersReadable()),
    checkLog({ recording: async () => assembled.recording(), queue: () => assembled.figures() }),
    checkSources(
      () => parts.operations,
      (source) => sources.isDown(source),
    ),
    checkDisk(room, settings.monitoring),
    checkClock({
      jumped: parts.jumped,
      inOrder: () => assembled.clockInOrder(),
      agrees: () => clockWatch.reliable(),
      drifts: () => clockWatch.drifts(),
    }),
    checkCertificates({
      clock,
      ends,
      agencies: () => assembled.figures().agencyCertificates,
      warnMilliseconds: settings.monitoring.certificateWarnMilliseconds,
    }),
    checkTimeStamps(parts.stamps),
    checkWitnesses(parts.witnesses),
    checkSealing({
      clock,
      lastError: () => parts.sealing().lastError,
      dayWaits: () => dayWaits(parts),
    }),
  ];
}

function metricsOf(parts: MonitoredParts, room: DiskRoom, certificates: CertificateEnds): Metric[] {
  const { assembled, clockWatch, logger, jumped } = parts;
  return [
    ...parts.metrics,
    ...sourceMetrics(parts.sourceFigures, parts.sources),
    ...nodeMetrics({
      gateway: () => assembled.figures(),
      connections: parts.connections,
      certificates,
      drifts: () => clockWatch.drifts(),
      clockReliable: () => !jumped() && assembled.clockInOrder() && clockWatch.reliable(),
      sealedDay: sealedDay(parts),
      linesLost: () => logger.lost(),
      room,
    }),
    ...stampMetrics(() => parts.stamps.state()),
  ];
}

function dayWaits({ settings, evidence, clock }: MonitoredParts): boolean {
  const calendar = { now: clock.now(), timeZone: settings.timeZone };
  return evidence.readers().some((reader) => hasClosedDay(reader, evidenceFolder(settings), calendar));
}

/** Start of the newest sealed day, epoch milliseconds. Reads files at most once a minute. */
function sealedDay({ settings, evidence }: MonitoredParts): () => number | null {
  let lookedAt = -Infinity;
  let found: number | null = null;
  return () => {
    if (performance.now() - lookedAt < LOOK_MILLISECONDS) return found;
    lookedAt = performance.now();
    const folder = evidenceFolder(settings);
    const days = evidence.origins().map((origin) => newestManifest(new EvidenceFiles(folder, origin))?.day);
    const newest = days.find((day) => day !== undefined);
    found =
      newest === undefined
        ? null
        : Temporal.PlainDate.from(newest).toZonedDateTime(settings.timeZone).epochMilliseconds;
    return found;
  };
}

/** Every agreed operation, and the source that answers it. */
export function answeredOperations(
  agreements: readonly Agreement[],
  sourceOf: (agreement: Agreement, operation: Agreement['operations'][number]) => { readonly id: string } | undefined,
): AnsweredBy[] {
  const all = agreements.flatMap((agreement) =>
    agreement.operations.map((operation) => {
      const source = sourceOf(agreement, operation)?.id;
      return { agreement: agreement.id, operation: operation.id, source };
    }),
  );
  // Versions of an agreement share their operations.
  return [...new Map(all.map((one) => [`${one.agreement}/${one.operation}`, one])).values()];
} // prettier-ignore
