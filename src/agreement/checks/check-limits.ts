import { Temporal } from 'temporal-polyfill';
import { duration } from '../value-schemas.ts';
import { type Check, type Finding, items, member, numberOf, type Probe } from './probe.ts';

/** Limits that contradict one another. */
export const checkLimits: Check = (root) => [
  ...atMost(member(root, 'quotas'), 'official', 'agency'),
  ...atMost(member(root, 'quotas'), 'agency', 'agreement'),
  ...items(root, 'operations').flatMap((operation) =>
    items(operation, 'output').flatMap((field) => atMost(field, 'minimum', 'maximum')),
  ),
  ...noticeWithinTerm(member(root, 'term')),
];

function atMost(block: Probe, smaller: string, larger: string): Finding[] {
  const small = member(block, smaller);
  const [low, high] = [numberOf(small), numberOf(member(block, larger))];
  if (low === undefined || high === undefined || low <= high) return [];
  return [
    {
      code: 'LIMIT_ORDER',
      path: small.path,
      message: {
        tr: `${smaller} değeri ${larger} değerinden büyük`,
        en: `${smaller} is larger than ${larger}`,
      },
      remedy: { tr: `En çok ${String(high)} yazın.`, en: `Write at most ${String(high)}.` },
    },
  ];
}

function noticeWithinTerm(term: Probe): Finding[] {
  const notice = member(term, 'notice');
  const [length, before] = [
    duration.safeParse(member(term, 'length').value),
    duration.safeParse(notice.value),
  ];
  if (!length.success || !before.success) return [];
  if (Temporal.Duration.compare(before.data, length.data, { relativeTo: '2024-01-01' }) < 0) return [];
  return [
    {
      code: 'NOTICE_TOO_LONG',
      path: notice.path,
      message: {
        tr: 'ihbar süresi protokolün süresinden kısa değil',
        en: 'the notice is not shorter than the term',
      },
      remedy: {
        tr: 'Süreden kısa bir ihbar süresi yazın.',
        en: 'Write a notice that is shorter than the term.',
      },
    },
  ];
}
