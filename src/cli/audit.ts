import { type Command } from 'commander';
import { registerAuditConsistency, registerAuditProve } from './audit-prove.ts';
import { registerAuditDestroy } from './audit-destroy.ts';
import { registerAuditHold } from './audit-hold.ts';
import { registerAuditRollover } from './audit-rollover.ts';
import { registerAuditSeal } from './audit-seal.ts';
import { registerAuditSearch } from './audit-search.ts';
import { registerAuditShow } from './audit-show.ts';
import { registerAuditVerify } from './audit-verify.ts';
import { registerAuditWitness } from './audit-witness.ts';
import { addGroup, type CommandContext } from './command.ts';

export function registerAudit(program: Command, context: CommandContext): void {
  const group = addGroup(program, context, 'audit', {
    tr: 'iz kayıtları: doğrulama, mühürleme, okuma, arama',
    en: 'audit records: verify, seal, show, search',
  });
  registerAuditVerify(group, context);
  registerAuditProve(group, context);
  registerAuditConsistency(group, context);
  registerAuditSeal(group, context);
  registerAuditRollover(group, context);
  registerAuditHold(group, context);
  registerAuditDestroy(group, context);
  registerAuditShow(group, context);
  registerAuditSearch(group, context);
  registerAuditWitness(group, context);
}
