import { type EvidenceReader } from '../audit-log.ts';
import { type Findings } from './findings.ts';
import { type LogIdentity } from './log-identity.ts';
import { type RootClaim } from './root-claims.ts';

/** The evidence folder of a log as it was before its database was looked at, so that the database MUST go as far. */
export interface ComparedFolder {
  /** Compares checkpoints, cosignatures and time stamps with those of the database, and says what they claim of the tree. */
  claims(log: LogIdentity, reader: EvidenceReader, findings: Findings): readonly RootClaim[];
  /** Index of the first leaf whose hash is another in the database; undefined where none of the folder's is. */
  firstDifference(reader: EvidenceReader): number | undefined;
}
