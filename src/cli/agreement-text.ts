import { type Agreement, type Operation, type OutputField } from '../agreement/agreement.ts';
import { type AgreementState } from './agreement-state.ts';
import { columns } from './columns.ts';
import { type Shell, tell } from './shell.ts';

/** An agreement as a person reads it. */
export function agreementText(shell: Shell, agreement: Agreement, state: AgreementState): string[] {
  const title = shell.colours.bold(tell(shell, agreement.title));
  return [
    title,
    `${agreement.id} v${String(agreement.version)}  ${agreement.hash}`,
    ...section(shell, { tr: 'Durum', en: 'State' }, stateRows(shell, state)),
    ...section(
      shell,
      { tr: 'Taraflar', en: 'Parties' },
      agreement.parties.map(({ id, name, role }) => [id, tell(shell, name), role]),
    ),
    ...section(
      shell,
      { tr: 'Amaçlar', en: 'Purposes' },
      agreement.purposes.map(({ id, name }) => [id, tell(shell, name)]),
    ),
    ...agreement.operations.flatMap((operation) => operationText(shell, operation)),
    ...section(shell, { tr: 'Günlük kotalar', en: 'Daily quotas' }, quotaRows(shell, agreement)),
  ];
}

type Row = readonly string[];

function section(shell: Shell, title: { tr: string; en: string }, rows: readonly Row[]): string[] {
  return ['', shell.colours.bold(tell(shell, title)), ...columns(rows).map((line) => `  ${line}`)];
}

function stateRows(shell: Shell, { inForce, words, term }: AgreementState): Row[] {
  const paint = inForce ? shell.colours.green : shell.colours.yellow;
  const rows: Row[] = [[paint(tell(shell, words))]];
  if (term === undefined) return rows;
  const next = term.renews
    ? { tr: 'ihbar olmazsa kendiliğinden uzar', en: 'renews by itself unless notice is given' }
    : { tr: 'uzamaz', en: 'does not renew' };
  rows.push([`${term.start} … ${term.end}, ${tell(shell, next)}`]);
  const notice = tell(shell, { tr: 'ihbar için son gün', en: 'last day for notice' });
  if (term.renews) rows.push([`${notice}: ${term.lastDayForNotice}`]);
  return rows;
}

function operationText(shell: Shell, operation: Operation): string[] {
  const title = { tr: `İşlem ${operation.id}`, en: `Operation ${operation.id}` };
  const way = `${operation.provider} → ${operation.consumer}`;
  const rows: Row[] = [
    [tell(shell, operation.name), `${operation.annex}, ${way}`],
    ...operation.input.map((field) => [`→ ${field.id}`, field.type, tell(shell, field.label)]),
    ...operation.output.map((field) => [`← ${field.id}`, fieldType(shell, field), tell(shell, field.label)]),
  ];
  return section(shell, title, rows);
}

function fieldType(shell: Shell, field: OutputField): string {
  const empty = tell(shell, { tr: ' (boş olabilir)', en: ' (may be null)' });
  return `${field.type}${field.nullable ? empty : ''}`;
}

function quotaRows(shell: Shell, { quotas }: Agreement): Row[] {
  return [
    [tell(shell, { tr: 'protokol', en: 'agreement' }), String(quotas.agreement)],
    [tell(shell, { tr: 'kurum', en: 'agency' }), String(quotas.agency)],
    [tell(shell, { tr: 'personel', en: 'official' }), String(quotas.official)],
  ];
}
