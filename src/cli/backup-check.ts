import { type Command } from 'commander';
import { type BackupDesk, type CheckedBackup } from './backup-desk.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { UsageError } from './command-error.ts';
import { showSteps } from './progress-text.ts';
import { outJson, outLines, type Shell, tell } from './shell.ts';
import { readTerms, type TrustFlags } from './verify-terms.ts';
import { reportText, VERDICT_EXIT } from './verify-text.ts';

/** Where an archive of keys is, and who may open it. */
export interface KeysFlags {
  readonly keys?: string;
  readonly keysIdentity?: string;
}

interface Options extends KeysFlags, Pick<TrustFlags, 'checkpoint' | 'key' | 'roots'> {
  readonly identity?: string;
}

export function registerBackupCheck(
  group: Command,
  context: CommandContext,
  open: () => Promise<BackupDesk>,
): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'check <file>',
    summary: {
      tr: 'bir yedeği açar, her parçasını ve içindeki günlüğü baştan doğrular; geçide ihtiyaç duymaz, hiçbir şeyi yerine koymaz',
      en: 'opens a backup, proves every part and the log in it anew; needs no gateway and puts nothing in place',
    },
    examples: [
      'backup check /backup/gecit.tar.age --identity data.identity',
      'backup check gecit.tar.age --identity data.identity --keys keys.tar.age --keys-identity keys.identity --key keys.vkey',
    ],
  });
  addIdentities(command, shell);
  addKept(command, shell);
  command.option('--roots <file>', tell(shell, ROOTS));
  does<Options>(command, context, async (options, [file = '']) => {
    if (options.identity === undefined) throw new UsageError(WHO);
    const { given, keys: logKeys } = readTerms(options, context.ports.clock.now());
    const desk = await open();
    const checked = await desk.check(
      {
        data: { file, identity: options.identity },
        keys: keysOf(options),
        trusted: { checkpoints: given, logKeys },
        roots: options.roots ?? null,
      },
      showSteps(shell),
    );
    shell.progress('');
    if (options.json === true) outJson(shell, checked);
    else outLines(shell, textOf(shell, checked));
    return VERDICT_EXIT[checked.report.verdict];
  });
}

/** @throws UsageError when only one of the two is given */
export function keysOf({ keys, keysIdentity }: KeysFlags): { file: string; identity: string } | undefined {
  if (keys === undefined && keysIdentity === undefined) return undefined;
  if (keys === undefined || keysIdentity === undefined) throw new UsageError(BOTH);
  return { file: keys, identity: keysIdentity };
}

export function addIdentities(command: Command, shell: Shell): void {
  command.option('--identity <file>', tell(shell, IDENTITY));
  command.option('--keys <file>', tell(shell, KEYS));
  command.option('--keys-identity <file>', tell(shell, KEYS_IDENTITY));
}

/** What was kept elsewhere. */
export function addKept(command: Command, shell: Shell): void {
  command.option('--checkpoint <file>', tell(shell, CHECKPOINT), collect);
  command.option('--key <key>', tell(shell, KEY), collect);
}

function textOf(shell: Shell, { manifest, signature, report, keysMissing }: CheckedBackup): string[] {
  const { id, startedAt, verdict, members } = manifest;
  return [
    `${tell(shell, { tr: 'Yedek', en: 'Backup' })}: ${id}, ${startedAt}`,
    `${tell(shell, { tr: 'parça', en: 'members' })}: ${String(members.length)}`,
    `${tell(shell, { tr: 'imzalayan', en: 'signed by' })}: ${signature.operator}`,
    `${tell(shell, { tr: 'alındığında', en: 'when it was made' })}: ${verdict ?? '-'}`,
    ...(keysMissing === null
      ? []
      : [`${tell(shell, MISSING)}: ${keysMissing.length === 0 ? '-' : keysMissing.join(', ')}`]),
    '',
    ...reportText(shell, report),
  ];
}

/** Gathers an option that may be given several times. */
export function collect(item: string, before: readonly string[] = []): readonly string[] {
  return [...before, item];
}

const IDENTITY = {
  tr: 'yedeği açan age kimliğinin dosyası',
  en: 'file of the age identity that opens the backup',
};
const KEYS = { tr: 'anahtar yedeği', en: 'the backup of keys' };
const KEYS_IDENTITY = {
  tr: 'anahtar yedeğini açan age kimliğinin dosyası',
  en: 'file of the age identity that opens the backup of keys',
};
const CHECKPOINT = {
  tr: 'dışarıda saklanmış kontrol noktası ya da .tlog-proof; birden çok verilebilir',
  en: 'checkpoint or .tlog-proof that was kept elsewhere; may be given several times',
};
const KEY = {
  tr: 'günlüğün dışarıda saklanmış anahtarı ya da anahtar dosyası; birden çok verilebilir',
  en: 'key of the log that was kept elsewhere, or a file of keys; may be given several times',
};
const ROOTS = {
  tr: 'zaman damgası sağlayıcısının kök sertifikaları (PEM)',
  en: 'root certificates of the time-stamp authority (PEM)',
};
const MISSING = { tr: 'anahtar yedeğinde eksik', en: 'missing in the backup of keys' };
const WHO = {
  tr: 'Yedeği açan age kimliğinin dosyasını --identity ile verin.',
  en: 'Give the file of the age identity that opens the backup with --identity.',
};
const BOTH = {
  tr: '--keys ile --keys-identity birlikte verilir.',
  en: '--keys and --keys-identity go together.',
};
