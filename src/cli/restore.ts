import { type Command } from 'commander';
import { BackupError } from '../backup/backup-error.ts';
import { countLost, lostText } from '../backup/lost-records.ts';
import { type LeafFacts } from '../audit/leaf.ts';
import { type Administration } from '../gateway/administration.ts';
import { addIdentities, addKept, collect, keysOf, type KeysFlags } from './backup-check.ts';
import { type BackupDesk, type RestoreOrder, type StagedRestore } from './backup-desk.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { UsageError } from './command-error.ts';
import { actingOperator, signAct, signedBy, type SigningOptions } from './perform.ts';
import { showSteps } from './progress-text.ts';
import { type Recorded, restoredJson, restoredText } from './restore-text.ts';
import { type OutputFlags } from './run-command.ts';
import { type ExitCode, outJson, outLines, tell } from './shell.ts';
import { readTerms, type TrustFlags } from './verify-terms.ts';

interface Options extends SigningOptions, OutputFlags, KeysFlags, Pick<TrustFlags, 'checkpoint' | 'key'> {
  readonly identity?: string;
  readonly replace?: boolean;
  readonly certificate?: readonly string[];
  readonly acceptLost?: string;
  readonly nothingFollowed?: boolean;
}

export function registerRestore(
  program: Command,
  context: CommandContext,
  open: () => Promise<BackupDesk>,
): void {
  const { shell } = context;
  const command = addCommand(program, context, {
    usage: 'restore [backup]',
    summary: {
      tr: 'bir yedeği doğrular ve boş bir yere koyar; günlüğü sessizce geri almaz. Yarıda kalmış bir dönüşü bitirir',
      en: 'proves a backup and puts it into an empty place; never takes a log back silently. Ends a restore that was interrupted',
    },
    examples: [
      'restore gecit.tar.age --identity data.identity --keys keys.tar.age --keys-identity keys.identity',
      'restore gecit.tar.age --identity data.identity --replace --checkpoint kept/checkpoint',
      'restore',
    ],
  });
  addIdentities(command, shell);
  addKept(command, shell);
  command.option('--replace', tell(shell, REPLACE));
  command.option('--certificate <file>', tell(shell, CERTIFICATE), collect);
  command.option('--accept-lost <records>', tell(shell, ACCEPT_LOST));
  command.option('--nothing-followed', tell(shell, NOTHING_FOLLOWED));
  does<Options>(signedBy(command, context), context, async (options, [file]) => {
    const desk = await open();
    const finished = await desk.finishInterrupted(showSteps(shell));
    if (finished !== undefined) return tellFinished(context, options, finished);
    return restore(context, options, desk, orderOf(options, file, context));
  });
}

async function restore(
  context: CommandContext,
  options: Options,
  desk: BackupDesk,
  order: RestoreOrder,
): Promise<ExitCode> {
  const { shell } = context;
  const staged = await desk.stageRestore(order, showSteps(shell));
  let recorded: Recorded;
  try {
    requireAccepted(staged, options.acceptLost);
    recorded = await record(context, options, staged);
  } catch (error) {
    await staged.discard();
    throw error;
  }
  const aside = await staged.putInPlace(showSteps(shell));
  shell.progress('');
  if (options.json === true) outJson(shell, restoredJson(staged, recorded, aside));
  else outLines(shell, restoredText(shell, staged, recorded, aside));
  return 0;
}

/** @throws BackupError RESTORE_LOST_RECORDS, RESTORE_LOSS_DIFFERS */
function requireAccepted({ lost }: StagedRestore, accepted: string | undefined): void {
  const count = String(countLost(lost));
  if (lost.length > 0 && accepted === undefined)
    throw new BackupError('RESTORE_LOST_RECORDS', { detail: `${count} – ${lostText(lost)}` });
  if (accepted !== undefined && accepted !== count)
    throw new BackupError('RESTORE_LOSS_DIFFERS', { detail: `${count} – ${lostText(lost)}` });
}

