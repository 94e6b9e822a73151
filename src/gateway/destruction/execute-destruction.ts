import { type LeafFacts } from '../../audit/leaf.ts';
import { type Approval, validApprovals } from '../../privacy/destruction/approval.ts';
import { type DestructionCertificate, keepUntil } from '../../privacy/destruction/certificate.ts';
import { DestructionError } from '../../privacy/destruction/destruction-error.ts';
import { type StoredPlan } from '../../privacy/destruction/destruction-register.ts';
import {
  type DestructionFacts,
  type DestructionPlan,
  type PlannedKid,
  requireCurrent,
} from '../../privacy/destruction/plan.ts';
import { type Operator } from '../../identity/operator.ts';
import { type ActReceipt, type SignedAct } from '../signed-act.ts';
import { type Entry } from '../commit/entry.ts';
import { lifeEntry } from '../commit/life-entry.ts';
import { performAct } from '../perform-act.ts';
import { type Destruction, type OnDestruction } from './destruction-desk.ts';
import { type DestructionParts, type FoundLeaf } from './destruction-parts.ts';

/**
 * Executes a plan in an order in which a process may die anywhere: the next call, by any operator who may act, finishes it.
 * @param factsNow what is true now; asked only before anything is decided
 */
export async function executeDestruction(
  { act, onStep }: { readonly act: SignedAct; readonly onStep: OnDestruction },
  stored: StoredPlan,
  factsNow: () => Promise<DestructionFacts>,
  parts: DestructionParts,
): Promise<Destruction> {
  const { acts, register, keys, certificates } = parts;
  const { plan } = stored;
  const receipt = await decide(act, stored, factsNow, parts);
  // If the process dies after this, the log says that the keys are destroyed while they still exist; every start and every
  // command erases them before it does anything else.
  onStep('decided', plan.kids.length);
  const leaves = await leavesOf(plan, parts);
  const before = String(leaves[0]?.facts['masterKey']);
  const dead = new Set((await register.destroyed()).map(({ kid }) => kid));
  const at = new Date(acts.clock.now()).toISOString();
  const master = keys.rotate(dead, before, { plan: plan.id, at });
  // From here on nobody opens the parts, in the database or in any copy of it; what follows is thoroughness.
  onStep('keys', plan.kids.length);
  const kids = plan.kids.map(({ kid }) => kid);
  await register.deleteParts(kids, acts.clock.now(), (count) => {
    onStep('parts', count);
  });
  // After the parts: what is in the log is indexed again. If the process dies before, tags without a key are left.
  parts.purgeIndex(kids);
  onStep('index', kids.length);
  const cleaning = await register.clean(acts.clock.now());
  // If the process dies here, everything is destroyed and nothing says so but the log.
  onStep('pages', kids.length);
  const method = { masterKeyDestroyed: before, masterKeyNow: master, database: cleaning };
  certificates.write(certificateOf(stored, leaves, method, { ...parts, operators: await parts.operators() }));
  onStep('certificate', kids.length);
  return { receipt, plan, certificate: certificates.fileOf(plan.id), cleaning };
}

/** One durable transaction: the act, a leaf for each kid, and that they are destroyed. A later call only records its act. */
async function decide(
  act: SignedAct,
  { plan, hash, approvals, destroyed }: StoredPlan,
  factsNow: () => Promise<DestructionFacts>,
  { acts, keys, operators }: DestructionParts,
): Promise<ActReceipt> {
  const facts = { plan: plan.id, planHash: hash };
  if (destroyed.length > 0) return performAct(act, [], acts, { facts });
  requireCurrent(plan, acts.clock.now(), await factsNow());
  const active = (await operators()).filter(({ endedAt }) => endedAt === null);
  const valid = validApprovals(plan, approvals, active);
  if (valid.length < 2) throw new DestructionError('PLAN_NOT_APPROVED');
  const also = plan.kids.map((kid) =>
    destructionEntry(kid, { plan, approvals: valid, facts: { masterKey: keys.generation() }, again: false }),
  );
  return performAct(act, [], acts, { facts, also });
}

/** What the record of a destruction states besides its kid. */
export interface Decision {
  readonly plan: DestructionPlan;
  /** Two. */
  readonly approvals: readonly Approval[];
  readonly facts: LeafFacts;
  /** Whether a restore made it necessary to destroy the keys once more. */
  readonly again: boolean;
}

/** The record that the keys of one kid are destroyed, with the change of the register that makes it so. */
export function destructionEntry(
  { kid, parts, rule, from, until }: PlannedKid,
  { plan, approvals, facts, again }: Decision,
): Entry {
  const [first, second] = approvals.map(({ operator }) => operator);
  const approvedBy = { approvedBy1: first ?? null, approvedBy2: second ?? null };
  const stated = { plan: plan.id, kid, parts, rule, from, until, ...approvedBy, ...facts };
  const entry = lifeEntry('keydestroy', stated);
  const { queryId: record } = entry.draft;
  return {
    ...entry,
    changes: [{ kind: 'destroy-kid', kid, planId: plan.id, day: plan.day, record, again }],
  };
}

type LeafOfKid = FoundLeaf & { readonly kid: string };

async function leavesOf(
  plan: DestructionPlan,
  { register, leafOf }: DestructionParts,
): Promise<readonly LeafOfKid[]> {
  const leaves: LeafOfKid[] = [];
  for (const { kid, record } of (await register.plan(plan.id))?.destroyed ?? []) {
    const leaf = await leafOf(record);
    if (leaf !== undefined) leaves.push({ kid, ...leaf });
  }
  return leaves;
}

function certificateOf(
  { plan, hash, approvals }: StoredPlan,
  leaves: readonly LeafOfKid[],
  method: DestructionCertificate['method'],
  { acts, operators }: Pick<DestructionParts, 'acts'> & { readonly operators: readonly Operator[] },
): DestructionCertificate {
  const finishedAt = new Date(acts.clock.now()).toISOString();
  return {
    version: 1,
    plan,
    planHash: hash,
    approvals: validApprovals(plan, approvals, operators).slice(0, 2),
    leaves: leaves.map(({ kid, origin, index, queryId, hash: leaf }) => ({
      kid,
      origin,
      index,
      queryId,
      hash: leaf,
    })),
    method,
    finishedAt,
    keepUntil: keepUntil(finishedAt.slice(0, 10)),
  };
}
