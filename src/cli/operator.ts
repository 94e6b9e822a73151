import { type Command } from 'commander';
import { addGroup, type CommandContext } from './command.ts';
import { registerOperatorAdd } from './operator-add.ts';
import { registerOperatorEnd } from './operator-end.ts';
import { registerOperatorList } from './operator-list.ts';

export function registerOperator(program: Command, context: CommandContext): void {
  const group = addGroup(program, context, 'operator', {
    tr: 'bu komut satırını kullanan kişiler',
    en: 'people who use this command line',
  });
  registerOperatorAdd(group, context);
  registerOperatorList(group, context);
  registerOperatorEnd(group, context);
}
