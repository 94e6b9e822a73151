import { type Command } from 'commander';
import { addCommand, type CommandContext, does } from './command.ts';
import { RefusedError } from './command-error.ts';
import { perform, signedBy, type SigningOptions, withAdministration } from './perform.ts';
import { reportAct } from './report-act.ts';

export function registerOperatorEnd(group: Command, context: CommandContext): void {
  const command = addCommand(group, context, {
    usage: 'end <operator>',
    summary: { tr: 'bir operatörün yetkisini sona erdirir', en: "ends an operator's authority" },
    examples: ['operator end ayse.demir'],
  });
  does<SigningOptions>(signedBy(command, context), context, async (options, [id = '']) =>
    withAdministration(context, async (administration) => {
      const active = (await administration.operators()).filter(({ endedAt }) => endedAt === null);
      if (!active.some((operator) => operator.id === id)) throw new RefusedError(UNKNOWN);
      if (active.length === 1) throw new RefusedError(LAST);
      const at = context.ports.clock.now();
      const receipt = await perform(context, administration, options, {
        action: 'operator.end',
        details: { operator: id },
        changes: [{ kind: 'end-operator', operatorId: id, at }],
      });
      return reportAct(context.shell, options, receipt, {
        tr: `${id} artık operatör değil.`,
        en: `${id} is no longer an operator.`,
      });
    }),
  );
}

const UNKNOWN = {
  tr: 'Bu kimlikte görevi süren bir operatör yok. gecit operator list ile bakın.',
  en: 'No operator with this id may act. See gecit operator list.',
};
const LAST = {
  tr: 'Son operatörün yetkisi sona erdirilemez. Önce yenisini ekleyin.',
  en: 'The last operator cannot be ended. Add another one first.',
};
