import { type KeyObject, type X509Certificate } from 'node:crypto';
import { type CertificateTrust } from '../../identity/certificate-trust.ts';
import { type RevocationList, serialOf } from './revocation-list.ts';

/** A certificate of the file of authorities, with its list of revoked certificates where lists are kept. */
export interface Authority {
  readonly certificate: X509Certificate;
  readonly list: RevocationList | undefined;
}

const NEVER = 0;
/** Leaf, intermediates and root together. */
const LONGEST_CHAIN = 8;

/**
 * What the authorities in force say of client certificates. The handshake proves a certificate to OpenSSL; this says, from
 * then on and for as long as a connection lives, whether the proof still stands.
 */
export class ClientTrust {
  readonly #authorities: readonly Issuer[];
  readonly #own: ReadonlySet<string>;
  /** Whether the status of a certificate is asked for at all. */
  readonly #lists: boolean;

  /** @param authorities every one with a list, or none */
  constructor(authorities: readonly Authority[]) {
    // Of two certificates of one authority the one that holds longer is taken.
    this.#authorities = authorities
      .map(({ certificate, list }) => issuerOf(certificate, list))
      .sort((a, b) => b.end - a.end);
    this.#own = new Set(authorities.map(({ certificate }) => certificate.fingerprint256));
    this.#lists = authorities.some(({ list }) => list !== undefined);
  }

  /** When the first list is overdue, epoch milliseconds; null where there are none. */
  get listsUntil(): number | null {
    const until = this.#authorities.map(({ list }) => list?.nextUpdate ?? Infinity);
    return this.#lists ? Math.min(...until) : null;
  }

  /** Whether every authority that was trusted before still is. */
  covers(before: ClientTrust): boolean {
    return before === this || [...before.#own].every((one) => this.#own.has(one));
  }

  /** Whether a list of the other is older than the one of the same authority here. */
  isNewerThan(other: ClientTrust): boolean {
    return this.#authorities.some(({ certificate, list }) => {
      const theirs = other.#authorities.find(
        (one) => one.certificate.fingerprint256 === certificate.fingerprint256,
      );
      return list !== undefined && theirs?.list !== undefined && theirs.list.issuedAt < list.issuedAt;
    });
  }

  /**
   * @param leaf the client's certificate, with the certificates that it sent above it
   * @param proven whether its chain is known to hold although it cannot be built here: a resumed session has no intermediates
   */
  judge(leaf: X509Certificate, proven: boolean): CertificateTrust {
    const chain = this.#chainOf(leaf);
    if (chain === undefined) {
      const trustedUntil = proven ? endOf(leaf) : NEVER;
      return { trustedUntil, statusUntil: this.#lists ? NEVER : Infinity };
    }
    const revoked = chain.some(({ certificate, issuer }) => isListed(certificate, issuer));
    const ends = chain.map(({ issuer }) => issuer.end);
    return {
      trustedUntil: revoked ? NEVER : Math.min(endOf(leaf), ...ends),
      statusUntil: this.#lists
        ? Math.min(...chain.map(({ issuer }) => issuer.list?.nextUpdate ?? NEVER))
        : Infinity,
    };
  }

  /** The links from the leaf to a self-signed certificate of the file, none where it is that; undefined where there is no way. */
  #chainOf(leaf: X509Certificate): Link[] | undefined {
    if (this.#own.has(leaf.fingerprint256)) return [];
    const candidates = [...this.#authorities, ...sentAbove(leaf)];
    const chain: Link[] = [];
    for (let certificate = leaf; chain.length < LONGEST_CHAIN;) {
      const issuer = candidates.find((one) => hasIssued(one, certificate));
      if (issuer === undefined) return undefined;
      chain.push({ certificate, issuer });
      if (issuer.isRoot) return this.#authorities.includes(issuer) ? chain : undefined;
      certificate = issuer.certificate;
    }
    return undefined;
  }
}

/** A certificate that may stand above another, with what is asked of it each time. */
interface Issuer extends Authority {
  readonly key: KeyObject;
  /** Epoch milliseconds. */
  readonly end: number;
  readonly isRoot: boolean;
}

interface Link {
  readonly certificate: X509Certificate;
  readonly issuer: Issuer;
}

function issuerOf(certificate: X509Certificate, list: RevocationList | undefined): Issuer {
  const key = certificate.publicKey;
  const isRoot = certificate.checkIssued(certificate) && certificate.verify(key);
  return { certificate, list, key, end: endOf(certificate), isRoot };
}

function isListed(certificate: X509Certificate, { list }: Authority): boolean {
  return list?.serials.has(serialOf(certificate.serialNumber)) === true;
}

function hasIssued({ certificate: issuer, key }: Issuer, certificate: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(key);
}

function sentAbove(leaf: X509Certificate): Issuer[] {
  const above: Issuer[] = [];
  let one = leaf.issuerCertificate;
  while (one !== undefined && above.length < LONGEST_CHAIN) {
    above.push(issuerOf(one, undefined));
    one = one.issuerCertificate;
  }
  return above;
}

function endOf(certificate: X509Certificate): number {
  return Date.parse(certificate.validTo);
}
