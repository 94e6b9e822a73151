import { createHash } from 'node:crypto';
import { canonicalJson } from '../../shared/canonical-json.ts';
import { DestructionError } from './destruction-error.ts';
import { type Hold, holds, idsInForce } from './hold.ts';
import { isDue, kidTerm } from './kid-term.ts';

/** One kid of a plan: what ends with its keys, and the rule by which it does. */
export interface PlannedKid {
  readonly kid: string;
  /** Sealed parts under it. */
  readonly parts: number;
  /** ISO 8601 period for which the records were to be kept. */
  readonly rule: string;
  /** First and last day of the records, `YYYY-MM-DD`. */
  readonly from: string;
  readonly until: string;
  /** First day on which it may go. */
  readonly dueOn: string;
}

/** What two operators approve: the hash of its canonical JSON. Names no person. */
export interface DestructionPlan {
  readonly version: 1;
  /** `plan-<day>-<8 hex>` */
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly madeAt: string;
  /** `YYYY-MM-DD` in the zone of the gateway. */
  readonly day: string;
  /** Sorted by kid. */
  readonly kids: readonly PlannedKid[];
  /** Ids of the holds in force, sorted. */
  readonly holds: readonly string[];
}

/** What plans rest on, as it stands now. */
export interface DestructionFacts {
  /** `YYYY-MM-DD` in the zone of the gateway. */
  readonly today: string;
  /** Every kid under which parts were ever sealed and whose keys were not destroyed, with its number of parts. */
  readonly parts: ReadonlyMap<string, number>;
  readonly holds: readonly Hold[];
}

/** A plan is good for so long, epoch milliseconds. */
export const PLAN_LIFE: number = 30 * 24 * 60 * 60 * 1000;
/** Each kid is a leaf of one transaction; what is above comes into the next plan. */
export const MOST_KIDS = 240;

/** Kids whose records are all past their retention and under no hold, sorted. */
export function dueKids({ today, parts, holds: all }: DestructionFacts): PlannedKid[] {
  return [...parts]
    .filter(([kid]) => isDue(kidTerm(kid), today) && !all.some((hold) => holds(hold, kid)))
    .map(([kid, count]) => plannedKid(kid, count))
    .sort((left, right) => (left.kid < right.kid ? -1 : 1));
}

/** @returns undefined when nothing is due */
export function makePlan(id: string, now: number, facts: DestructionFacts): DestructionPlan | undefined {
  const kids = dueKids(facts).slice(0, MOST_KIDS);
  if (kids.length === 0) return undefined;
  const { today: day, holds: all } = facts;
  return { version: 1, id, madeAt: new Date(now).toISOString(), day, kids, holds: idsInForce(all) };
}

/** SHA-256 of the plan's canonical JSON, hex: what an approval names. */
export function planHash(plan: DestructionPlan): string {
  return createHash('sha256').update(canonicalJson(plan), 'utf8').digest('hex');
}

/**
 * Holds a plan against what is true now. A plan whose facts have changed is not what its readers approved.
 * @param now epoch milliseconds
 * @throws DestructionError PLAN_EXPIRED, PLAN_OUTDATED
 */
export function requireCurrent(plan: DestructionPlan, now: number, facts: DestructionFacts): void {
  const age = now - Date.parse(plan.madeAt);
  if (!(age >= 0 && age <= PLAN_LIFE)) throw new DestructionError('PLAN_EXPIRED');
  const due = new Map(dueKids(facts).map((kid) => [kid.kid, canonicalJson(kid)]));
  const sameKids = plan.kids.every((kid) => due.get(kid.kid) === canonicalJson(kid));
  const sameHolds = canonicalJson(plan.holds) === canonicalJson(idsInForce(facts.holds));
  if (!sameKids || !sameHolds) throw new DestructionError('PLAN_OUTDATED');
}

function plannedKid(kid: string, parts: number): PlannedKid {
  const { period: rule, from, until, dueOn } = kidTerm(kid);
  return { kid, parts, rule, from, until, dueOn };
}
