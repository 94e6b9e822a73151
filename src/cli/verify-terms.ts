import { MAX_NOTE_BYTES } from '../audit/note/strict-text.ts';
import { type ChainParts } from '../audit/time-stamp/certificate-chain.ts';
import { trustedCertificates } from '../audit/time-stamp/trusted-certificates.ts';
import { type GivenCheckpoint, readGivenCheckpoint } from '../audit/verify/given-checkpoint.ts';
import { type Terms } from '../audit/verify/terms.ts';
import { type Sentence } from '../shared/problem.ts';
import { UsageError } from './command-error.ts';
import { readInput, readKeys, readPolicy } from './evidence-input.ts';

/** Files that a person names: what was kept elsewhere, and whom to trust. */
export interface TrustFlags {
  readonly checkpoint?: readonly string[];
  readonly key?: readonly string[];
  readonly policy?: string;
  readonly roots?: string;
}

const MAX_ROOTS = 1024 * 1024;

/**
 * Reads the files that a person named.
 * @param now epoch milliseconds
 * @throws UsageError when one cannot be read or is not what it should be; FaultsError with every fault of a policy
 */
export function readTerms(flags: TrustFlags, now: number): Terms {
  return {
    now,
    keys: flags.key === undefined ? [] : readKeys(flags.key),
    policy: flags.policy === undefined ? undefined : readPolicy(flags.policy),
    trusted: flags.roots === undefined ? undefined : readRoots(flags.roots),
    given: (flags.checkpoint ?? []).map(readGiven),
  };
}

/** @throws UsageError */
export function readRoots(file: string): ChainParts {
  try {
    return trustedCertificates(readInput(file, MAX_ROOTS).toString('utf8'));
  } catch (thrown) {
    throw thrown instanceof SyntaxError ? new UsageError(noCertificates(file)) : thrown;
  }
}

function readGiven(file: string): GivenCheckpoint {
  const given = readGivenCheckpoint(file, readInput(file, MAX_NOTE_BYTES));
  if (given === undefined) throw new UsageError(noCheckpoint(file));
  return given;
}

function noCheckpoint(file: string): Sentence {
  return {
    tr: `${file} dosyası bir kontrol noktası ya da .tlog-proof kanıtı değil. Dosyayı kaynağından bayt bayt yeniden alın.`,
    en: `The file ${file} is neither a checkpoint nor a .tlog-proof. Get it again from its source, byte by byte.`,
  };
}

function noCertificates(file: string): Sentence {
  return {
    tr: `${file} dosyasında okunabilen bir sertifika yok. Sağlayıcının kök sertifikasını PEM olarak verin.`,
    en: `The file ${file} holds no certificate that can be read. Give the root certificate of the authority as PEM.`,
  };
}
