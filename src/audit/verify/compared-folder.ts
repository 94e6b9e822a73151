import { type EvidenceReader } from '../audit-log.ts';
import { type Cut, type SealedLeaves } from './cut.ts';
import { type Findings } from './findings.ts';
import { type LogIdentity } from './log-identity.ts';
import { type RootClaim } from './root-claims.ts';

/** A log of a database that is compared with its folder. */
export interface ComparedLog {
  readonly log: LogIdentity;
  readonly reader: EvidenceReader;
  readonly cut: Cut | undefined;
}

/** The evidence folder of a log as it was before its database was looked at, so that the database MUST go as far. */
export interface ComparedFolder extends SealedLeaves {
  /**
   * Compares checkpoints, cosignatures and time stamps with those of the database, and says what they claim of the tree.
   * What is of a part that was cut off cannot be compared.
   */
  claims(log: ComparedLog, findings: Findings): readonly RootClaim[];
}
