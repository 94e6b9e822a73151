import { type Command } from 'commander';
import { type Sentence } from '../shared/problem.ts';
import { table } from './columns.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { withAdministration } from './perform.ts';
import { type QuotaLine, quotaLines } from './quota-lines.ts';
import { outJson, outLines, type Shell, tell } from './shell.ts';

export function registerQuotaShow(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'show [agreement]',
    summary: { tr: 'bugünkü kullanımı ve sınırları gösterir', en: "shows today's use and limits" },
    examples: ['quota show', 'quota show tr-iskur-cgm-2024 --json'],
  });
  does(command, context, async ({ json }, [agreementId]) =>
    withAdministration(context, async (administration) => {
      const all = await quotaLines(administration, context.ports.clock.now());
      const lines = all.filter(({ agreement }) => agreementId === undefined || agreement === agreementId);
      if (json === true) outJson(shell, lines);
      else
        outLines(
          shell,
          table(
            shell,
            HEADINGS,
            lines.map((line) => cells(shell, line)),
          ),
        );
      return 0;
    }),
  );
}

function cells(shell: Shell, line: QuotaLine): string[] {
  const limit = line.lowered ?? line.ceiling;
  return [
    line.agreement,
    line.day,
    tell(shell, KINDS[line.kind]),
    line.clientId ?? line.id,
    `${String(line.used)}/${String(limit)}`,
    String(line.ceiling),
  ];
}

const KINDS: Readonly<Record<QuotaLine['kind'], Sentence>> = {
  agreement: { tr: 'protokol', en: 'agreement' },
  agency: { tr: 'kurum', en: 'agency' },
  official: { tr: 'personel', en: 'official' },
};
const HEADINGS = [
  { tr: 'protokol', en: 'agreement' },
  { tr: 'gün', en: 'day' },
  { tr: 'kapsam', en: 'scope' },
  { tr: 'kimin', en: 'whose' },
  { tr: 'kullanım/sınır', en: 'used/limit' },
  { tr: 'tavan', en: 'ceiling' },
];
