import { type Operation, type OutputField } from '../agreement/agreement.ts';
import { columns } from './columns.ts';
import { type Answer, type Problem } from './partner-client.ts';
import { type Shell, tell } from './shell.ts';

type Value = string | number | null | undefined;

/** An answer as a person reads it: fields in the agreement's order under their names, quota, receipt. */
export function answerText(shell: Shell, answer: Answer, operation: Operation | undefined): string[] {
  const { outcome, data, receipt } = answer.body;
  const title = outcome === 'found' ? FOUND : NOT_FOUND;
  const left = answer.quotaLeft === null ? '–' : String(answer.quotaLeft);
  const foot = [
    [tell(shell, { tr: 'Bugün kalan kota', en: 'Quota left today' }), left],
    [tell(shell, { tr: 'Makbuz', en: 'Receipt' }), `${receipt.origin} #${String(receipt.index)}`],
    [tell(shell, { tr: 'Sorgu numarası', en: 'Query id' }), answer.body.queryId],
  ];
  const fields = data === null ? [] : fieldRows(shell, data, operation);
  return [
    shell.colours.green(tell(shell, title)),
    ...columns([...fields, ...foot]).map((line) => `  ${line}`),
  ];
}

/** A problem in both languages, as every partner gets it. */
export function problemText(shell: Shell, problem: Problem): string[] {
  const { code, status, messages } = problem;
  const members = problem.errors.map((error) => `  ${error.pointer}: ${tell(shell, error.messages)}`);
  return [
    `${shell.colours.red(code)} (${String(status)})`,
    `  ${messages.tr}`,
    `  ${messages.en}`,
    ...members,
  ];
}

function fieldRows(
  shell: Shell,
  data: Readonly<Record<string, Value>>,
  operation: Operation | undefined,
): string[][] {
  const fields = operation?.output ?? [];
  const others = Object.keys(data).filter((id) => !fields.some((field) => field.id === id));
  return [
    ...fields
      .filter(({ id }) => id in data)
      .map((field) => [tell(shell, field.label), valueText(shell, data[field.id], field)]),
    ...others.map((id) => [id, valueText(shell, data[id])]),
  ];
}

function valueText(shell: Shell, value: Value, field?: OutputField): string {
  if (value === null || value === undefined) return tell(shell, NOT_REPORTED);
  const code = field?.type === 'code' ? field.values.find((one) => one.code === value) : undefined;
  return code === undefined ? String(value) : tell(shell, code.label);
}

const FOUND = { tr: 'Kayıt bulundu', en: 'Found' };
const NOT_FOUND = { tr: 'Kayıt bulunamadı', en: 'Not found' };
const NOT_REPORTED = { tr: 'bildirilmemiş', en: 'not reported' };
