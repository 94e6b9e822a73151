import { type Agreement } from '../agreement/agreement.ts';
import { type EvidenceReader, type LogReader } from '../audit/audit-log.ts';
import { type LeafFacts } from '../audit/leaf.ts';
import { type KeyVault } from '../audit/key-vault.ts';
import { type OnIndexed, type SearchedLog } from '../audit/search-index.ts';
import { type IdentityRows } from '../identity/identity-register.ts';
import { type Operator } from '../identity/operator.ts';
import { type NextLog, type RolloverReason } from './commit/commit-batch.ts';
import { type CounterKey } from './commit/evidence-store.ts';
import { type DestructionDesk } from './destruction/destruction-desk.ts';
import { type RegisterChange } from './register-change.ts';
import { type ActReceipt, type SignedAct } from './signed-act.ts';
import { type Standing } from './standing.ts';

/** What an operator states, as every command and every test of one takes it from here. */
export type { ActionName, ActReceipt, ActStatement, SignedAct } from './signed-act.ts';

/** Which logs are searched, and who is told while an index is built. */
export interface SearchOfLogs {
  /** Origin of the only log; absent, all logs of the node. */
  readonly only?: string | undefined;
  readonly onIndexed: OnIndexed;
}

/** What the end of a log states after a restore. */
export interface RestoredLog {
  /** What the leaf of the act itself states. */
  readonly facts: LeafFacts;
  /** Size as the backup had it, where nothing tells what followed; undefined where the place still told. */
  readonly restoredSize: number | undefined;
}

/** The gateway's registers and log as a command of an operator sees them. Works beside a running server. */
export interface Administration {
  readonly origin: string;
  readonly agreements: readonly Agreement[];
  /** The log that takes records. */
  readonly log: LogReader;
  readonly vault: KeyVault;
  /** Every log of the node, newest first; opened when first asked for, closed with the administration. */
  logs(): readonly EvidenceReader[];
  /**
   * The logs as they are searched, newest first. Each is opened when it is come to, its index brought up to date where it is
   * far behind, and closed when the next one is asked for or the search ends.
   * @throws FaultsError when a log cannot be read
   */
  searchedLogs(search: SearchOfLogs): Iterable<SearchedLog>;
  readonly destruction: DestructionDesk;
  standing(): Promise<Standing>;
  identityRows(): Promise<IdentityRows>;
  operators(): Promise<readonly Operator[]>;
  loweredLimits(): Promise<ReadonlyMap<string, number>>;
  countersOn(day: string): Promise<readonly (CounterKey & { readonly used: number })[]>;
  /**
   * Checks the signature against the registered operator, then applies the changes and appends the `act` (or `reading`)
   * leaf in one durable transaction.
   * @param facts what the leaf itself states: never anything of a person
   * @throws GatewayError OFFICIAL_NOT_AUTHORISED when operator or signature is not valid; AUDIT_NOT_DURABLE when not recorded
   */
  perform(act: SignedAct, changes: readonly RegisterChange[], facts?: LeafFacts): Promise<ActReceipt>;
  /**
   * Records the act, closes the log and opens the next one with a new key, in one durable transaction; then signs the end.
   * @returns `endSigned` false when the key of the closed log is lost, so that its last records stay unsigned
   * @throws as `perform`
   */
  rollOver(
    act: SignedAct,
    reason: Exclude<RolloverReason, 'year'>,
    restored?: RestoredLog,
  ): Promise<{ readonly receipt: ActReceipt; readonly next: NextLog; readonly endSigned: boolean }>;
  close(): Promise<void>;
}
