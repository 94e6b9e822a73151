import { type Sentence } from '../../shared/problem.ts';

/** `tampered`: something contradicts; `incomplete`: something that would prove is not there; `notice`: worth knowing. */
export type Severity = 'tampered' | 'incomplete' | 'notice';

/** What a finding means: how much it weighs, what is wrong, and what to do. */
export interface FindingText {
  readonly severity: Severity;
  readonly text: Sentence;
}

/** Catalogue entry of something that contradicts the log. */
export function tampered(tr: string, en: string): FindingText {
  return { severity: 'tampered', text: { tr, en } };
}

/** Catalogue entry of something that is missing. */
export function incomplete(tr: string, en: string): FindingText {
  return { severity: 'incomplete', text: { tr, en } };
}

/** Catalogue entry of something that is worth knowing. */
export function notice(tr: string, en: string): FindingText {
  return { severity: 'notice', text: { tr, en } };
}
