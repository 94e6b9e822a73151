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
  | 'audit.rollover'
  | 'hold.place'
  | 'hold.lift'
  | 'destruction.plan'
  | 'destruction.approve'
  | 'destruction.execute'
  | 'audit.seal'
  | 'backup.create'
  | 'backup.restore'
  | 'witness.accept'
  | 'witness.push'
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
