import { type Operator } from '../identity/operator.ts';
import { verifyBytes } from '../identity/operator-key.ts';
import { canonicalJson } from '../shared/canonical-json.ts';
import { GatewayError } from '../shared/problem.ts';
import { type SignedAct } from './signed-act.ts';
import { type RegisterChange, RegisterConflictError } from './register-change.ts';

/**
 * The registered operator who signed an act. The first act of all registers whoever signs it.
 * @param operators everybody who was ever registered, as the transaction of the act sees them
 * @throws GatewayError OFFICIAL_NOT_AUTHORISED when nobody of that name may act, or the signature is not theirs
 */
export function actingOperator(
  { statement, signature }: SignedAct,
  changes: readonly RegisterChange[],
  operators: readonly Operator[],
): Operator {
  const founding = statement.action === 'gateway.init' && operators.length === 0;
  const known = founding ? after(operators, changes) : operators;
  const operator = known.find((one) => one.id === statement.operator && one.endedAt === null);
  const bytes = Buffer.from(canonicalJson(statement), 'utf8');
  if (operator === undefined || !verifyBytes(bytes, signature, operator.publicKey))
    throw new GatewayError('OFFICIAL_NOT_AUTHORISED');
  return operator;
}

/** @throws RegisterConflictError when the changes would leave nobody who may act */
export function keepAnOperator(operators: readonly Operator[], changes: readonly RegisterChange[]): void {
  if (!after(operators, changes).some((one) => one.endedAt === null)) throw new RegisterConflictError(LAST);
}

/** The operators as the changes leave them. */
function after(operators: readonly Operator[], changes: readonly RegisterChange[]): readonly Operator[] {
  return changes.reduce<readonly Operator[]>((known, change) => {
    if (change.kind === 'add-operator') return [...known, change.operator];
    if (change.kind !== 'end-operator') return known;
    return known.map((one) => (one.id === change.operatorId ? { ...one, endedAt: change.at } : one));
  }, operators);
}

const LAST = {
  tr: 'Görevi süren son operatörün yetkisi sona erdirilemez. Önce yenisini ekleyin.',
  en: 'The last operator who may act cannot be ended. Add another one first.',
};
