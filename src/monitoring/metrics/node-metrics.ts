import { type GatewayFigures } from '../../gateway/gateway-figures.ts';
import { type ClockDrift } from '../../jobs/watch-clock.ts';
import { type CertificateEnds } from '../certificate-ends.ts';
import { type DiskRoom } from '../disk-room.ts';
import { counter, gauge, type Metric, type Samples, single } from './metric.ts';

/** What happened to connections since the start, and how many are open. */
export interface ConnectionFigures {
  readonly open: number;
  readonly handshakes: number;
  /** By reason: codes of OpenSSL and of the verification of certificates. */
  readonly handshakesFailedBy: Readonly<Record<string, number>>;
  readonly requestsUnreadable: number;
  readonly connectionsDropped: number;
}

/** Where the figures of a node are read. */
export interface NodeFigures {
  readonly gateway: () => GatewayFigures;
  readonly connections: () => ConnectionFigures;
  readonly certificates: CertificateEnds;
  readonly drifts: () => readonly ClockDrift[];
  readonly clockReliable: () => boolean;
  /** Start of the newest sealed day, epoch milliseconds; null while nothing is sealed. */
  readonly sealedDay: () => number | null;
  readonly room: DiskRoom;
  /** Lines of the operational log that were given up, by where they should have gone. */
  readonly linesLost: () => Readonly<Record<string, number>>;
}

/** Reasons beyond this many are counted together. */
const MOST_REASONS = 50;

/** The state of a node: what is under way, connections, quotas, certificates, clock, log. */
export function nodeMetrics(node: NodeFigures): Metric[] {
  return [
    ...trafficMetrics(node),
    ...connectionMetrics(node),
    ...standingMetrics(node),
    ...logMetrics(node),
    ...diskMetrics(node),
  ];
}

function trafficMetrics({ gateway }: NodeFigures): Metric[] {
  const quotas = (read: 'used' | 'limit') => (): Samples =>
    gateway().quotas.map((quota) => {
      return [{ agreement: quota.agreement, agency: quota.agency ?? '' }, quota[read]] as const;
    });
  return [
    gauge('gecit_exchanges_in_flight', 'Exchanges under way', () => single(gateway().exchanges)),
    gauge('gecit_records_waiting', 'Records that wait to become durable', () => single(gateway().waiting)),
    counter('gecit_refusals_collapsed_total', 'Refusals of floods that share the record of another one', () => gateway().collapsed),
    counter('gecit_unknown_certificates_total', 'Attempts with certificates that nobody registered', () => gateway().strangers),
    gauge('gecit_quota_used', "Answered queries of the agreement's day, as this node knows; agency is empty for all of them together", quotas('used')),
    gauge('gecit_quota_limit', 'Answered queries a day that are allowed now', quotas('limit')),
  ];
} // prettier-ignore

function connectionMetrics({ connections }: NodeFigures): Metric[] {
  return [
    gauge('gecit_connections_open', 'Open connections of the partner listener', () => single(connections().open)),
    counter('gecit_handshakes_total', 'TLS handshakes that succeeded', () => connections().handshakes),
    {
      name: 'gecit_handshakes_failed_total',
      help: 'TLS handshakes that failed, by reason',
      type: 'counter',
      read: () => bounded(Object.entries(connections().handshakesFailedBy)),
    },
    counter('gecit_connections_dropped_total', 'Connections that came when all were taken', () => connections().connectionsDropped),
    counter('gecit_requests_unreadable_total', 'Messages on authenticated connections that are not HTTP', () => connections().requestsUnreadable),
  ];
} // prettier-ignore

function standingMetrics({ gateway, certificates, drifts, clockReliable }: NodeFigures): Metric[] {
  return [
    gauge('gecit_certificate_expiry_timestamp_seconds', 'When a certificate ends; of an agency the last of its certificates', () => [
      ...certificates.server().map(({ to }, place) => [{ certificate: place === 0 ? 'server' : `chain-${String(place)}`, agency: '' }, to / 1000] as const),
      ...certificates.clientAuthorities().map(({ to }, place) => [{ certificate: `client-ca-${String(place + 1)}`, agency: '' }, to / 1000] as const),
      ...[...gateway().agencyCertificates].map(([agency, to]) => [{ certificate: 'agency', agency }, to / 1000] as const),
    ]),
    gauge('gecit_clock_reliable', '0 while queries are refused with CLOCK_UNRELIABLE', () => single(Number(clockReliable()))),
    gauge('gecit_clock_drift_seconds', 'By how much another clock is ahead of this one', () =>
      drifts().flatMap(({ name, milliseconds }) => (milliseconds === null ? [] : [[{ reference: name }, milliseconds / 1000] as const])),
    ),
  ];
} // prettier-ignore

function logMetrics({ gateway, sealedDay, linesLost }: NodeFigures): Metric[] {
  const log = (read: (figures: GatewayFigures['log']) => number) => (): Samples => {
    const figures = gateway().log;
    return [[{ origin: figures.origin }, read(figures)]];
  };
  return [
    gauge('gecit_log_records', 'Records of the log that takes records', log(({ size }) => size)),
    gauge('gecit_log_newest_record_timestamp_seconds', 'Time of its newest record, 0 while it is empty', log(({ lastTime }) => lastTime / 1000)),
    gauge('gecit_sealed_day_timestamp_seconds', 'Start of the newest sealed day, 0 while nothing is sealed', () => single((sealedDay() ?? 0) / 1000)),
    {
      name: 'gecit_log_lines_lost_total',
      help: 'Lines of the operational log that were given up, by where they should have gone',
      type: 'counter',
      read: () => Object.entries(linesLost()).map(([to, count]) => [{ to }, count] as const),
    },
  ];
} // prettier-ignore

/** A folder whose disk does not answer has no figure. */
function diskMetrics({ room }: NodeFigures): Metric[] {
  const of = (read: 'bytes' | 'inodes') => async (): Promise<Samples> =>
    (await room.look()).flatMap((one) => {
      const value = one.bytes === null ? null : one[read];
      return value === null ? [] : [[{ folder: one.folder }, value] as const];
    });
  return [
    gauge('gecit_disk_free_bytes', 'Free room on the disk of a folder', of('bytes')),
    gauge('gecit_disk_free_inodes', 'Files that can still be made on the disk of a folder', of('inodes')),
  ];
}

function bounded(reasons: readonly (readonly [string, number])[]): Samples {
  const named = reasons.slice(0, MOST_REASONS).map(([reason, count]) => [{ reason }, count] as const);
  const rest = reasons.slice(MOST_REASONS).reduce((sum, [, count]) => sum + count, 0);
  return rest === 0 ? named : [...named, [{ reason: 'OTHER' }, rest]];
}
