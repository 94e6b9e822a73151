import { type Operator } from '../../identity/operator.ts';
import { verifyBytes } from '../../identity/operator-key.ts';
import { canonicalJson } from '../../shared/canonical-json.ts';
import { type DestructionPlan, planHash } from './plan.ts';

/** What an operator signs to approve a plan. */
export interface ApprovalStatement {
  readonly action: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly operator: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** An operator's approval of a plan, as it can be checked by anybody who knows the operator's key. */
export interface Approval {
  readonly operator: string;
  /** SPKI, PEM. */
  readonly publicKey: string;
  readonly statement: ApprovalStatement;
  /** Ed25519 over the canonical JSON of the statement, base64. */
  readonly signature: string;
}

/** The action that an approval states. */
export const APPROVE = 'destruction.approve';

/**
 * The approvals that count: signed by a registered operator's key over exactly this plan, each key and each operator once.
 * @param operators whose approval counts
 */
export function validApprovals(
  plan: DestructionPlan,
  approvals: readonly Approval[],
  operators: readonly Pick<Operator, 'id' | 'publicKey'>[],
): Approval[] {
  const hash = planHash(plan);
  const ids = new Set<string>();
  const keys = new Set<string>();
  return approvals.filter((approval) => {
    const { operator, publicKey } = approval;
    const known = operators.some((one) => one.id === operator && one.publicKey === publicKey);
    if (!known || ids.has(operator) || keys.has(publicKey) || !approves(approval, plan.id, hash))
      return false;
    ids.add(operator);
    keys.add(publicKey);
    return true;
  });
}

function approves(
  { operator, publicKey, statement, signature }: Approval,
  id: string,
  hash: string,
): boolean {
  const { action, details } = statement;
  if (action !== APPROVE || statement.operator !== operator) return false;
  if (details['plan'] !== id || details['hash'] !== hash) return false;
  return verifyBytes(Buffer.from(canonicalJson(statement), 'utf8'), signature, publicKey);
}
