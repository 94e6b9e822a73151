import { existsSync } from 'node:fs';
import { type NodeReport } from '../audit/verify/report.ts';
import { type OpeningVault } from '../audit/verify/open-check.ts';
import { type Terms } from '../audit/verify/terms.ts';
import { verifySources } from '../evidence/verify/verify-sources.ts';
import { type CommandContext } from './command.ts';
import { IncompleteError, UsageError } from './command-error.ts';
import { type StoredEvidence } from './command-ports.ts';
import { perform, type SigningOptions, withAdministration } from './perform.ts';
import { readRoots, readTerms, type TrustFlags } from './verify-terms.ts';
import { VERDICT_EXIT } from './verify-text.ts';

/** What `gecit audit verify` was asked. */
export interface VerifyOptions extends TrustFlags, SigningOptions {
  readonly evidence?: string;
  readonly open?: boolean;
}

/** Proves database and folder, or a folder alone, on the terms that a person gave. */
export async function verifyEvidence(options: VerifyOptions, context: CommandContext): Promise<NodeReport> {
  const { ports, shell } = context;
  const terms = {
    ...readTerms(options, ports.clock.now()),
    onProgress: (origin: string, leaves: number): void => {
      shell.progress(`${origin} ${String(leaves)}`);
    },
  };
  if (options.evidence !== undefined) return verifyFolder(options, context, terms);
  const stored = await ports.openEvidence((done, all) => {
    shell.progress(`${String(done)}/${String(all)}`);
  });
  try {
    if (options.open !== true) return prove(context, () => verifyStored(stored, terms));
    return await opened(options, context, (vault) => verifyStored(stored, terms, vault));
  } finally {
    await stored.close();
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
    return VERDICT_EXIT[report.verdict];
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

function noFolder(folder: string): { tr: string; en: string } {
  return {
    tr: `${folder} klasörü yok. Kanıt klasörünün yolunu denetleyin.`,
    en: `There is no folder ${folder}. Check the path of the evidence folder.`,
  };
}

const NOT_BOTH = {
  tr: 'Kanıt klasöründe kişisel bölüm yoktur; --open ile --evidence birlikte verilmez.',
  en: 'An evidence folder holds no personal parts; --open and --evidence do not go together.',
};
const UNREADABLE = {
  tr: 'Kayıtlar sonuna kadar okunamadı, bu nedenle bir sonuç yok. Dosyayı denetleyin veya yedekten dönün.',
  en: 'The records could not be read to the end, so there is no verdict. Check the file or restore a backup.',
};
