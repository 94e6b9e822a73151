import pRetry from 'p-retry';
import { type LeafFacts } from '../audit/leaf.ts';
import { type Operator } from '../identity/operator.ts';
import { FaultsError } from '../shared/fault.ts';
import { GatewayError } from '../shared/problem.ts';
import { actingOperator, keepAnOperator } from './acting-operator.ts';
import { type ActionName, type ActReceipt, type SignedAct } from './signed-act.ts';
import { type BatchOutcome, commitBatch, type CommitParts, type NextLog } from './commit/commit-batch.ts';
import { type Entry } from './commit/entry.ts';
import { type EvidenceStore, type EvidenceTransaction, StoreBusyError } from './commit/evidence-store.ts';
import { blankDraft } from './commit/life-entry.ts';
import { rollOver, rollOverWhenDue } from './roll-over.ts';
import { type RegisterChange, RegisterConflictError } from './register-change.ts';

/** What an act needs: the store, and what its commit needs. */
export interface ActParts extends CommitParts {
  readonly store: EvidenceStore;
}

/** What an act brings with it besides changes of the registers. */
export interface ActExtras {
  /** What the leaf of the act itself states. */
  readonly facts?: LeafFacts;
  /** Query id of the act's leaf, where something must name it before it is written. */
  readonly queryId?: string;
  /** Records of the log's own life, written right after the act. */
  readonly also?: readonly Entry[];
  /** Closes the log after the act and opens this one. */
  readonly next?: NextLog;
}

/** Acts that only read evidence. */
const READINGS: ReadonlySet<ActionName> = new Set<ActionName>([
  'audit.show',
  'audit.search',
  'audit.verify-open',
]);
const KEPT_FOR = 'P10Y';
/** About five seconds in all: a running server holds the database for milliseconds at a time. */
const BUSY_RETRIES = { retries: 200, minTimeout: 25, maxTimeout: 25, factor: 1 };

/**
 * Records an operator's signed act together with the changes it makes, in one durable transaction, which also checks who
 * may act: nobody's authority can end, nor the last operator's, between the check and the commit.
 * @throws GatewayError OFFICIAL_NOT_AUTHORISED when the operator is not registered, has ended, or the signature is wrong;
 *   AUDIT_NOT_DURABLE when the record could not be made durable
 * @throws RegisterConflictError when a change does not apply or would leave no operator; then nothing is recorded
 * @throws FaultsError when the keys of the records are lost
 */
export async function performAct(
  act: SignedAct,
  changes: readonly RegisterChange[],
  parts: ActParts,
  extras: ActExtras = {},
): Promise<ActReceipt> {
  const commit = async (): Promise<ActReceipt> =>
    parts.store.transact(async (transaction) => {
      const operators = await transaction.operators();
      const operator = actingOperator(act, changes, operators);
      keepAnOperator(operators, changes);
      const entry = actEntry(act, operator, changes, extras);
      const { recorded } = await write(transaction, entry, extras, parts);
      const receipt = recorded[0]?.receipt;
      if (receipt === undefined) throw new Error('the commit returned no receipt');
      return { origin: receipt.origin, index: receipt.index, queryId: entry.draft.queryId };
    });
  try {
    return await pRetry(commit, {
      ...BUSY_RETRIES,
      shouldRetry: ({ error }) => error instanceof StoreBusyError,
    });
  } catch (thrown) {
    throw saysWhy(thrown) ? thrown : new GatewayError('AUDIT_NOT_DURABLE', { cause: thrown });
  }
}

async function write(
  transaction: EvidenceTransaction,
  act: Entry,
  { also = [], next }: ActExtras,
  parts: ActParts,
): Promise<BatchOutcome> {
  const entries = [act, ...also];
  // An act that opens the next log opens that of the year that it is.
  if (next === undefined) await rollOverWhenDue(transaction, parts);
  else return (await rollOver(transaction, next, parts, entries)).outcome;
  return commitBatch(transaction, entries, await transaction.standing(), parts);
}

/** Errors that tell the operator more than that nothing was recorded. */
function saysWhy(thrown: unknown): boolean {
  return (
    thrown instanceof GatewayError || thrown instanceof RegisterConflictError || thrown instanceof FaultsError
  );
}

function actEntry(
  { statement, signature }: SignedAct,
  operator: Operator,
  changes: readonly RegisterChange[],
  { facts, queryId }: ActExtras,
): Entry {
  const draft = blankDraft(READINGS.has(statement.action) ? 'reading' : 'act');
  return {
    lane: 'administration',
    draft: {
      ...draft,
      queryId: queryId ?? draft.queryId,
      proof: 'operator-key',
      action: statement.action,
      facts,
    },
    personal: {
      content: { statement, signature, operator: { id: operator.id, name: operator.name } },
      subject: null,
      officialId: null,
      caseReference: null,
      retentionClass: 'act',
      keptFor: KEPT_FOR,
    },
    disclosure: null,
    changes,
  };
}
