import { type Command } from 'commander';
import { table } from './columns.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { dateTime } from './date-time.ts';
import { withAdministration } from './perform.ts';
import { outJson, outLines, tell } from './shell.ts';

export function registerOperatorList(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'list',
    summary: { tr: 'operatörleri listeler', en: 'lists the operators' },
    examples: ['operator list', 'operator list --json'],
  });
  does(command, context, async ({ json }) =>
    withAdministration(context, async (administration) => {
      const operators = await administration.operators();
      if (json === true) {
        outJson(shell, operators);
        return 0;
      }
      const zone = context.ports.place().timeZone;
      const active = tell(shell, { tr: 'görevde', en: 'may act' });
      const ended = tell(shell, { tr: 'sona erdi', en: 'ended' });
      const rows = operators.map(({ id, name, addedAt, endedAt }) => [
        id,
        name,
        dateTime(addedAt, zone),
        endedAt === null ? active : `${ended} ${dateTime(endedAt, zone)}`,
      ]);
      outLines(shell, table(shell, HEADINGS, rows));
      return 0;
    }),
  );
}

const HEADINGS = [
  { tr: 'operatör', en: 'operator' },
  { tr: 'adı soyadı', en: 'name' },
  { tr: 'kayıt', en: 'added' },
  { tr: 'durum', en: 'state' },
];
