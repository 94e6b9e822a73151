import { existsSync } from 'node:fs';
import { type Command } from 'commander';
import { type NodeReport } from '../audit/verify/report.ts';
import { type OpeningVault } from '../audit/verify/open-check.ts';
import { type Terms } from '../audit/verify/terms.ts';
import { verifySources } from '../evidence/verify/verify-sources.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { IncompleteError, UsageError } from './command-error.ts';
import { type StoredEvidence } from './command-ports.ts';
import { perform, signedBy, type SigningOptions, withAdministration } from './perform.ts';
import { type ExitCode, outJson, outLines, tell } from './shell.ts';
import { readRoots, readTerms, type TrustFlags } from './verify-terms.ts';
import { reportText, VERDICT_EXIT } from './verify-text.ts';

interface VerifyOptions extends TrustFlags, SigningOptions {
  readonly evidence?: string;
  readonly open?: boolean;
}

export function registerAuditVerify(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'verify',
    summary: {
      tr: 'bütün kayıtları, kökleri, imzaları ve zaman damgalarını baştan doğrular; hiçbir şey yazmaz',
      en: 'proves every record, root, signature and time stamp anew; writes nothing',
    },
    examples: [
      'audit verify',
      'audit verify --checkpoint kept.checkpoint --key keys.vkey',
      'audit verify --evidence /media/usb/evidence --roots tsa-root.pem --json',
    ],
  });
  command.option('--evidence <folder>', tell(shell, EVIDENCE));
  command.option('--checkpoint <file>', tell(shell, CHECKPOINT), collect);
  command.option('--key <key>', tell(shell, KEY), collect);
  command.option('--policy <file>', tell(shell, POLICY));
  command.option('--roots <file>', tell(shell, ROOTS));
  command.option('--open', tell(shell, OPEN));
  does<VerifyOptions>(signedBy(command, context), context, async (options) => {
    const report = await verify(options, context);
    if (options.json === true) outJson(shell, report);
    else outLines(shell, reportText(shell, report));
    return exitOf(report);
  });
}

function exitOf({ verdict }: NodeReport): ExitCode {
  return VERDICT_EXIT[verdict];
}

async function verify(options: VerifyOptions, context: CommandContext): Promise<NodeReport> {
  const { ports, shell } = context;
  const terms = {
    ...readTerms(options, ports.clock.now()),
    onProgress: (origin: string, leaves: number): void => {
      shell.progress(`${origin} ${String(leaves)}`);
    },
  };
  if (options.evidence !== undefined) return verifyFolder(options, context, terms);
  const stored = await ports.openEvidence();
  try {
    if (options.open !== true) return prove(context, () => verifyStored(stored, terms));
    return await opened(options, context, (vault) => verifyStored(stored, terms, vault));
  } finally {
    stored.close();
  }
}

function verifyFolder(
  { evidence = '', open }: VerifyOptions,
  context: CommandContext,
  terms: Terms,
): NodeReport {
  if (open === true) throw new UsageError(NOT_BOTH);
  if (!existsSync(evidence)) throw new UsageError(noFolder(evidence));
  return prove(context, () => verifySources({ folder: evidence }, terms));
}

function verifyStored(stored: StoredEvidence, terms: Terms, vault?: OpeningVault): NodeReport {
  const { database, folder, roots } = stored;
  const trusted = terms.trusted ?? (roots === null ? undefined : readRoots(roots));
  return verifySources(
    { database: { ...database, vault }, folder: folder ?? undefined },
    { ...terms, trusted },
  );
}

/** Opening personal parts is a reading of evidence, whoever looks at the result: it is recorded before it begins. */
async function opened(
  options: VerifyOptions,
  context: CommandContext,
  work: (vault: OpeningVault) => NodeReport,
): Promise<NodeReport> {
  let report: NodeReport | undefined;
  await withAdministration(context, async (administration) => {
    await perform(context, administration, options, { action: 'audit.verify-open', details: {} });
    report = prove(context, () => work(administration.vault));
    return exitOf(report);
  });
  if (report === undefined) throw new TypeError('a command that was refused throws');
  return report;
}

/** What cannot be read is not proven; it must not look like a log that was proven false. */
function prove({ shell }: CommandContext, work: () => NodeReport): NodeReport {
  try {
    const report = work();
    shell.progress('');
    return report;
  } catch (cause) {
    throw cause instanceof UsageError ? cause : new IncompleteError(UNREADABLE, cause);
  }
}

function collect(item: string, before: readonly string[] = []): readonly string[] {
  return [...before, item];
}

function noFolder(folder: string): { tr: string; en: string } {
  return {
    tr: `${folder} klasörü yok. Kanıt klasörünün yolunu denetleyin.`,
    en: `There is no folder ${folder}. Check the path of the evidence folder.`,
  };
}

const EVIDENCE = {
  tr: 'veritabanı yerine bu kanıt klasörünü doğrular',
  en: 'verifies this evidence folder instead of the database',
};
const CHECKPOINT = {
  tr: 'dışarıda saklanmış kontrol noktası ya da .tlog-proof; birden çok verilebilir',
  en: 'checkpoint or .tlog-proof that was kept elsewhere; may be given several times',
};
const KEY = {
  tr: 'günlüğün dışarıda saklanmış anahtarı ya da anahtar dosyası; birden çok verilebilir',
  en: 'key of the log that was kept elsewhere, or a file of keys; may be given several times',
};
const POLICY = {
  tr: 'hangi tanıkların yeteceği (C2SP tlog-policy); verilmezse klasördeki geçerlidir',
  en: 'which witnesses suffice (C2SP tlog-policy); else that of the folder holds',
};
const ROOTS = {
  tr: 'zaman damgası sağlayıcısının kök sertifikaları (PEM)',
  en: 'root certificates of the time-stamp authority (PEM)',
};
const OPEN = {
  tr: 'anahtarı duran kişisel bölümleri de açıp taahhüt ve arama etiketlerini doğrular; operatör imzalar, okuma kaydedilir',
  en: 'also opens the personal parts whose keys exist and proves commitments and search tags; signed by an operator, recorded as a reading',
};
const NOT_BOTH = {
  tr: 'Kanıt klasöründe kişisel bölüm yoktur; --open ile --evidence birlikte verilmez.',
  en: 'An evidence folder holds no personal parts; --open and --evidence do not go together.',
};
const UNREADABLE = {
  tr: 'Kayıtlar sonuna kadar okunamadı, bu nedenle bir sonuç yok. Dosyayı denetleyin veya yedekten dönün.',
  en: 'The records could not be read to the end, so there is no verdict. Check the file or restore a backup.',
};
