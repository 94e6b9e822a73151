import { randomBytes } from 'node:crypto';
import { type LogHead, type Subtree } from '../../audit/audit-log.ts';
import { commitAnswer } from '../../audit/commitment.ts';
import { type KeyVault } from '../../audit/key-vault.ts';
import { type TreeState } from '../../audit/tree/consistency-proof.ts';
import { encodeDraft, type LeafDraft } from '../../audit/leaf.ts';
import { appendToFrontier, leafHash, rootOf } from '../../audit/merkle.ts';
import { type Clock } from '../../shared/clock.ts';
import { PROBLEMS } from '../../shared/problem.ts';
import { type Receipt } from '../partner-gateway.ts';
import { type Standing } from '../standing.ts';
import { type Entry, type Recorded, refusedDraft } from './entry.ts';
import { type EvidenceTransaction, type NewLeaf } from './evidence-store.ts';
import { judgeEntries, type Verdict } from './judge-entries.ts';
import { sealEntries } from './seal-entries.ts';

/** What the commit needs besides the transaction. */
export interface CommitParts {
  readonly clock: Clock;
  readonly vault: KeyVault;
  /** IANA zone of the log's day, which names the month of the record keys. */
  readonly timeZone: string;
  /** The log that must follow the open one by now, because its year is over; absent where nothing ever does. */
  readonly due?: ((head: LogHead, now: number) => NextLog | undefined) | undefined;
}

/** Why a log ends: its year is over, its key may be known to others, or it was restored from a backup. */
export type RolloverReason = 'year' | 'key-compromise' | 'restore';

/** The log that follows: its origin, and the key whose private part lies in the key folder already. */
export interface NextLog {
  readonly origin: string;
  /** C2SP vkey. */
  readonly vkey: string;
  readonly reason: RolloverReason;
  /** The newest checkpoint that was signed for the log that ends, where its leaves do not reach it any more (`restore`). */
  readonly signed?: TreeState | undefined;
  /** Size of the log that ends as a backup had it, where nothing tells what was recorded after it (`restore`). */
  readonly restoredSize?: number | undefined;
}

/** What one commit wrote: records in the order of the entries, registers and head as they now stand, counters moved. */
export interface BatchOutcome {
  readonly recorded: readonly Recorded[];
  /** The registers as the transaction saw them; newer than the decision where they had changed. */
  readonly standing: Standing;
  readonly head: LogHead;
  readonly counters: readonly { readonly scope: string; readonly day: string; readonly to: number }[];
}

const OPENING_BYTES = 32;

/**
 * Writes the records of a batch in one transaction and says what became of each entry.
 * If the process dies before the transaction commits, nothing of the batch happened: no counter moved, no leaf exists,
 * and no answer left, because callers hand out answers only after the commit.
 */
export async function commitBatch(
  transaction: EvidenceTransaction,
  entries: readonly Entry[],
  known: Standing,
  parts: CommitParts & Closing,
): Promise<BatchOutcome> {
  const head = await transaction.head();
  // Read by who holds the head: no record of the log that is older than these changed them.
  const standing =
    (await transaction.standingVersion()) === known.version ? known : await transaction.standing();
  // A clock stepping back within its tolerance must not put records out of order.
  const now = Math.max(parts.clock.now(), head.lastTime);
  const { verdicts, counters, newRequests } = await judgeEntries(transaction, entries, standing, now);
  const written = writeLeaves(entries, verdicts, { head, now, ...parts });
  for (const change of entries.flatMap((entry) => entry.changes)) await transaction.applyChange(change);
  await transaction.moveCounters(counters.moves());
  if (newRequests.length > 0) await transaction.rememberRequests(newRequests);
  await transaction.appendLeaves(written.leaves, written.subtrees);
  await transaction.moveHead(head, { ...written.head, next: parts.next ?? null });
  return { recorded: written.recorded, standing, head: written.head, counters: counters.all() };
}

/** Closes the log with the last of the entries. */
interface Closing {
  readonly next?: string;
}

interface Writing {
  readonly head: LogHead;
  readonly now: number;
  readonly vault: KeyVault;
  readonly timeZone: string;
}

interface Written {
  readonly leaves: readonly NewLeaf[];
  readonly subtrees: readonly Subtree[];
  readonly recorded: readonly Recorded[];
  readonly head: LogHead;
}

function writeLeaves(entries: readonly Entry[], verdicts: readonly Verdict[], writing: Writing): Written {
  const { head, now } = writing;
  const openings = randomBytes(OPENING_BYTES * entries.length);
  const openingOf = (place: number): Buffer =>
    openings.subarray(place * OPENING_BYTES, (place + 1) * OPENING_BYTES);
  const sealed = sealEntries(entries, verdicts, writing, openingOf);
  const time = new Date(now).toISOString();
  const leaves: NewLeaf[] = [];
  const recorded: Recorded[] = [];
  const subtrees: Subtree[] = [];
  const frontier = [...head.frontier];
  entries.forEach((entry, place) => {
    const verdict = verdicts[place] ?? { kind: 'as-drafted' };
    const seal = sealed[place];
    const opening = openingOf(place);
    const answers = verdict.kind === 'answer' && entry.disclosure !== null;
    const bytes = encodeDraft(draftFor(entry.draft, verdict), {
      time,
      kid: seal?.sealed.kid ?? null,
      personal: seal?.commitment.toString('base64') ?? null,
      answer: answers ? commitAnswer(opening, entry.disclosure.answerBytes).toString('base64') : null,
    });
    const index = head.size + place;
    const hash = leafHash(bytes);
    appendToFrontier(frontier, index, hash, (height, at, complete) => {
      subtrees.push({ level: height / 8, index: at, hash: complete });
    });
    leaves.push({ index, queryId: entry.draft.queryId, bytes, hash, sealed: seal?.sealed ?? null });
    recorded.push(recordedAs(verdict, { origin: head.origin, index, leaf: bytes, opening }));
  });
  const size = head.size + entries.length;
  return {
    leaves,
    subtrees,
    recorded,
    head: { ...head, size, root: rootOf(frontier), frontier, lastTime: now },
  };
}

function draftFor(draft: LeafDraft, verdict: Verdict): LeafDraft {
  if (verdict.kind === 'refused') {
    const kind = PROBLEMS[verdict.error.code].kind === 'fault' ? 'failure' : 'refusal';
    return refusedDraft(draft, verdict.error, kind);
  }
  if (verdict.kind !== 'answer') return draft;
  const type = verdict.repeats ? 'repeat' : 'disclosure';
  return draft.type === type ? draft : { ...draft, type };
}

function recordedAs(verdict: Verdict, receipt: Receipt): Recorded {
  if (verdict.kind === 'refused') return { kind: 'refused', error: verdict.error, receipt };
  return { kind: 'recorded', receipt, quota: verdict.kind === 'answer' ? verdict.quota : null };
}
