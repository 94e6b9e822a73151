import { RECEIPT_CHECKS } from '../audit/receipt-reasons.ts';
import { type ProvenReceipt, type ReceiptReport } from '../audit/receipt-report.ts';
import { columns } from './columns.ts';
import { type Shell, tell } from './shell.ts';

/** A report as a person reads it: verdict, every check, what is proven, why. */
export function receiptText(shell: Shell, report: ReceiptReport): string[] {
  const { proven, reason, detail, code } = report;
  return [
    verdictLine(shell, report),
    ...report.checks.map(
      (check) => `  ${mark(shell, check.state)} ${tell(shell, RECEIPT_CHECKS[check.name])}`,
    ),
    ...(proven === null ? [] : columns(facts(shell, proven)).map((line) => `  ${line}`)),
    `${tell(shell, reason)} [${code}]`,
    ...(detail === null ? [] : [tell(shell, detail)]),
  ];
}

function verdictLine(shell: Shell, { verdict }: ReceiptReport): string {
  const { bold, green, red, yellow } = shell.colours;
  if (verdict === 'sound') return bold(green(tell(shell, { tr: 'SAĞLAM', en: 'SOUND' })));
  if (verdict === 'incomplete') return bold(yellow(tell(shell, { tr: 'EKSİK', en: 'INCOMPLETE' })));
  return bold(red(tell(shell, { tr: 'GEÇERSİZ', en: 'NOT SOUND' })));
}

function mark(shell: Shell, state: ReceiptReport['checks'][number]['state']): string {
  const { green, red, dim } = shell.colours;
  return { passed: green('✓'), failed: red('✗'), 'not-checked': dim('–') }[state];
}

function facts(shell: Shell, proven: ProvenReceipt): string[][] {
  const { origin, index, size, time, queryId, witnesses } = proven;
  return [
    [tell(shell, { tr: 'Sorgu numarası', en: 'Query id' }), queryId],
    [tell(shell, { tr: 'Kayıt', en: 'Leaf' }), `${origin} #${String(index)}`],
    [tell(shell, { tr: 'Kayıt zamanı', en: 'Recorded' }), time],
    [tell(shell, { tr: 'Günlüğün boyu', en: 'Size of the log' }), String(size)],
    ...witnesses.map(({ name, seconds }) => [
      tell(shell, { tr: 'Tanık', en: 'Witness' }),
      `${name} ${instantText(seconds)}`,
    ]),
  ];
}

/** A witness may sign any time, also one that no calendar reaches. */
function instantText(seconds: number): string {
  const instant = new Date(seconds * 1000);
  return Number.isNaN(instant.getTime()) ? `${String(seconds)} s` : instant.toISOString();
}
