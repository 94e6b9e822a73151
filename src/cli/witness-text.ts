import { type SizeAndTime } from '../audit/witness/witness-standing.ts';
import { stateSentence } from '../audit/witness/witness-state.ts';
import { type Sentence } from '../shared/problem.ts';
import { table } from './columns.ts';
import { dateTime } from './date-time.ts';
import { type Shell, tell } from './shell.ts';
import {
  type PushReport,
  type StampStanding,
  type WitnessedLog,
  type WitnessLine,
  type WitnessReport,
} from './witness-desk.ts';

/** The report as machines read it: hashes are base64, times epoch milliseconds. */
export function reportJson({ witnessed, ...report }: WitnessReport): object {
  const lines = witnessed.map(({ origin, fault, record }) => {
    const cosigned = record && { size: record.size, root: record.root.toString('base64'), at: record.at };
    return { origin, fault, cosigned: cosigned ?? null };
  });
  return { ...report, witnessed: lines };
}

/** The report as people read it. */
export function reportText(shell: Shell, report: WitnessReport, zone: string): string[] {
  const { bold } = shell.colours;
  return [
    bold(tell(shell, { tr: 'Tanık anahtarımız', en: 'Our key as a witness' })),
    `  ${report.vkey ?? tell(shell, NO_KEY)}`,
    bold(tell(shell, { tr: 'Tanıklık ettiğimiz günlükler', en: 'Logs that we cosign' })),
    ...indented(witnessedLines(shell, report.witnessed, zone)),
    bold(tell(shell, { tr: 'Günlüğümüz', en: 'Our log' })),
    `  ${report.origin}  ${moment(shell, report.newest, zone)}`,
    ...(report.logKey === null ? [] : [`  ${report.logKey}`]),
    bold(tell(shell, { tr: 'Tanıklarımız', en: 'Our witnesses' })),
    ...indented(witnessLines(shell, report.witnesses, zone)),
    ...(report.witnesses.length === 0 ? [] : [`  ${quorumText(shell, report, zone)}`]),
    ...stampLines(shell, report.stamps, zone),
  ];
}

/** What a round at the witnesses gave, as people read it. */
export function pushText(shell: Shell, { outcome, witnesses, noticed }: PushReport, zone: string): string[] {
  const { green, red } = shell.colours;
  const colour = outcome === 'quorum' ? green : red;
  const disputes = noticed.filter(({ event }) => event === 'own-log-disputed');
  return [
    colour(tell(shell, OUTCOMES[outcome])),
    ...indented(outcome === 'not-configured' ? [] : witnessLines(shell, witnesses, zone)),
    ...disputes.map((fact) => red(`${tell(shell, DISPUTED)} ${String(fact['witness'])}`)),
  ];
}

function witnessedLines(shell: Shell, logs: readonly WitnessedLog[], zone: string): string[] {
  if (logs.length === 0) return [tell(shell, NO_LOGS)];
  const rows = logs.map(({ origin, fault, record }) => {
    if (fault !== null) return [origin, shell.colours.red(fault)];
    return [origin, moment(shell, record ?? null, zone)];
  });
  const faults = new Set(logs.map(({ fault }) => fault).filter((fault) => fault !== null));
  const sentences = [...faults].map((fault) => shell.colours.red(tell(shell, stateSentence(fault))));
  return [...table(shell, WITNESSED, rows), ...sentences];
}

function witnessLines(shell: Shell, witnesses: readonly WitnessLine[], zone: string): string[] {
  if (witnesses.length === 0) return [tell(shell, NO_WITNESSES)];
  const rows = witnesses.map(({ name, url, newest, lastError }) => [
    name,
    moment(shell, newest, zone),
    url ?? '-',
    lastError ?? '',
  ]);
  return table(shell, WITNESSES, rows);
}

function quorumText(shell: Shell, { quorum, quorumRequired, newest }: WitnessReport, zone: string): string {
  const { green, yellow } = shell.colours;
  if (!quorumRequired) return tell(shell, { tr: 'Yeter sayı istenmiyor.', en: 'No quorum is required.' });
  const met = moment(shell, quorum, zone);
  if (quorum !== null && quorum.size === newest?.size) {
    return green(tell(shell, { tr: `Yeter sayı tamam: ${met}`, en: `Quorum: ${met}` }));
  }
  return yellow(
    tell(shell, {
      tr: `En yeni kontrol noktasında yeter sayı yok; son olan: ${met}`,
      en: `The newest checkpoint has no quorum; the last that has: ${met}`,
    }),
  );
}

function stampLines(shell: Shell, stamps: StampStanding, zone: string): string[] {
  const title = shell.colours.bold(tell(shell, { tr: 'Zaman damgası', en: 'Time stamps' }));
  return [
    title,
    ...indented(stamps.configured ? stampStanding(shell, stamps, zone) : [tell(shell, NO_AUTHORITY)]),
  ];
}

