import { hash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type EvidenceReader } from './audit/audit-log.ts';
import { type NodeReport } from './audit/verify/report.ts';
import { type Terms } from './audit/verify/terms.ts';
import { IncompleteError, UsageError } from './cli/command-error.ts';
import { readTerms } from './cli/verify-terms.ts';
import { reportText, VERDICT_EXIT } from './cli/verify-text.ts';
import { plainShell } from './cli/plain-shell.ts';
import { runCommand } from './cli/run-command.ts';
import { type ExitCode, outJson, outLines, type Shell, tell } from './cli/shell.ts';
import { verifySources } from './evidence/verify/verify-sources.ts';
import { FaultsError } from './shared/fault.ts';
import { systemClock } from './shared/clock.ts';
import { findLogs, findNodes, openLogOf } from './store/find-log.ts';

/** Set when the single file is built. */
declare const GECIT_VERSION: string | undefined;

const OPTIONS = {
  checkpoint: { type: 'string', multiple: true },
  key: { type: 'string', multiple: true },
  policy: { type: 'string' },
  roots: { type: 'string' },
  lang: { type: 'string' },
  json: { type: 'boolean' },
  debug: { type: 'boolean' },
  help: { type: 'boolean' },
  version: { type: 'boolean' },
} as const;

type Given = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>;

/** The verifier as one file: an evidence folder, or a database where the runtime can read one. Writes nothing. */
async function main(args: readonly string[]): Promise<ExitCode> {
  const language = args.includes('--lang=tr') || args[args.indexOf('--lang') + 1] === 'tr' ? 'tr' : 'en';
  const shell = plainShell(language);
  const flags = { json: args.includes('--json'), debug: args.includes('--debug') };
  return runCommand(shell, flags, async () => Promise.resolve(verify(shell, given(args))));
}

function verify(shell: Shell, { values, positionals }: Given): ExitCode {
  if (values.version === true) return version(shell);
  const [place, ...more] = positionals;
  if (values.help === true) return usage(shell);
  if (place === undefined || more.length > 0) throw new UsageError(USAGE);
  const terms = {
    ...readTerms(values, systemClock.now()),
    onProgress: (origin: string, leaves: number): void => {
      shell.progress(`${origin} ${String(leaves)}`);
    },
  };
  const report = orNoVerdict(() => reportOn(place, terms));
  shell.progress('');
  if (values.json === true) outJson(shell, report);
  else outLines(shell, reportText(shell, report));
  return VERDICT_EXIT[report.verdict];
}

/** What cannot be read is not proven; it must not look like a log that was proven false. */
function orNoVerdict(work: () => NodeReport): NodeReport {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof UsageError || thrown instanceof FaultsError) throw thrown;
    if (thrown instanceof Error && thrown.name === NO_SQLITE) throw new UsageError(OLD_NODE);
    throw new IncompleteError(UNREADABLE, thrown);
  }
}

function given(args: readonly string[]): Given {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch {
    throw new UsageError(USAGE);
  }
}

function reportOn(place: string, terms: Terms): NodeReport {
  const status = statSync(place, { throwIfNoEntry: false });
  if (status === undefined) throw new UsageError(nothingAt(place));
  return status.isDirectory() ? verifySources({ folder: place }, terms) : reportOnDatabase(place, terms);
}

function reportOnDatabase(file: string, terms: Terms): NodeReport {
  const url = `sqlite:${file}`;
  const reports = findNodes(url).map((node) => reportOnNode(url, node, { file, terms }));
  const [first, ...others] = reports;
  if (first === undefined) throw new UsageError(nothingAt(file));
  return others.reduce(
    (whole, report) => ({
      verdict: whole.verdict === 'tampered' || report.verdict === 'sound' ? whole.verdict : report.verdict,
      logs: [...whole.logs, ...report.logs],
      findings: [...whole.findings, ...report.findings],
    }),
    first,
  );
}

function reportOnNode(
  url: string,
  node: string,
  { file, terms }: { readonly file: string; readonly terms: Terms },
): NodeReport {
  const readers: EvidenceReader[] = findLogs(url, node).map(({ origin }) => openLogOf(url, origin));
  try {
    const exists = (origin: string): boolean => findLogs(url, node).some((log) => log.origin === origin);
    return verifySources({ database: { file: basename(file), node, readers, exists } }, terms);
  } finally {
    for (const reader of readers) reader.close();
  }
}

/** The digest lets an auditor compare the very file that runs with one kept elsewhere. */
function version(shell: Shell): ExitCode {
  const digest = hash('sha256', readFileSync(fileURLToPath(import.meta.url)), 'hex');
  const built = typeof GECIT_VERSION === 'string' ? GECIT_VERSION : '0.0.0';
  shell.out(`gecit-verify ${built} sha256:${digest}`);
  return 0;
}

function usage(shell: Shell): ExitCode {
  shell.out(tell(shell, USAGE));
  return 0;
}

function nothingAt(place: string): { tr: string; en: string } {
  return {
    tr: `${place} yolunda bir kanıt klasörü ya da günlük içeren bir veritabanı yok. Yolu denetleyin.`,
    en: `There is no evidence folder, and no database with a log, at ${place}. Check the path.`,
  };
}

/** Name of what the stand-in for the database driver throws where the runtime has no SQLite. */
const NO_SQLITE = 'SQLITE_NOT_IN_RUNTIME';
const OLD_NODE = {
  tr: 'Bu Node sürümü veritabanı okuyamıyor: Node 22.13 ya da üstünü kullanın veya kanıt klasörünü doğrulayın.',
  en: 'This version of Node cannot read a database: use Node 22.13 or newer, or verify the evidence folder.',
};
const UNREADABLE = {
  tr: 'Kayıtlar sonuna kadar okunamadı, bu nedenle bir sonuç yok. Dosyayı denetleyin veya yedekten dönün.',
  en: 'The records could not be read to the end, so there is no verdict. Check the file or restore a backup.',
};
const SYNTAX =
  'gecit-verify [--checkpoint FILE]… [--key KEY]… [--policy FILE] [--roots PEM] [--json] [--lang tr|en] <evidence folder | gecit.db>';
const USAGE = {
  tr: `Kullanım: ${SYNTAX}. Çıkış kodu: 0 sağlam, 1 değiştirilmiş, 2 kullanım, 3 eksik.`,
  en: `Usage: ${SYNTAX}. Exit code: 0 sound, 1 tampered, 2 usage, 3 incomplete.`,
};

process.exitCode = await main(process.argv.slice(2));
