import { type DestructionStep } from '../gateway/destruction/destruction-desk.ts';
import { type StoredPlan } from '../privacy/destruction/destruction-register.ts';
import { PLAN_LIFE } from '../privacy/destruction/plan.ts';
import { type Sentence } from '../shared/problem.ts';
import { table } from './columns.ts';
import { type Shell, tell } from './shell.ts';

/** How far a plan is. */
export type PlanState = 'executed' | 'interrupted' | 'approved' | 'waiting' | 'expired';

interface ShownPlan extends StoredPlan {
  readonly state?: PlanState;
  readonly certificate?: string | null;
}

/** @param now epoch milliseconds */
export function stateOf(
  { plan, approvals, destroyed }: StoredPlan,
  certificate: string | null,
  now: number,
): PlanState {
  if (destroyed.length > 0) return certificate === null ? 'interrupted' : 'executed';
  if (now - Date.parse(plan.madeAt) > PLAN_LIFE) return 'expired';
  return approvals.length >= 2 ? 'approved' : 'waiting';
}

/** One plan in full. */
export function planLines(
  shell: Shell,
  { plan, hash, approvals, state, certificate = null }: ShownPlan,
): string[] {
  const { bold } = shell.colours;
  const rows = plan.kids.map(({ kid, parts, rule, from, until, dueOn }) => [
    kid,
    String(parts),
    rule,
    `${from}/${until}`,
    dueOn,
  ]);
  const by = approvals.map(({ operator }) => operator).join(', ');
  const none = tell(shell, { tr: 'yok', en: 'none' });
  return [
    bold(plan.id),
    `SHA-256: ${hash}`,
    ...(state === undefined ? [] : [`${tell(shell, STATE)}: ${tell(shell, STATES[state])}`]),
    `${tell(shell, APPROVED_BY)}: ${by === '' ? none : by}`,
    `${tell(shell, HOLDS)}: ${plan.holds.length === 0 ? none : plan.holds.join(', ')}`,
    ...(certificate === null ? [] : [`${tell(shell, CERTIFICATE)}: ${certificate}`]),
    ...table(shell, KIDS, rows),
  ];
}

/** All plans, one a line; a sentence where there are none. */
export function listLines(shell: Shell, plans: readonly ShownPlan[]): string[] {
  if (plans.length === 0) return [tell(shell, NO_PLAN)];
  const rows = plans.map(({ plan, approvals, state }) => [
    plan.id,
    String(plan.kids.length),
    `${String(approvals.length)}/2`,
    state === undefined ? '' : tell(shell, STATES[state]),
  ]);
  return table(shell, PLANS, rows);
}

/** What is done, for who watches. */
export function stepText(step: DestructionStep, count: number): Sentence {
  const number = String(count);
  switch (step) {
    case 'decided':
      return { tr: `karar kaydedildi: ${number} anahtar`, en: `decided and recorded: ${number} kids` };
    case 'keys':
      return { tr: 'anahtarlar yok edildi', en: 'the keys are destroyed' };
    case 'parts':
      return { tr: `${number} kayıt bölümü silindi`, en: `${number} sealed parts deleted` };
    case 'index':
      return { tr: 'arama dizini temizlendi', en: 'the search index is clean' };
    case 'pages':
      return { tr: 'veritabanı temizlendi', en: 'the database is clean' };
    case 'certificate':
      return { tr: 'belge yazıldı', en: 'the certificate is written' };
  }
}

const STATE = { tr: 'Durum', en: 'State' };
const APPROVED_BY = { tr: 'Onaylayanlar', en: 'Approved by' };
const HOLDS = { tr: 'Süren tutma kararları', en: 'Holds in force' };
const CERTIFICATE = { tr: 'Belge', en: 'Certificate' };
const STATES: Readonly<Record<PlanState, Sentence>> = {
  executed: { tr: 'uygulandı', en: 'executed' },
  interrupted: { tr: 'yarım kaldı, yeniden çalıştırın', en: 'interrupted, run it again' },
  approved: { tr: 'onaylandı', en: 'approved' },
  waiting: { tr: 'onay bekliyor', en: 'waits for approval' },
  expired: { tr: 'süresi doldu', en: 'expired' },
};
const KIDS = [
  { tr: 'anahtar', en: 'kid' },
  { tr: 'kayıt', en: 'parts' },
  { tr: 'süre', en: 'kept for' },
  { tr: 'kayıt günleri', en: 'recorded' },
  { tr: 'yok edilebilir', en: 'due on' },
];
const PLANS = [
  { tr: 'plan', en: 'plan' },
  { tr: 'anahtar', en: 'kids' },
  { tr: 'onay', en: 'approvals' },
  { tr: 'durum', en: 'state' },
];
const NO_PLAN = {
  tr: 'Hiç plan yok. Süresi dolanları "gecit audit destroy plan" ile planlayın.',
  en: 'There are no plans. Plan what is due with "gecit audit destroy plan".',
};
