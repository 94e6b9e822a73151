import { type Agreement } from '../agreement/agreement.ts';
import { type Authority } from '../identity/official.ts';
import { type Sentence } from '../shared/problem.ts';

/** Why an official may not query at a moment, as far as the Ek-3 line tells; undefined while he may. */
export function hindranceOf(
  authority: Authority,
  agreement: Agreement | undefined,
  now: number,
): Sentence | undefined {
  if (now < authority.from) return { tr: 'henüz başlamadı', en: 'not yet' };
  if (now >= authority.until) return { tr: 'sona erdi', en: 'ended' };
  if (!isUndertaken(authority, agreement)) return { tr: 'taahhütname yok', en: 'no undertaking' };
  if (authority.trainingValidUntil === null) return { tr: 'eğitim kaydı yok', en: 'no training evidence' };
  if (now >= authority.trainingValidUntil) return { tr: 'eğitimi eskidi', en: 'training expired' };
  return undefined;
}

function isUndertaken(authority: Authority, agreement: Agreement | undefined): boolean {
  const version = agreement?.annexes.find(({ content }) => content === 'undertaking')?.version;
  return (
    authority.undertakingVersion !== null &&
    (version === undefined || authority.undertakingVersion === version)
  );
}
