import { type Command } from 'commander';
import { addGroup, type CommandContext } from './command.ts';
import { registerPersonnelEnd } from './personnel-end.ts';
import { registerPersonnelList } from './personnel-list.ts';

export function registerPersonnel(program: Command, context: CommandContext): void {
  const group = addGroup(program, context, 'personnel', {
    tr: 'yetkili personel (Ek-3)',
    en: 'officials who may query (Ek-3)',
  });
  registerPersonnelList(group, context);
  registerPersonnelEnd(group, context);
}
