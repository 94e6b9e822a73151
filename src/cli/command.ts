import { type Command } from 'commander';
import { type Sentence } from '../shared/problem.ts';
import { type CommandPorts } from './command-ports.ts';
import { type OutputFlags, runCommand } from './run-command.ts';
import { type ExitCode, type Shell, tell } from './shell.ts';

/** What every command is handed. */
export interface CommandContext {
  readonly shell: Shell;
  readonly ports: CommandPorts;
  readonly version: string;
  /** Told once, by the command that ran. */
  finish(code: ExitCode): void;
}

export interface CommandText {
  /** Name and arguments in commander's notation, e.g. `end <operator>`. */
  readonly usage: string;
  readonly summary: Sentence;
  /** What follows `gecit `. */
  readonly examples: readonly string[];
}

/** A command that does something: knows --json and --debug, and explains itself with examples. */
export function addCommand(parent: Command, { shell }: CommandContext, text: CommandText): Command {
  const examples = text.examples.map((example) => `  npx gecit ${example}`);
  return parent
    .command(text.usage)
    .description(tell(shell, text.summary))
    .option('--json', tell(shell, { tr: 'makine için JSON yazar', en: 'writes JSON for a machine' }))
    .option('--debug', tell(shell, { tr: 'hatanın ayrıntısını yazar', en: 'writes the details of an error' }))
    .addHelpText('after', `\n${tell(shell, { tr: 'Örnekler:', en: 'Examples:' })}\n${examples.join('\n')}`);
}

/** A command that only holds others, e.g. `operator`. */
export function addGroup(
  parent: Command,
  { shell }: CommandContext,
  name: string,
  summary: Sentence,
): Command {
  return parent.command(name).description(tell(shell, summary)).helpCommand(false);
}

/** Sets what the command does; `work` gets its options and its positional arguments. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names what commander has parsed
export function does<Options>(
  command: Command,
  context: CommandContext,
  work: (options: Options & OutputFlags, args: readonly string[]) => Promise<ExitCode>,
): void {
  command.action(async () => {
    // A command above that does something by itself has read the options that both know.
    const options = command.optsWithGlobals<Options & OutputFlags>();
    context.finish(await runCommand(context.shell, options, async () => work(options, command.args)));
  });
}
