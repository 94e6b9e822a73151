import { Command, CommanderError } from 'commander';
import { registerAgency } from './agency.ts';
import { registerAgreement } from './agreement.ts';
import { registerAudit } from './audit.ts';
import { type CommandContext } from './command.ts';
import { registerDoctor } from './doctor.ts';
import { registerInit } from './init.ts';
import { registerOperator } from './operator.ts';
import { registerPersonnel } from './personnel.ts';
import { registerQuota } from './quota.ts';
import { registerQuery } from './query.ts';
import { registerReceipt } from './receipt.ts';
import { registerServe } from './serve.ts';
import { type ExitCode, tell } from './shell.ts';
import { usageSentence } from './usage-sentence.ts';

/** Adds a command of another file to the program. */
export type Register = (program: Command, context: CommandContext) => void;

const COMMANDS: readonly Register[] = [
  registerInit,
  registerServe,
  registerQuery,
  registerReceipt,
  registerOperator,
  registerAgreement,
  registerPersonnel,
  registerAgency,
  registerQuota,
  registerAudit,
  registerDoctor,
];

const TURKISH_TITLES: Readonly<Record<string, string>> = {
  'Usage:': 'Kullanım:',
  'Arguments:': 'Argümanlar:',
  'Options:': 'Seçenekler:',
  'Commands:': 'Komutlar:',
};

/**
 * Runs the command line once.
 * @param args what follows the name of the program
 * @param more commands that need more than the context
 */
export async function runProgram(
  args: readonly string[],
  context: Omit<CommandContext, 'finish'>,
  more: readonly Register[] = [],
): Promise<ExitCode> {
  let code: ExitCode = 0;
  const finish = (told: ExitCode): void => {
    code = told;
  };
  const program = createProgram({ ...context, finish }, more);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode === 0) return 0;
    if (thrown.code !== 'commander.help') context.shell.err(`gecit: ${usageSentence(context.shell, thrown)}`);
    return 2;
  }
}

/** Exported for the tests that read every command's help. */
export function createProgram(context: CommandContext, more: readonly Register[] = []): Command {
  const { shell } = context;
  const program = new Command('gecit')
    .description(
      tell(shell, {
        tr: 'Geçit: kurumlar arası veri paylaşım protokollerini uygulayan ağ geçidi.',
        en: 'Geçit: the gateway that enforces data-sharing agreements between agencies.',
      }),
    )
    .version(
      context.version,
      '-V, --version',
      tell(shell, { tr: 'sürümü gösterir', en: 'shows the version' }),
    )
    .exitOverride()
    .helpCommand(false)
    .helpOption('-h, --help', tell(shell, { tr: 'bu yardımı gösterir', en: 'shows this help' }))
    .configureOutput({
      writeOut: (text) => {
        shell.out(text.replace(/\n$/, ''));
      },
      writeErr: (text) => {
        shell.err(text.replace(/\n$/, ''));
      },
      outputError: () => undefined,
    })
    .configureHelp({
      styleTitle: (title) => (shell.language === 'tr' ? (TURKISH_TITLES[title] ?? title) : title),
    });
  for (const register of [...COMMANDS, ...more]) register(program, context);
  return program;
}
