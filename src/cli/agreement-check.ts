import { type Command } from 'commander';
import { agreementFiles, type AgreementFile, readAgreementFiles } from '../agreement/agreement-files.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { faultLine } from './run-command.ts';
import { outJson, type Shell, tell } from './shell.ts';

export function registerAgreementCheck(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'check [file...]',
    summary: {
      tr: 'protokol dosyalarını denetler; dosya verilmezse klasördeki her dosyayı',
      en: 'checks agreement files; without a file, all of the folder',
    },
    examples: ['agreement check', 'agreement check protocols/tr-iskur-cgm-2024.yaml --json'],
  });
  does(command, context, async ({ json }, files) => {
    const { protocols } = context.ports.place().folders;
    const findings = readAgreementFiles(files.length > 0 ? files : agreementFiles(protocols));
    if (json === true) outJson(shell, findings.map(asJson));
    else
      findings.forEach((finding) => {
        print(shell, finding);
      });
    return Promise.resolve(findings.every(({ faults }) => faults.length === 0) ? 0 : 1);
  });
}

function print(shell: Shell, { file, agreement, faults }: AgreementFile): void {
  for (const fault of faults) shell.out(faultLine(shell, fault));
  if (agreement === undefined || faults.length > 0) return;
  const sound = tell(shell, { tr: 'geçerli', en: 'valid' });
  shell.out(
    `${file}: ${shell.colours.green(sound)} – ${agreement.id} v${String(agreement.version)} ${agreement.hash}`,
  );
}

function asJson({ file, agreement, faults }: AgreementFile): object {
  return {
    file,
    id: agreement?.id ?? null,
    version: agreement?.version ?? null,
    hash: agreement?.hash ?? null,
    faults,
  };
}
