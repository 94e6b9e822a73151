import { type Command } from 'commander';
import { addGroup, type CommandContext } from './command.ts';
import { registerQuotaSet } from './quota-set.ts';
import { registerQuotaShow } from './quota-show.ts';

export function registerQuota(program: Command, context: CommandContext): void {
  const group = addGroup(program, context, 'quota', {
    tr: 'günlük kotalar ve kullanım',
    en: 'daily quotas and their use',
  });
  registerQuotaShow(group, context);
  registerQuotaSet(group, context);
}
