import { type Command } from 'commander';
import { type ArchiveTarget, type BackupDesk, type MadeBackup } from './backup-desk.ts';
import { collect, registerBackupCheck } from './backup-check.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { UsageError } from './command-error.ts';
import { type ActReceipt, type Administration } from '../gateway/administration.ts';
import { signBytes } from '../identity/operator-key.ts';
import { actingOperator, perform, signedBy, type SigningOptions, withAdministration } from './perform.ts';
import { sizeText, showSteps } from './progress-text.ts';
import { type Register } from './program.ts';
import { registerRestore } from './restore.ts';
import { type ExitCode, outJson, outLines, type Shell, tell } from './shell.ts';
import { VERDICT_EXIT, verdictText } from './verify-text.ts';

interface Options extends SigningOptions {
  readonly to?: string;
  readonly recipient?: readonly string[];
  readonly keysTo?: string;
  readonly keysRecipient?: readonly string[];
}

/** `backup`, `backup check` and `restore`. @param open called once, by the command that runs */
export function backupCommands(open: () => Promise<BackupDesk>): Register {
  return (program, context) => {
    registerBackup(program, context, open);
    registerRestore(program, context, open);
  };
}

function registerBackup(program: Command, context: CommandContext, open: () => Promise<BackupDesk>): void {
  const { shell } = context;
  const command = addCommand(program, context, {
    usage: 'backup',
    summary: {
      tr: 'veritabanını, kanıtı, protokolleri ve ayarları çalışan geçidin yanında yedekler: doğrulanmış, imzalı, age ile şifreli; anahtarlar ayrı',
      en: 'backs up database, evidence, agreements and settings beside the running gateway: verified, signed, encrypted with age; keys apart',
    },
    examples: [
      'backup --to /backup --recipient age1…',
      'backup --to /backup --keys-to /safe --keys-recipient age1…',
      'backup check /backup/gecit.tar.age --identity data.identity',
    ],
  });
  command.option('--to <path>', tell(shell, TO));
  command.option('--recipient <age1…>', tell(shell, RECIPIENT), collect);
  command.option('--keys-to <path>', tell(shell, KEYS_TO));
  command.option('--keys-recipient <age1…>', tell(shell, KEYS_RECIPIENT), collect);
  does<Options>(signedBy(command, context), context, async (options) =>
    withAdministration(context, async (administration) => {
      const { made, receipt } = await backUp(context, administration, options, await open());
      if (options.json === true) outJson(shell, jsonOf(made, receipt));
      else outLines(shell, textOf(shell, made, receipt));
      return exitOf(shell, made);
    }),
  );
  registerBackupCheck(command, context, open);
}

interface Done {
  readonly made: MadeBackup;
  readonly receipt: ActReceipt;
}

/** Recorded first: the copy holds the record of its own making. */
async function backUp(
  context: CommandContext,
  administration: Administration,
  options: Options,
  desk: BackupDesk,
): Promise<Done> {
  const { key, operator } = await actingOperator(context, administration, options);
  context.ports.stepAside();
  const prepared = desk.prepare(orderOf(options));
  try {
    const { id, data, keys } = prepared;
    const receipt = await perform(context, administration, options, {
      action: 'backup.create',
      details: {
        backup: id,
        to: data.to,
        recipients: data.recipients,
        keysTo: keys?.to ?? null,
        keysRecipients: keys?.recipients ?? null,
      },
      facts: { backup: id, keys: keys === undefined ? 'no' : 'apart' },
    });
    const sign = (bytes: Buffer): string => signBytes(bytes, key);
    const signer = { operator: operator.id, publicKey: operator.publicKey, sign };
    const made = await prepared.make(signer, showSteps(context.shell));
    context.shell.progress('');
    return { made, receipt };
  } finally {
    prepared.release();
  }
}

function orderOf({ to, recipient = [], keysTo, keysRecipient = [] }: Options): {
  data: ArchiveTarget;
  keys: ArchiveTarget | undefined;
} {
  if (to === undefined) throw new UsageError(WHERE);
  if (keysTo === undefined && keysRecipient.length > 0) throw new UsageError(KEYS_WHERE);
  return {
    data: { to, recipients: recipient },
    keys: keysTo === undefined ? undefined : { to: keysTo, recipients: keysRecipient },
  };
}

