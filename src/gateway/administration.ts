import { type Agreement } from '../agreement/agreement.ts';
import { type LogReader } from '../audit/audit-log.ts';
import { type KeyVault } from '../audit/key-vault.ts';
import { type IdentityRows } from '../identity/identity-register.ts';
import { type Operator } from '../identity/operator.ts';
import { type CounterKey } from './commit/evidence-store.ts';
import { type RegisterChange } from './register-change.ts';
import { type Standing } from './standing.ts';

/** Catalogue of what an operator may do; the only text of an act that stands in the leaf. */
export type ActionName =
  | 'gateway.init'
  | 'demo.create'
  | 'operator.add'
  | 'operator.end'
  | 'agency.add'
  | 'agency.cert'
  | 'agency.revoke'
  | 'personnel.end'
  | 'quota.set'
  | 'quota.restore'
  | 'audit.show'
  | 'audit.verify-open'
  | 'audit.search';

/** What an operator states and signs: canonical JSON (RFC 8785) of this object. */
export interface ActStatement {
  readonly action: ActionName;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly operator: string;
  /** What was asked for, in full; sealed as the personal part of the leaf. */
  readonly details: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
}

/** A statement with the signature of whoever made it. */
export interface SignedAct {
  readonly statement: ActStatement;
  /** Ed25519 over the UTF-8 bytes of the statement's canonical JSON, base64. */
  readonly signature: string;
}

/** Where the record of an act stands: log, index and query id of its leaf. */
export interface ActReceipt {
  readonly origin: string;
  readonly index: number;
  readonly queryId: string;
}

/** The gateway's registers and log as a command of an operator sees them. Works beside a running server. */
export interface Administration {
  readonly origin: string;
  readonly agreements: readonly Agreement[];
  readonly log: LogReader;
  readonly vault: KeyVault;
  standing(): Promise<Standing>;
  identityRows(): Promise<IdentityRows>;
  operators(): Promise<readonly Operator[]>;
  loweredLimits(): Promise<ReadonlyMap<string, number>>;
  countersOn(day: string): Promise<readonly (CounterKey & { readonly used: number })[]>;
  /**
   * Checks the signature against the registered operator, then applies the changes and appends the `act` (or `reading`)
   * leaf in one durable transaction.
   * @throws GatewayError OFFICIAL_NOT_AUTHORISED when operator or signature is not valid; AUDIT_NOT_DURABLE when not recorded
   */
  perform(act: SignedAct, changes: readonly RegisterChange[]): Promise<ActReceipt>;
  close(): Promise<void>;
}
