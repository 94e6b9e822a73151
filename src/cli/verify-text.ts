import { type Finding } from '../audit/verify/finding.ts';
import { type Verdict } from '../audit/verify/findings.ts';
import { type KeyTrust, type LogReport, type NodeReport } from '../audit/verify/report.ts';
import { type Sentence } from '../shared/problem.ts';
import { type ExitCode, type Shell, tell } from './shell.ts';

/** Exit code of each verdict. */
export const VERDICT_EXIT: Readonly<Record<Verdict, ExitCode>> = { sound: 0, tampered: 1, incomplete: 3 };

const VERDICTS: Readonly<Record<Verdict, Sentence>> = {
  sound: { tr: 'SAĞLAM', en: 'SOUND' },
  tampered: { tr: 'DEĞİŞTİRİLMİŞ', en: 'TAMPERED' },
  incomplete: { tr: 'EKSİK', en: 'INCOMPLETE' },
};

const TRUST: Readonly<Record<KeyTrust, Sentence>> = {
  pinned: { tr: 'dışarıda saklanan anahtarla aynı', en: 'the same as the one kept elsewhere' },
  vouched: { tr: 'güvenilen önceki günlüğün belirttiği anahtar', en: 'named by the trusted log before it' },
  own: { tr: 'yalnız günlüğün kendi sözü', en: 'the word of the log itself' },
  none: { tr: 'yok', en: 'none' },
};

/** What a person reads of a report: for each log its verdict, its figures and what was found. */
export function reportText(shell: Shell, report: NodeReport): string[] {
  const logs = report.logs.flatMap((log, place) => [...(place === 0 ? [] : ['']), ...logText(shell, log)]);
  const others = report.findings.flatMap((finding) => findingText(shell, finding));
  const single = report.logs.length === 1 && report.logs[0]?.verdict === report.verdict;
  const whole = single ? [] : ['', `${tell(shell, ALL)}: ${verdictText(shell, report.verdict)}`];
  return [...logs, ...others, ...whole];
}

function logText(shell: Shell, log: LogReport): string[] {
  const { bold } = shell.colours;
  const where = log.kept === 'folder' ? `  ${log.place}` : '';
  return [
    `${bold(verdictText(shell, log.verdict))}  ${log.origin}${where}`,
    ...figures(shell, log),
    ...bad(shell, log),
    ...log.findings.flatMap((finding) => findingText(shell, finding)),
    ...(log.findings.length === 0 ? [tell(shell, NOTHING)] : []),
    ...(log.findingsOmitted === 0 ? [] : [named(shell, OMITTED, log.findingsOmitted)]),
  ];
}

export function verdictText(shell: Shell, verdict: Verdict): string {
  const { green, red, yellow } = shell.colours;
  const colour = { sound: green, tampered: red, incomplete: yellow }[verdict];
  return colour(tell(shell, VERDICTS[verdict]));
}

function figures(shell: Shell, log: LogReport): string[] {
  const { count, newest, quorums, stamps, newestStamp } = log.checkpoints;
  const { opened } = log;
  return [
    named(shell, RECORDS, `${String(log.size)} (${String(log.recordsPerSecond)}/s)`),
    named(shell, ROOT, log.root),
    named(shell, KEY, `${log.key.vkey ?? '-'} (${tell(shell, TRUST[log.key.trust])})`),
    named(shell, CHECKPOINTS, `${String(count)} (${String(newest)})`),
    named(shell, WITNESSED, quorums),
    named(
      shell,
      STAMPS,
      `${String(stamps)}${newestStamp === null ? '' : ` (${newestStamp.genTime ?? '?'})`}`,
    ),
    ...(opened === null
      ? []
      : [named(shell, OPENED, `${String(opened.opened)} (${String(opened.partsPerSecond)}/s)`)]),
  ];
}

function bad(shell: Shell, { firstBadIndex, firstBadFile, missingParts }: LogReport): string[] {
  const { red, yellow } = shell.colours;
  return [
    ...(firstBadIndex === null ? [] : [red(named(shell, FIRST_INDEX, firstBadIndex))]),
    ...(firstBadFile === null ? [] : [red(named(shell, FIRST_FILE, firstBadFile))]),
    ...(missingParts === 0 ? [] : [yellow(named(shell, MISSING, missingParts))]),
  ];
}

function findingText(shell: Shell, finding: Finding): string[] {
  const { red, yellow, dim } = shell.colours;
  const colour = { tampered: red, incomplete: yellow, notice: dim }[finding.severity];
  return [`- ${colour(finding.code)} ${placeText(finding)}`.trimEnd(), `  ${tell(shell, finding)}`];
}

function placeText({ index, until, file, row, cause }: Finding): string {
  const range = until === undefined ? '' : `–${String(until - 1)}`;
  const parts = [
    index === undefined ? undefined : `#${String(index)}${range}`,
    file,
    row,
    cause ?? undefined,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join('  ');
}

function named(shell: Shell, name: Sentence, value: string | number): string {
  return `${tell(shell, name)}: ${String(value)}`;
}

const ALL = { tr: 'hepsi', en: 'all' };
const RECORDS = { tr: 'kayıt sayısı', en: 'records' };
const ROOT = { tr: 'kök', en: 'root' };
const KEY = { tr: 'anahtar', en: 'key' };
const CHECKPOINTS = { tr: 'kontrol noktaları (en yenisi)', en: 'checkpoints (newest)' };
const WITNESSED = { tr: 'tanıkların yettiği kontrol noktaları', en: 'checkpoints with enough witnesses' };
const STAMPS = { tr: 'zaman damgaları (en yenisi)', en: 'time stamps (newest)' };
const OPENED = { tr: 'açılan kişisel bölümler', en: 'personal parts opened' };
const FIRST_INDEX = { tr: 'ilk bozuk kayıt', en: 'first bad index' };
const FIRST_FILE = { tr: 'ilk bozuk dosya', en: 'first bad file' };
const MISSING = { tr: 'eksik kişisel bölüm', en: 'missing personal parts' };
const OMITTED = { tr: 'gösterilmeyen bulgular', en: 'findings not shown' };
const NOTHING = {
  tr: 'Her kayıt, her kök, her imza ve her zaman damgası birbirini doğruluyor.',
  en: 'Every leaf, every root, every signature and every time stamp agree.',
};
