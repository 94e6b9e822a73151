import { BasicConstraints, ExtKeyUsage } from 'pkijs';
import { OID } from './object-ids.ts';
import { schemeOf, strongKey } from './signature-scheme.ts';
import { type StampCertificate, validAt } from './stamp-certificate.ts';
import { StampError } from './stamp-fault.ts';

/** Leaf, intermediates and root together. */
const MAX_CHAIN = 8;

/** Extensions whose meaning is looked after here; another one that is critical ends the chain (RFC 5280 §4.2). */
const UNDERSTOOD: readonly string[] = [
  OID.basicConstraints,
  OID.keyUsage,
  OID.extKeyUsage,
  OID.certificatePolicies,
];

interface Rules {
  /** Epoch milliseconds at which every certificate must be valid; undefined asks for no time. */
  readonly at: number | undefined;
  /** Whether the issuers' own extended usage must let them issue for time stamps. */
  readonly usage: boolean;
}

/** What a chain may be built from. */
export interface ChainParts {
  /** The only certificates that are trusted without a signature. */
  readonly roots: readonly StampCertificate[];
  /** Certificates that may stand between; none of them is trusted by itself. */
  readonly intermediates: readonly StampCertificate[];
}

/**
 * The way from a signer to a pinned root, signer first, root last, each valid at that moment.
 * @param at epoch milliseconds: the moment that the token states, never the present
 * @throws StampError `certificate-not-valid`, `usage-wrong`, `chain-unknown`
 */
export function chainToRoot(signer: StampCertificate, parts: ChainParts, at: number): StampCertificate[] {
  const chain = findChain(signer, parts, { at, usage: true });
  if (chain !== undefined) return chain;
  if (findChain(signer, parts, { at: undefined, usage: true }) !== undefined)
    throw new StampError('certificate-not-valid');
  const forOthers = findChain(signer, parts, { at: undefined, usage: false }) !== undefined;
  throw new StampError(forOthers ? 'usage-wrong' : 'chain-unknown');
}

/** Breadth first, each certificate once: the shortest way, and no more steps than certificates whatever lies in a token. */
function findChain(
  signer: StampCertificate,
  parts: ChainParts,
  rules: Rules,
): StampCertificate[] | undefined {
  if (!admissible(signer, rules)) return undefined;
  const seen = new Set<string>([signer.x509.fingerprint256]);
  let ways: StampCertificate[][] = [[signer]];
  for (let length = 2; length <= MAX_CHAIN && ways.length > 0; length++) {
    for (const way of ways) {
      const root = parts.roots.find((one) => leadsTo(way, one, { ...rules, usage: false }));
      if (root !== undefined) return [...way, root];
    }
    ways = ways.flatMap((way) => extended(way, parts, rules, seen));
  }
  return undefined;
}

function extended(
  way: StampCertificate[],
  { intermediates }: ChainParts,
  rules: Rules,
  seen: Set<string>,
): StampCertificate[][] {
  return intermediates
    .filter((one) => !seen.has(one.x509.fingerprint256) && leadsTo(way, one, rules))
    .map((one) => {
      seen.add(one.x509.fingerprint256);
      return [...way, one];
    });
}

/** Whether the last of the way was issued by `issuer`, and `issuer` was allowed to. */
function leadsTo(way: readonly StampCertificate[], issuer: StampCertificate, rules: Rules): boolean {
  const last = way.at(-1);
  if (last === undefined || !admissible(issuer, rules)) return false;
  if (rules.usage && !mayIssueForTimeStamps(issuer)) return false;
  return pathLengthOf(issuer) >= way.length - 1 && isIssued(last, issuer);
}

/** Names, key identifiers and key usage agree (`checkIssued`), and the signature is a strong one of the issuer's key. */
function isIssued({ x509, parsed }: StampCertificate, issuer: StampCertificate): boolean {
  if (!issuer.x509.ca || !x509.checkIssued(issuer.x509)) return false;
  if (schemeOf(parsed.signatureAlgorithm)?.digest === undefined) return false;
  return strongKey(issuer.key) && x509.verify(issuer.key);
}

function admissible(certificate: StampCertificate, { at }: Rules): boolean {
  const understood = [...certificate.extensions.values()].every(
    ({ critical, extnID }) => !critical || UNDERSTOOD.includes(extnID),
  );
  return understood && (at === undefined || validAt(certificate, at));
}

function mayIssueForTimeStamps({ extensions }: StampCertificate): boolean {
  const usage: unknown = extensions.get(OID.extKeyUsage)?.parsedValue;
  return (
    !extensions.has(OID.extKeyUsage) ||
    (usage instanceof ExtKeyUsage && usage.keyPurposes.includes(OID.timeStamping))
  );
}

/** How many intermediates may stand below (RFC 5280 §4.2.1.9). */
function pathLengthOf({ extensions }: StampCertificate): number {
  const constraints: unknown = extensions.get(OID.basicConstraints)?.parsedValue;
  const length = constraints instanceof BasicConstraints ? constraints.pathLenConstraint : undefined;
  return typeof length === 'number' ? length : Number.POSITIVE_INFINITY;
}
