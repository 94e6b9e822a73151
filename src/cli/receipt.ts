import { type Command } from 'commander';
import { addGroup, type CommandContext } from './command.ts';
import { registerReceiptCheck } from './receipt-check.ts';

export function registerReceipt(program: Command, context: CommandContext): void {
  const group = addGroup(program, context, 'receipt', {
    tr: 'yanıt makbuzları: geçide sormadan denetleme',
    en: 'receipts of answers: check without asking the gateway',
  });
  registerReceiptCheck(group, context);
}
