import { kidTerm } from './kid-term.ts';

/** What a hold keeps from destruction: the records of one kid, or of whole months, both ends included (`YYYY-MM`). */
export type HoldScope = { readonly kid: string } | { readonly fromMonth: string; readonly toMonth: string };

/** A legal hold as the register keeps it. Why it was placed is sealed in the record of the act. */
export interface Hold {
  /** `hold-<day>-<8 hex>` */
  readonly id: string;
  readonly scope: HoldScope;
  /** Epoch milliseconds. */
  readonly placedAt: number;
  /** Query id of the act that placed it: where the reason is sealed. */
  readonly record: string;
  /** Epoch milliseconds, or null while it is in force. */
  readonly liftedAt: number | null;
}

/** Whether the hold is in force and keeps what is under the kid. */
export function holds({ scope, liftedAt }: Hold, kid: string): boolean {
  if (liftedAt !== null) return false;
  if ('kid' in scope) return scope.kid === kid;
  const { month } = kidTerm(kid);
  return scope.fromMonth <= month && month <= scope.toMonth;
}

/** Ids of the holds in force, sorted. */
export function idsInForce(all: readonly Hold[]): string[] {
  return all
    .filter(({ liftedAt }) => liftedAt === null)
    .map(({ id }) => id)
    .sort();
}

/** The scope in leaf and text: a kid, or `2025-01/2025-12`. */
export function scopeText(scope: HoldScope): string {
  return 'kid' in scope ? scope.kid : `${scope.fromMonth}/${scope.toMonth}`;
}
