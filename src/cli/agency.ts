import { type Command } from 'commander';
import { registerAgencyAdd } from './agency-add.ts';
import { registerAgencyCert } from './agency-cert.ts';
import { registerAgencyRevoke } from './agency-revoke.ts';
import { addGroup, type CommandContext } from './command.ts';

export function registerAgency(program: Command, context: CommandContext): void {
  const group = addGroup(program, context, 'agency', {
    tr: 'kurumlar ve istemci sertifikaları',
    en: 'agencies and their client certificates',
  });
  registerAgencyAdd(group, context);
  registerAgencyCert(group, context);
  registerAgencyRevoke(group, context);
}