function stampStanding(shell: Shell, stamps: StampStanding, zone: string): string[] {
  const { red, yellow } = shell.colours;
  const { stampedSize, stampedAt, unstamped, firstFailedAt, lastError, stale } = stamps;
  const newest = stampedAt === null ? null : { size: stampedSize, at: stampedAt };
  const lines = [moment(shell, newest, zone), tell(shell, unstampedSentence(unstamped))];
  if (firstFailedAt === null) return lines;
  const failing =
    `${tell(shell, failingSentence(dateTime(firstFailedAt, zone)))}  ${lastError ?? ''}`.trimEnd();
  return [...lines, (stale ? red : yellow)(failing), ...(stale ? [red(tell(shell, STALE))] : [])];
}

function unstampedSentence(unstamped: number): Sentence {
  const count = String(unstamped);
  return { tr: `damgasız kayıt: ${count}`, en: `records without a stamp: ${count}` };
}

function failingSentence(since: string): Sentence {
  return { tr: `${since} gününden beri damga alınamıyor`, en: `no stamp received since ${since}` };
}

/** `1234  2026-11-24 12:00:00` */
function moment(shell: Shell, at: SizeAndTime | null, zone: string): string {
  if (at === null) return tell(shell, { tr: 'henüz yok', en: 'none yet' });
  return `${String(at.size)}  ${dateTime(at.at, zone)}`;
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

const OUTCOMES: Readonly<Record<PushReport['outcome'], Sentence>> = {
  quorum: {
    tr: 'En yeni kontrol noktasına yeterli sayıda tanık imza verdi.',
    en: 'A quorum of witnesses has cosigned the newest checkpoint.',
  },
  'no-quorum': {
    tr: 'En yeni kontrol noktasında yeter sayı yok. Aşağıdaki hata kodlarına bakın.',
    en: 'The newest checkpoint has no quorum. See the codes of failures below.',
  },
  'nothing-yet': {
    tr: 'Günlükte henüz kayıt yok; gönderilecek bir şey yok.',
    en: 'The log holds no record yet; there is nothing to send.',
  },
  'not-configured': {
    tr: 'Tanık tanımlı değil. witness.policy ayarıyla bir politika dosyası gösterin.',
    en: 'No witness is configured. Name a policy file with the setting witness.policy.',
  },
  failed: {
    tr: 'Günlüğün en yeni hâli imzalanamadı; hiçbir şey gönderilmedi. "gecit audit verify" ile inceleyin.',
    en: 'The newest state of the log could not be signed; nothing was sent. Examine it with "gecit audit verify".',
  },
};
const DISPUTED = {
  tr: 'Bu tanık günlüğümüzün başka bir geçmişine imza vermiş; günlük geri alınmış ya da çatallanmış olabilir:',
  en: 'This witness has cosigned another history of our log, which may have been rolled back or forked:',
};
const NO_KEY = {
  tr: 'henüz yok; bir sonraki "gecit serve" oluşturur',
  en: 'none yet; the next "gecit serve" makes it',
};
const NO_LOGS = {
  tr: 'hiçbiri. Ortağınızın günlük anahtarını "log <vkey>" satırıyla, sonunda "quorum none" olan bir dosyaya yazın ve witness.logs ayarıyla gösterin.',
  en: 'none. Write the key of your partner\'s log as a line "log <vkey>" into a file that ends with "quorum none", and name it with the setting witness.logs.',
};
const NO_WITNESSES = {
  tr: 'hiçbiri. Ortağınızın tanık anahtarını "witness <ad> <vkey> https://<ortak>:8443/witness/v1" satırıyla ve bir "quorum" satırıyla dosyaya yazın, witness.policy ayarıyla gösterin.',
  en: 'none. Write your partner\'s witness key as a line "witness <name> <vkey> https://<partner>:8443/witness/v1", with a "quorum" line, into a file, and name it with the setting witness.policy.',
};
const NO_AUTHORITY = { tr: 'makam tanımlı değil', en: 'no authority is configured' };
const WITNESSED = [
  { tr: 'günlük', en: 'log' },
  { tr: 'tanıklık edilen boy', en: 'cosigned size' },
];
const WITNESSES = [
  { tr: 'tanık', en: 'witness' },
  { tr: 'imzaladığı boy', en: 'cosigned size' },
  { tr: 'adres', en: 'address' },
  { tr: 'hata', en: 'failure' },
];
const STALE = {
  tr: 'Yeni sorgular EVIDENCE_STALE ile reddediliyor.',
  en: 'New queries are refused with EVIDENCE_STALE.',
};
