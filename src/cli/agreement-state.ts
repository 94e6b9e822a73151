import { type Activation } from '../agreement/activation.ts';
import { type Agreement } from '../agreement/agreement.ts';
import { inForce, type NotInForceReason, termDates } from '../agreement/term.ts';
import { type Sentence } from '../shared/problem.ts';

const REASONS: Readonly<Record<NotInForceReason, Sentence>> = {
  unsigned: { tr: 'imzalanmadı', en: 'not signed' },
  'other-version': { tr: 'imzalanan sürüm bu değil', en: 'another version is signed' },
  'undertaking-missing': { tr: 'kurumsal taahhütname (Ek-2) yok', en: 'no institutional undertaking (Ek-2)' },
  'not-yet': { tr: 'henüz başlamadı', en: 'not yet' },
  suspended: { tr: 'askıda', en: 'suspended' },
  expired: { tr: 'süresi doldu', en: 'expired' },
  terminated: { tr: 'feshedildi', en: 'terminated' },
};

export interface AgreementState {
  readonly inForce: boolean;
  readonly words: Sentence;
  readonly term: ReturnType<typeof termDates>;
}

/** Whether an agreement is in force at a moment, in words, with the dates of its present term. */
export function agreementState(
  agreement: Agreement,
  activation: Activation | undefined,
  now: number,
): AgreementState {
  const verdict = inForce(agreement, activation, now);
  const words = verdict.inForce ? { tr: 'yürürlükte', en: 'in force' } : REASONS[verdict.reason];
  return { inForce: verdict.inForce, words, term: termDates(agreement, activation, now) };
}
