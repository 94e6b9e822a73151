import { type Command } from 'commander';
import { addCommand, type CommandContext, does } from './command.ts';
import { RefusedError } from './command-error.ts';
import { checkId } from './identifier.ts';
import { perform, signedBy, type SigningOptions, withAdministration } from './perform.ts';
import { reportAct } from './report-act.ts';
import { tell } from './shell.ts';

interface Options extends SigningOptions {
  readonly name: string;
}

export function registerAgencyAdd(group: Command, context: CommandContext): void {
  const command = addCommand(group, context, {
    usage: 'add <agency>',
    summary: { tr: 'bir kurum kaydeder', en: 'registers an agency' },
    examples: ['agency add cgm --name "Çalışma Genel Müdürlüğü"'],
  }).requiredOption('--name <name>', tell(context.shell, { tr: 'kurumun adı', en: 'name of the agency' }));
  does<Options>(signedBy(command, context), context, async (options, [id = '']) =>
    withAdministration(context, async (administration) => {
      checkId(id);
      const { agencies } = await administration.identityRows();
      if (agencies.some((agency) => agency.id === id)) throw new RefusedError(KNOWN);
      const receipt = await perform(context, administration, options, {
        action: 'agency.add',
        details: { agency: id, name: options.name },
        changes: [{ kind: 'add-agency', agency: { id, name: options.name } }],
      });
      return reportAct(context.shell, options, receipt, {
        tr: `${id} kaydedildi.`,
        en: `${id} is registered.`,
      });
    }),
  );
}

const KNOWN = {
  tr: 'Bu kimlikte bir kurum zaten kayıtlı. Sertifikası için gecit agency cert kullanın.',
  en: 'An agency with this id is registered already. Use gecit agency cert for its certificate.',
};