/** The first act of the restored gateway, made before it is in place: no gateway is ever there that does not say whence it came. */
async function record(context: CommandContext, options: Options, staged: StagedRestore): Promise<Recorded> {
  const administration = await staged.openAdministration();
  try {
    const { key, operator } = await actingOperator(context, administration, options);
    const at = new Date(context.ports.clock.now()).toISOString();
    const facts = factsOf(staged, administration, options.nothingFollowed === true);
    const statement = { action: 'backup.restore' as const, at, operator: operator.id, details: facts };
    const act = signAct(statement, key);
    if (!staged.opensNext) return { receipt: await administration.perform(act, [], facts), next: null };
    const restoredSize = staged.unknownBeyond ? facts.size : undefined;
    const { receipt, next } = await administration.rollOver(act, 'restore', { facts, restoredSize });
    return { receipt, next };
  } finally {
    await administration.close();
  }
}

function factsOf(
  { manifest, lost, keysErased }: StagedRestore,
  { origin }: Administration,
  nothingFollowed: boolean,
): LeafFacts & { readonly size: number } {
  return {
    backup: manifest.id,
    madeAt: manifest.startedAt,
    origin,
    size: manifest.logs.find((log) => log.origin === origin)?.size ?? 0,
    lost: countLost(lost),
    keysErased: keysErased.length,
    nothingFollowed: nothingFollowed ? 'stated' : null,
  };
}

function orderOf(options: Options, file: string | undefined, { ports }: CommandContext): RestoreOrder {
  const { identity, acceptLost } = options;
  if (file === undefined) throw new UsageError(WHICH);
  if (identity === undefined) throw new UsageError(WHO);
  if (acceptLost !== undefined && !/^\d{1,15}$/.test(acceptLost)) throw new UsageError(NUMBER);
  const { given, keys: logKeys } = readTerms(options, ports.clock.now());
  return {
    data: { file, identity },
    keys: keysOf(options),
    trusted: { checkpoints: given, logKeys },
    replace: options.replace === true,
    certificates: options.certificate ?? [],
    nothingFollowed: options.nothingFollowed === true,
  };
}

function tellFinished({ shell }: CommandContext, { json }: Options, backup: string): ExitCode {
  shell.progress('');
  if (json === true) outJson(shell, { finished: backup });
  else shell.out(`${tell(shell, FINISHED)} ${backup}`);
  return 0;
}

const REPLACE = {
  tr: 'yerde duranı kenara çeker; hiçbir şey silinmez',
  en: 'moves what stands in the place aside; nothing is deleted',
};
const CERTIFICATE = {
  tr: 'dışarıda saklanmış yok etme belgesi; birden çok verilebilir',
  en: 'certificate of a destruction that was kept elsewhere; may be given several times',
};
const ACCEPT_LOST = {
  tr: 'bu kadar imzalı ya da yazılmış kaydın kaybolduğunu kabul eder; günlük kapanır, sonraki açılır',
  en: 'accepts that so many records that were signed or written are lost; the log is closed and the next one opened',
};
const NOTHING_FOLLOWED = {
  tr: 'yedekten sonra hiçbir şey kaydedilmediğini beyan eder (ör. taşıma): günlük sürer; beyan kayda geçer',
  en: 'states that nothing was recorded after the backup (e.g. a move): the log goes on; the statement goes on record',
};
const FINISHED = {
  tr: 'Yarıda kalan dönüş bitirildi. Yedek:',
  en: 'The restore that was interrupted is finished. Backup:',
};
const WHICH = {
  tr: 'Dönülecek yedeği verin; yarıda kalmış bir dönüş yok.',
  en: 'Name the backup to restore; no restore was interrupted.',
};
const WHO = {
  tr: 'Yedeği açan age kimliğinin dosyasını --identity ile verin.',
  en: 'Give the file of the age identity that opens the backup with --identity.',
};
const NUMBER = {
  tr: '--accept-lost bir sayı alır: kaybolan kayıtların sayısı.',
  en: '--accept-lost takes a number: that of the records lost.',
};
