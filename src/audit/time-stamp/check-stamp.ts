import { type ChainParts, chainToRoot } from './certificate-chain.ts';
import { findSigner } from './find-signer.ts';
import { OID } from './object-ids.ts';
import { readSignedAttributes } from './signed-attributes.ts';
import { isForTimeStampsAlone } from './signer-usage.ts';
import { readStampCertificate } from './stamp-certificate.ts';
import { STAMP_FAULTS, StampError, type StampFault } from './stamp-fault.ts';
import { nonceNumber } from './stamp-request.ts';
import { readStampResponse } from './stamp-response.ts';
import { readStatement, type StampStatement } from './tst-info.ts';
import { type Sentence } from '../../shared/problem.ts';

/** What a time stamp is held to. */
export interface StampExpectation {
  /** SHA-256 of the stamped bytes, 32 bytes. */
  readonly imprint: Buffer;
  /** That of the request, when the answer has just come; a stored time stamp is checked without. */
  readonly nonce?: Buffer | undefined;
  readonly trusted: ChainParts;
  /** Object identifier; without it every policy is as good. */
  readonly policy?: string | undefined;
  /** Epoch milliseconds between which the stamp must have been made, give or take the authority's stated accuracy. */
  readonly between?: { readonly from: number; readonly to: number } | undefined;
}

/** A time stamp that holds. */
export interface SoundStamp {
  readonly ok: true;
  /** The moment that the authority states, epoch milliseconds. */
  readonly genTime: number;
  /** 0 where the authority names none. */
  readonly accuracyMilliseconds: number;
  /** Lower-case hex. */
  readonly serial: string;
  /** Object identifier. */
  readonly policy: string;
  /** Subject of the certificate that made the signature. */
  readonly signer: string;
  /** DER of the chain: signer first, pinned root last. */
  readonly certificates: readonly Buffer[];
}

/** A time stamp that does not hold, by its first fault. */
export interface FaultyStamp {
  readonly ok: false;
  readonly code: StampFault;
  readonly messages: Sentence;
}

/** What the check of a time stamp ends with. */
export type StampVerdict = SoundStamp | FaultyStamp;

/** An authority cannot widen the window by claiming to be less accurate than this. */
const MAX_ACCURACY_MILLISECONDS = 60_000;

/**
 * Checks an RFC 3161 response to its last byte and names the first fault. Certificates are held to the moment that the
 * token states and never to the present, so that a time stamp outlives the certificate that made it. Whether a
 * certificate had been revoked by then is not looked up. Never throws.
 */
export function checkStamp(response: Buffer, expectation: StampExpectation): StampVerdict {
  try {
    return check(response, expectation);
  } catch (thrown) {
    // What the parsers throw at bytes that are nothing to them means what it says: unreadable.
    const code = thrown instanceof StampError ? thrown.code : 'unreadable';
    return { ok: false, code, messages: STAMP_FAULTS[code] };
  }
}

function check(response: Buffer, expectation: StampExpectation): SoundStamp {
  const { content, signer, certificates } = readStampResponse(response);
  const statement = readStatement(content);
  requireAnswer(statement, expectation);
  const attributes = readSignedAttributes(signer, content);
  const inToken = certificates.map(readStampCertificate).filter((one) => one !== undefined);
  const { roots, intermediates } = expectation.trusted;
  const known = [...inToken, ...intermediates];
  const maker = findSigner(signer, attributes, known);
  const chain = chainToRoot(maker, { roots, intermediates: known }, statement.genTime);
  if (!isForTimeStampsAlone(maker)) throw new StampError('usage-wrong');
  requireTerms(statement, expectation);
  return {
    ok: true,
    genTime: statement.genTime,
    accuracyMilliseconds: statement.accuracyMilliseconds,
    serial: statement.serial,
    policy: statement.policy,
    signer: maker.x509.subject.replaceAll('\n', ', '),
    certificates: chain.map(({ der }) => der),
  };
}

function requireAnswer(statement: StampStatement, { imprint, nonce }: StampExpectation): void {
  if (statement.version !== 1 || statement.hasCriticalExtension) throw new StampError('wrong-version');
  if (statement.imprintAlgorithm !== OID.sha256) throw new StampError('wrong-algorithm');
  if (!statement.imprint.equals(imprint)) throw new StampError('wrong-imprint');
  if (nonce !== undefined && statement.nonce !== nonceNumber(nonce)) throw new StampError('wrong-nonce');
}

function requireTerms(statement: StampStatement, { policy, between }: StampExpectation): void {
  if (policy !== undefined && statement.policy !== policy) throw new StampError('wrong-policy');
  if (between === undefined) return;
  const leeway = Math.min(statement.accuracyMilliseconds, MAX_ACCURACY_MILLISECONDS);
  const inside = between.from - leeway <= statement.genTime && statement.genTime <= between.to + leeway;
  if (!inside) throw new StampError('time-differs');
}
