import { type LeafDraft } from '../../audit/leaf.ts';
import { type RetentionClass } from '../../audit/retention.ts';
import { type GatewayError, type QuotaFigures } from '../../shared/problem.ts';
import { type Receipt } from '../partner-gateway.ts';
import { type QuotaScope } from '../quota/quota-scope.ts';
import { type RegisterChange } from '../register-change.ts';
import { type Standing } from '../standing.ts';

/** What a record says of persons. It is sealed, never part of the leaf. */
export interface PersonalContent {
  readonly content: Readonly<Record<string, unknown>>;
  readonly subject: { readonly type: string; readonly value: string } | null;
  readonly officialId: string | null;
  readonly caseReference: string | null;
  readonly retentionClass: RetentionClass;
  /** ISO 8601 period for which the part is kept. */
  readonly keptFor: string;
}

/** What makes an entry an answer: the checks that must still hold, the counters to move, the bytes to commit to. */
export interface Disclosure {
  /** Runs the checks that rest on registers and time again; throws GatewayError when one does not hold any more. */
  recheck(standing: Standing, now: number): void;
  scopes(standing: Standing): readonly QuotaScope[];
  readonly timeZone: string;
  readonly retryKey: { readonly key: string; readonly requestHash: string } | null;
  /** Canonical JSON of what the partner receives about the person. */
  readonly answerBytes: Buffer;
}

/** One record to be made durable: an answer, a refusal or failure, or an act with its changes. */
export interface Entry {
  /** Whose share of the queue it uses. */
  readonly lane: string;
  readonly draft: LeafDraft;
  readonly personal: PersonalContent | null;
  readonly disclosure: Disclosure | null;
  readonly changes: readonly RegisterChange[];
}

/** What became of an entry, known only once its record is durable. */
export type Recorded =
  | { readonly kind: 'recorded'; readonly receipt: Receipt; readonly quota: QuotaFigures | null }
  | { readonly kind: 'refused'; readonly error: GatewayError; readonly receipt: Receipt };

/** The same record as a refusal: nothing of the answer stays in it. */
export function refusedDraft(draft: LeafDraft, error: GatewayError, kind: 'refusal' | 'failure'): LeafDraft {
  return { ...draft, type: kind, code: error.code, outcome: null, surplus: null };
}
