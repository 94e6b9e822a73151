import { type LogHead } from '../audit/audit-log.ts';
import { type AgencyCertificate } from '../identity/agency.ts';
import { type Clock } from '../shared/clock.ts';
import { type AgreementBook } from './agreement-book.ts';
import { type QuotaBook } from './quota/quota-book.ts';
import { quotaUse, type QuotaUse } from './quota/quota-use.ts';
import { type Standing } from './standing.ts';

/** What is under way, and what came together since the start. */
export interface GatewayFigures {
  /** Exchanges that have a place. */
  readonly exchanges: number;
  /** Records that wait to become durable, and the most that may. */
  readonly waiting: number;
  readonly mostWaiting: number;
  /** Refusals that share the record of another one. */
  readonly collapsed: number;
  /** Attempts with certificates that nobody registered. */
  readonly strangers: number;
  /** The log that takes records, as the newest commit left it. */
  readonly log: Pick<LogHead, 'origin' | 'size' | 'lastTime'>;
  readonly quotas: readonly QuotaUse[];
  /** By agency, when the last of its certificates that are not revoked ends; epoch milliseconds. */
  readonly agencyCertificates: ReadonlyMap<string, number>;
}

/** The parts that know. */
export interface FiguredParts {
  readonly clock: Clock;
  readonly agreements: AgreementBook;
  readonly quota: QuotaBook;
  readonly standing: { current(): Standing };
  readonly places: { readonly taken: number };
  readonly queue: { readonly waiting: number };
  readonly floods: { readonly collapsed: number };
  readonly strangers: { readonly count: number };
  readonly limits: { readonly exchanges: number };
}

/** Reads the figures. Touches no store. @param log as the newest commit left it */
export function gatewayFigures(parts: FiguredParts, log: GatewayFigures['log']): GatewayFigures {
  const standing = parts.standing.current();
  const now = parts.clock.now();
  return {
    exchanges: parts.places.taken,
    waiting: parts.queue.waiting,
    mostWaiting: parts.limits.exchanges,
    collapsed: parts.floods.collapsed,
    strangers: parts.strangers.count,
    log: { origin: log.origin, size: log.size, lastTime: log.lastTime },
    quotas: parts.agreements
      .all(standing)
      .flatMap(({ agreement }) => quotaUse(agreement, standing, parts.quota, now)),
    agencyCertificates: lastCertificates(standing.identities.certificates()),
  };
}

function lastCertificates(certificates: readonly AgencyCertificate[]): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  for (const { agencyId, validTo, revokedAt } of certificates) {
    if (revokedAt === null) ends.set(agencyId, Math.max(validTo, ends.get(agencyId) ?? 0));
  }
  return ends;
}
