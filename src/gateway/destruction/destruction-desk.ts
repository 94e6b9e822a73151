import {
  type Cleaning,
  type DestructionRegister,
  type StoredPlan,
} from '../../privacy/destruction/destruction-register.ts';
import { type HoldScope } from '../../privacy/destruction/hold.ts';
import { type DestructionFacts, type DestructionPlan } from '../../privacy/destruction/plan.ts';
import { type ActReceipt, type SignedAct } from '../signed-act.ts';

/** Told how far an execution is: the step that is done, and for parts how many are deleted so far. */
export type OnDestruction = (step: DestructionStep, count: number) => void;

/** The steps of an execution in their order. */
export type DestructionStep = 'decided' | 'keys' | 'parts' | 'index' | 'pages' | 'certificate';

/** What an execution did, or found done. */
export interface Destruction {
  readonly receipt: ActReceipt;
  readonly plan: DestructionPlan;
  readonly certificate: string;
  readonly cleaning: Cleaning;
}

/** Holds and planned destruction as an operator's command sees them. Every change is a signed act and a leaf. */
export interface DestructionDesk {
  readonly register: DestructionRegister;
  /** What plans rest on now; counting reads the whole table of parts. */
  facts(): Promise<DestructionFacts>;
  /** @throws DestructionError PLAN_UNKNOWN */
  plan(id: string): Promise<StoredPlan>;
  /** Where the certificate of the plan stands; undefined until it is executed to the end. */
  certificateOf(planId: string): string | undefined;
  /** @throws as `Administration.perform` */
  placeHold(act: SignedAct, id: string, scope: HoldScope): Promise<ActReceipt>;
  /** @throws DestructionError HOLD_UNKNOWN */
  liftHold(act: SignedAct, id: string): Promise<ActReceipt>;
  storePlan(act: SignedAct, plan: DestructionPlan): Promise<ActReceipt>;
  /**
   * The act's statement, with the plan's id and hash as details, is the approval.
   * @throws DestructionError PLAN_UNKNOWN, PLAN_EXPIRED, PLAN_OUTDATED, PLAN_EXECUTED, PLAN_APPROVED_ALREADY
   */
  approve(act: SignedAct, planId: string): Promise<ActReceipt>;
  /**
   * Executes a plan, or finishes what an interrupted call began.
   * @throws DestructionError PLAN_UNKNOWN, PLAN_EXPIRED, PLAN_OUTDATED, PLAN_NOT_APPROVED, DATABASE_NOT_CLEANED
   */
  execute(act: SignedAct, planId: string, onStep: OnDestruction): Promise<Destruction>;
}
