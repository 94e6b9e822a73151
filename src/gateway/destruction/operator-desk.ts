import { type Approval, validApprovals } from '../../privacy/destruction/approval.ts';
import { DestructionError } from '../../privacy/destruction/destruction-error.ts';
import { type DestructionRegister, type StoredPlan } from '../../privacy/destruction/destruction-register.ts';
import { type HoldScope } from '../../privacy/destruction/hold.ts';
import {
  type DestructionFacts,
  type DestructionPlan,
  planHash,
  requireCurrent,
} from '../../privacy/destruction/plan.ts';
import { newQueryId } from '../../shared/ids.ts';
import { GatewayError } from '../../shared/problem.ts';
import { zonedDay } from '../../shared/zoned-day.ts';
import { type LeafFacts } from '../../audit/leaf.ts';
import { type ActReceipt, type SignedAct } from '../signed-act.ts';
import { lifeEntry } from '../commit/life-entry.ts';
import { performAct } from '../perform-act.ts';
import { type Destruction, type DestructionDesk, type OnDestruction } from './destruction-desk.ts';
import { type DestructionParts } from './destruction-parts.ts';
import { executeDestruction } from './execute-destruction.ts';

/** The desk over a real gateway. */
export class OperatorDesk implements DestructionDesk {
  readonly #parts: DestructionParts;

  constructor(parts: DestructionParts) {
    this.#parts = parts;
  }

  get register(): DestructionRegister {
    return this.#parts.register;
  }

  async facts(): Promise<DestructionFacts> {
    const { acts, register } = this.#parts;
    const today = zonedDay(acts.clock.now(), acts.timeZone).date;
    return { today, parts: await register.parts(), holds: await register.holds() };
  }

  async plan(id: string): Promise<StoredPlan> {
    const stored = await this.#parts.register.plan(id);
    if (stored === undefined) throw new DestructionError('PLAN_UNKNOWN');
    if (planHash(stored.plan) !== stored.hash) throw new DestructionError('PLAN_OUTDATED');
    return stored;
  }

  certificateOf(planId: string): string | undefined {
    const { certificates } = this.#parts;
    return certificates.has(planId) ? certificates.fileOf(planId) : undefined;
  }

  async placeHold(act: SignedAct, id: string, scope: HoldScope): Promise<ActReceipt> {
    const { acts } = this.#parts;
    const record = newQueryId();
    const hold = { id, scope, record, placedAt: acts.clock.now(), liftedAt: null };
    const also = [lifeEntry('hold', holdFacts('placed', id, scope))];
    return performAct(act, [{ kind: 'place-hold', hold }], acts, { also, queryId: record });
  }

  async liftHold(act: SignedAct, id: string): Promise<ActReceipt> {
    const { acts, register } = this.#parts;
    const hold = (await register.holds()).find((one) => one.id === id && one.liftedAt === null);
    if (hold === undefined) throw new DestructionError('HOLD_UNKNOWN');
    const also = [lifeEntry('hold', holdFacts('lifted', id, hold.scope))];
    const at = acts.clock.now();
    return performAct(act, [{ kind: 'lift-hold', holdId: id, at }], acts, { also });
  }

  async storePlan(act: SignedAct, plan: DestructionPlan): Promise<ActReceipt> {
    const facts = { plan: plan.id, planHash: planHash(plan) };
    return performAct(act, [{ kind: 'add-plan', plan }], this.#parts.acts, { facts });
  }

  async approve(act: SignedAct, planId: string): Promise<ActReceipt> {
    const { acts } = this.#parts;
    const { plan, hash, approvals, destroyed } = await this.plan(planId);
    if (destroyed.length > 0) throw new DestructionError('PLAN_EXECUTED');
    requireCurrent(plan, acts.clock.now(), await this.facts());
    const approval = await this.#approvalBy(act);
    const { operator, publicKey } = approval;
    if (approvals.some((one) => one.operator === operator || one.publicKey === publicKey))
      throw new DestructionError('PLAN_APPROVED_ALREADY');
    if (validApprovals(plan, [approval], [{ id: operator, publicKey }]).length === 0)
      throw new GatewayError('OFFICIAL_NOT_AUTHORISED');
    const facts = { plan: planId, planHash: hash };
    return performAct(act, [{ kind: 'approve-plan', planId, approval }], acts, { facts });
  }

  async execute(act: SignedAct, planId: string, onStep: OnDestruction): Promise<Destruction> {
    const stored = await this.plan(planId);
    return executeDestruction({ act, onStep }, stored, async () => this.facts(), this.#parts);
  }

  /** With the key that the register has; that the signature is by it is proven before anything is stored. */
  async #approvalBy({ statement, signature }: SignedAct): Promise<Approval> {
    const { operator } = statement;
    const known = (await this.#parts.operators()).find(({ id }) => id === operator);
    if (known === undefined) throw new GatewayError('OFFICIAL_NOT_AUTHORISED');
    return { operator, publicKey: known.publicKey, statement, signature };
  }
}

function holdFacts(event: 'placed' | 'lifted', hold: string, scope: HoldScope): LeafFacts {
  if ('kid' in scope) return { event, hold, kid: scope.kid, fromMonth: null, toMonth: null };
  return { event, hold, kid: null, fromMonth: scope.fromMonth, toMonth: scope.toMonth };
}
