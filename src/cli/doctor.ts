import { type Command } from 'commander';
import { FaultsError } from '../shared/fault.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { checkAgreements } from './doctor/check-agreements.ts';
import { checkCertificates } from './doctor/check-certificates.ts';
import { checkLog } from './doctor/check-log.ts';
import { checkPlace } from './doctor/check-place.ts';
import { checkSources } from './doctor/check-sources.ts';
import { type Check, type Finding } from './doctor/finding.ts';
import { describeThrown } from './run-command.ts';
import { type Shell, outJson, tell } from './shell.ts';

/** In the order in which a fault would hide the next one. */
const CHECKS: readonly Check[] = [checkPlace, checkCertificates, checkLog, checkAgreements, checkSources];

export function registerDoctor(program: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(program, context, {
    usage: 'doctor',
    summary: {
      tr: 'ayarları, klasörleri, anahtarları, sertifikaları ve kaynakları denetler',
      en: 'checks settings, folders, keys, certificates and sources',
    },
    examples: ['doctor', 'doctor --json'],
  });
  does(command, context, async ({ json }) => {
    const findings: Finding[] = [];
    for (const check of CHECKS) findings.push(...(await ran(check, context)));
    if (json === true) outJson(shell, findings);
    else
      findings.forEach((finding) => {
        print(shell, finding);
      });
    return findings.some(({ status }) => status === 'fail') ? 1 : 0;
  });
}

/** A check that cannot run is a finding, not the end of the examination. */
async function ran(check: Check, context: CommandContext): Promise<readonly Finding[]> {
  try {
    return await check(context);
  } catch (thrown) {
    if (thrown instanceof FaultsError) {
      return thrown.faults.map(({ file, line, key, message, remedy }) => {
        const what = [line > 0 ? `${file}:${String(line)}` : file, key]
          .filter((part) => part !== '')
          .join(' ');
        return { what, status: 'fail' as const, message, remedy };
      });
    }
    return [{ what: check.name, status: 'fail', message: describeThrown(thrown).messages }];
  }
}

function print(shell: Shell, { what, status, message, remedy }: Finding): void {
  const paint = { ok: shell.colours.green, warn: shell.colours.yellow, fail: shell.colours.red }[status];
  const advice = remedy === undefined || status === 'ok' ? '' : `. ${tell(shell, remedy)}`;
  shell.out(`${paint(status.padEnd(4))}  ${what}: ${tell(shell, message)}${advice}`);
}
