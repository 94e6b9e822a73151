import { type Command } from 'commander';
import { registerAuditSearch } from './audit-search.ts';
import { registerAuditShow } from './audit-show.ts';
import { registerAuditVerify } from './audit-verify.ts';
import { addGroup, type CommandContext } from './command.ts';

export function registerAudit(program: Command, context: CommandContext): void {
  const group = addGroup(program, context, 'audit', {
    tr: 'iz kayıtları: doğrulama, okuma, arama',
    en: 'audit records: verify, show, search',
  });
  registerAuditVerify(group, context);
  registerAuditShow(group, context);
  registerAuditSearch(group, context);
}
