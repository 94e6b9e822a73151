import { type Clock } from '../../shared/clock.ts';
import { type CertificateEnds, type Validity } from '../certificate-ends.ts';
import { type Check, fail, type Finding, warn } from './check.ts';

/** What is looked at, and how long before its end. */
export interface CertificateStanding {
  readonly clock: Clock;
  readonly ends: CertificateEnds;
  /** By agency, when the last of its registered certificates ends; epoch milliseconds. */
  readonly agencies: () => ReadonlyMap<string, number>;
  readonly warnMilliseconds: number;
}

const DAY = 24 * 60 * 60 * 1000;

/** The certificates by which the gateway and its partners know each other hold, and for some time to come. */
export function checkCertificates(standing: CertificateStanding): Check {
  return {
    name: 'certificates',
    look: () => {
      const now = standing.clock.now();
      return [...serverFindings(standing, now), ...authorityFindings(standing, now), ...agencyFindings(standing, now)];
    },
  };
} // prettier-ignore

function serverFindings({ ends, warnMilliseconds }: CertificateStanding, now: number): Finding[] {
  const chain = ends.server();
  const end = Math.min(...chain.map(({ to }) => to));
  if (chain.some(({ from }) => from > now)) return [fail('CERTIFICATE_NOT_YET_VALID', NOT_YET, 'server')];
  if (end <= now) return [fail('CERTIFICATE_EXPIRED', EXPIRED, 'server')];
  return soon(end, now, warnMilliseconds, 'server');
}

/** One authority of several may end: whoever it vouched for is on another one, or cannot connect. */
function authorityFindings({ ends, warnMilliseconds }: CertificateStanding, now: number): Finding[] {
  const authorities = ends.clientAuthorities();
  const about = 'clientCa';
  const holds = ({ from, to }: Validity): boolean => from <= now && now < to;
  if (!authorities.some(holds)) return [fail('CERTIFICATE_EXPIRED', EXPIRED, about)];
  return authorities.flatMap(({ to }) =>
    to <= now ? [warn('CERTIFICATE_EXPIRED', EXPIRED, about)] : soon(to, now, warnMilliseconds, about),
  );
}

/** An agency that let its certificate end long ago takes no part any more; nobody waits for it. */
function agencyFindings({ agencies, warnMilliseconds }: CertificateStanding, now: number): Finding[] {
  return [...agencies()].flatMap(([agency, end]) => {
    if (end > now) return soon(end, now, warnMilliseconds, agency);
    return now - end < warnMilliseconds ? [warn('CERTIFICATE_EXPIRED', EXPIRED, agency)] : [];
  });
}

function soon(end: number, now: number, warnMilliseconds: number, about: string): Finding[] {
  if (end - now > warnMilliseconds) return [];
  const days = String(Math.floor((end - now) / DAY));
  const until = new Date(end).toISOString();
  const message = {
    tr: `Sertifika ${until} anında sona eriyor (${days} gün kaldı).`,
    en: `The certificate is valid until ${until} (${days} days left).`,
  };
  return [warn('CERTIFICATE_ENDS_SOON', message, about)];
}

const EXPIRED = { tr: 'Sertifikanın süresi dolmuş.', en: 'The certificate has expired.' };
const NOT_YET = { tr: 'Sertifika henüz geçerli değil.', en: 'The certificate is not valid yet.' };
