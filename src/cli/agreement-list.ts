import { type Command } from 'commander';
import { agreementState } from './agreement-state.ts';
import { table } from './columns.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { withAdministration } from './perform.ts';
import { outJson, outLines, tell } from './shell.ts';

export function registerAgreementList(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'list',
    summary: { tr: 'protokolleri ve durumlarını listeler', en: 'lists agreements and their state' },
    examples: ['agreement list', 'agreement list --json'],
  });
  does(command, context, async ({ json }) =>
    withAdministration(context, async (administration) => {
      const now = context.ports.clock.now();
      const current = await administration.standing();
      const listed = administration.agreements.map((agreement) => ({
        agreement,
        state: agreementState(agreement, current.activation(agreement.id), now),
      }));
      if (json === true) {
        outJson(
          shell,
          listed.map(({ agreement: { id, version, hash, title }, state }) => ({
            id,
            version,
            hash,
            title,
            ...state,
          })),
        );
        return 0;
      }
      const rows = listed.map(({ agreement, state }) => [
        agreement.id,
        `v${String(agreement.version)}`,
        tell(shell, state.words),
        state.term === undefined ? '–' : `${state.term.start} … ${state.term.end}`,
        tell(shell, agreement.title),
      ]);
      outLines(shell, table(shell, HEADINGS, rows));
      return 0;
    }),
  );
}

const HEADINGS = [
  { tr: 'protokol', en: 'agreement' },
  { tr: 'sürüm', en: 'version' },
  { tr: 'durum', en: 'state' },
  { tr: 'dönem', en: 'term' },
  { tr: 'başlık', en: 'title' },
];
