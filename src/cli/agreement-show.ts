import { type Command } from 'commander';
import { type Agreement } from '../agreement/agreement.ts';
import { agreementState } from './agreement-state.ts';
import { agreementText } from './agreement-text.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { RefusedError } from './command-error.ts';
import { withAdministration } from './perform.ts';
import { outJson, outLines } from './shell.ts';

export function registerAgreementShow(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'show <agreement>',
    summary: {
      tr: 'bir protokolün taraflarını, amaçlarını, işlemlerini, kotalarını ve süresini gösterir',
      en: 'shows the parties, purposes, operations, quotas and term of an agreement',
    },
    examples: ['agreement show tr-iskur-cgm-2024'],
  });
  does(command, context, async ({ json }, [id = '']) =>
    withAdministration(context, async (administration) => {
      const activation = (await administration.standing()).activation(id);
      const agreement = pick(
        administration.agreements.filter((one) => one.id === id),
        activation?.hash,
      );
      const state = agreementState(agreement, activation, context.ports.clock.now());
      if (json === true) outJson(shell, { ...agreement, state });
      else outLines(shell, agreementText(shell, agreement, state));
      return 0;
    }),
  );
}

/** The signed version, else the newest. */
function pick(versions: readonly Agreement[], hash: string | undefined): Agreement {
  const agreement = versions.find((one) => one.hash === hash) ?? versions.at(-1);
  if (agreement === undefined) throw new RefusedError(UNKNOWN);
  return agreement;
}

const UNKNOWN = {
  tr: 'Bu kimlikte bir protokol yok. gecit agreement list ile bakın.',
  en: 'There is no agreement with this id. See gecit agreement list.',
};
