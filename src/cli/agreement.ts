import { type Command } from 'commander';
import { registerAgreementCheck } from './agreement-check.ts';
import { registerAgreementList } from './agreement-list.ts';
import { registerAgreementShow } from './agreement-show.ts';
import { addGroup, type CommandContext } from './command.ts';

export function registerAgreement(program: Command, context: CommandContext): void {
  const group = addGroup(program, context, 'agreement', {
    tr: 'protokoller: dosya, durum, içerik',
    en: 'agreements: file, state, content',
  });
  registerAgreementCheck(group, context);
  registerAgreementList(group, context);
  registerAgreementShow(group, context);
}