function textOf(
  shell: Shell,
  { id, data, keys, report, manifest, unsigned }: MadeBackup,
  receipt: ActReceipt,
): string[] {
  const file = (name: string, one: typeof data): string[] => [
    `${shell.colours.bold(name)}  ${one.file} (${sizeText(one.size)})`,
    `  SHA-256: ${one.sha256}`,
  ];
  return [
    ...file(tell(shell, { tr: 'YEDEK', en: 'BACKUP' }), data),
    ...manifest.logs.map(({ origin, size }) => `  ${origin}: ${String(size)}`),
    `  ${verdictText(shell, report.verdict)}`,
    ...(keys === null ? [] : file(tell(shell, { tr: 'ANAHTARLAR', en: 'KEYS' }), keys)),
    ...(unsigned === null ? [] : [`  ${unsigned}: ${tell(shell, UNSIGNED)}`]),
    `  ${tell(shell, { tr: 'Kimlik', en: 'Id' })}: ${id}`,
    `  ${tell(shell, { tr: 'Kayıt', en: 'Record' })}: ${receipt.origin} #${String(receipt.index)}`,
  ];
}

function jsonOf({ id, data, keys, report, manifest, unsigned }: MadeBackup, receipt: ActReceipt): object {
  const { startedAt, finishedAt, findings, logs } = manifest;
  const { verdict } = report;
  return { id, startedAt, finishedAt, data, keys, verdict, findings, logs, unsigned, record: receipt };
}

/** A backup of a log that does not verify is kept all the same, and must not look like a good one. */
function exitOf(shell: Shell, { report, manifest }: MadeBackup): ExitCode {
  const { verdict } = report;
  // What an earlier restore lost is known and on record: no news that each night has to alarm about.
  const admitted = verdict === 'incomplete' && manifest.findings.every((code) => ADMITTED.has(code));
  if (verdict === 'sound' || admitted) return 0;
  shell.err(shell.colours.red(tell(shell, NOT_SOUND)));
  return VERDICT_EXIT[verdict];
}

const ADMITTED: ReadonlySet<string> = new Set(['cut-by-restore', 'cut-unknown', 'previous-not-sealed']);
const TO = {
  tr: 'yedeğin yazılacağı klasör ya da dosya; var olan dosyanın üzerine yazılmaz',
  en: 'folder or file to write the backup to; no file is written over',
};
const RECIPIENT = {
  tr: 'yedeği açabilecek age alıcısı; birden çok verilebilir (yoksa ayarlardaki)',
  en: 'age recipient who can open the backup; may be given several times (else those of the settings)',
};
const KEYS_TO = {
  tr: 'anahtarları ayrı bir yedeğe, bu klasöre ya da dosyaya yazar',
  en: 'writes the keys to a backup of their own, in this folder or file',
};
const KEYS_RECIPIENT = {
  tr: 'anahtar yedeğini açabilecek age alıcısı; verininkinden başka olmalı',
  en: 'age recipient who can open the backup of keys; never one of the data',
};
const WHERE = {
  tr: 'Yedeğin yazılacağı yeri --to ile verin.',
  en: 'Say where to write the backup with --to.',
};
const KEYS_WHERE = {
  tr: 'Anahtar yedeğinin yazılacağı yeri --keys-to ile verin.',
  en: 'Say where to write the backup of keys with --keys-to.',
};
const UNSIGNED = {
  tr: 'en yeni kayıtlar yedekten önce imzalanamadı; yedekteki son kontrol noktası onları kapsamıyor',
  en: 'the newest records could not be signed before the backup; no checkpoint in it covers them',
};
const NOT_SOUND = {
  tr: 'Yedek alındı, ama içindeki günlük sağlam değil. "gecit audit verify" ile inceleyin; eski yedekleri silmeyin.',
  en: 'The backup was made, but the log in it is not sound. Examine it with "gecit audit verify", and delete no older backup.',
};
