import { type Command } from 'commander';
import { type TagByKid } from '../audit/search-index.ts';
import { type FoundRecord, type SearchPage, searchLogs } from '../audit/search-logs.ts';
import { type Administration } from '../gateway/administration.ts';
import { isTckn } from '../shared/tckn.ts';
import { columns } from './columns.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { UsageError } from './command-error.ts';
import { dateTime } from './date-time.ts';
import { findOfficialId } from './find-official-id.ts';
import { leafTypeText } from './leaf-text.ts';
import { perform, signedBy, type SigningOptions, withAdministration } from './perform.ts';
import {
  addSearchOptions,
  cursorOf,
  readSearchFilter,
  type SearchFilter,
  type SearchOptions,
} from './search-filter.ts';
import { outJson, outLines, type Shell, tell } from './shell.ts';

export function registerAuditSearch(group: Command, context: CommandContext): void {
  const command = addCommand(group, context, {
    usage: 'search',
    summary: {
      tr: 'kayıtlarda arar, en yenisi önce; arama da kaydedilir',
      en: 'searches the records, newest first; the search is itself recorded',
    },
    examples: [
      'audit search --agency cgm --from 2026-03-01 --to 2026-04-01',
      'audit search --code QUOTA_EXCEEDED --limit 20 --json',
      'audit search --subject < number.txt',
      'audit search --case 2026/118',
    ],
  });
  addSearchOptions(command, context);
  does<SigningOptions & SearchOptions>(signedBy(command, context), context, async (options) => {
    const zone = context.ports.place().timeZone;
    const subject = options.subject === true ? await askSubject(context) : undefined;
    const asked = readSearchFilter(options, subject, zone);
    return withAdministration(context, async (administration) => {
      const filter = await byOfficialId(administration, asked);
      requireLogs(administration, filter);
      // Nothing is searched before the record of the search is durable.
      await perform(context, administration, options, { action: 'audit.search', details: detailsOf(filter) });
      context.ports.stepAside();
      const page = search(context, administration, filter);
      if (options.json === true) outJson(context.shell, page.found.map(withCursor));
      else print(context, page, zone);
      warnOfUnreadable(context.shell, page);
      return page.unreadable > 0 ? 3 : 0;
    });
  });
}

async function askSubject({ shell }: CommandContext): Promise<string> {
  const text = await shell.readSecret({ tr: 'T.C. kimlik numarası', en: 'Turkish identity number' });
  if (!isTckn(text)) throw new UsageError(NOT_A_NUMBER);
  return text;
}

async function byOfficialId(administration: Administration, filter: SearchFilter): Promise<SearchFilter> {
  if (filter.official === undefined) return filter;
  return { ...filter, official: findOfficialId(await administration.identityRows(), filter.official) };
}

function requireLogs(administration: Administration, { log, after }: SearchFilter): void {
  const origins = administration.logs().map((one) => one.head().origin);
  if (log !== undefined && !origins.includes(log)) throw new UsageError(noSuchLog(origins));
  const searched = log === undefined ? origins : [log];
  if (after !== undefined && !searched.includes(after.origin)) throw new UsageError(noSuchLog(searched));
}

/** What the record of the search holds, all of it sealed. */
function detailsOf({ values, after, ...filter }: SearchFilter): Record<string, string | number | null> {
  const asked = { ...values, ...filter, after: after && cursorOf(after) };
  return Object.fromEntries(Object.entries(asked).map(([key, value]) => [key, value ?? null]));
}

function search({ shell }: CommandContext, administration: Administration, filter: SearchFilter): SearchPage {
  const logs = administration.searchedLogs({
    only: filter.log,
    onIndexed: (_origin, indexed, size) => {
      shell.progress(`${tell(shell, INDEXING)} ${String(indexed)}/${String(size)}`);
    },
  });
  const page = searchLogs(logs, { ...filter, tags: tagsOf(administration, filter) });
  shell.progress('');
  return page;
}

/** One tag for each month whose keys still exist. */
function tagsOf({ vault }: Administration, { subject, official, case: reference }: SearchFilter): TagByKid[] {
  const wanted = [
    ['tckn', subject],
    ['official', official],
    ['case', reference],
  ] as const;
  return wanted.flatMap(([type, value]) => (value === undefined ? [] : [vault.searchTags(type, value)]));
}

function withCursor(found: FoundRecord): object {
  const { origin, index, leaf } = found;
  return { origin, index, cursor: cursorOf(found), leaf };
}

function print({ shell }: CommandContext, { found, next, scanned }: SearchPage, zone: string): void {
  outLines(shell, columns(found.map((one) => cells(shell, one, zone))));
  if (next !== undefined) {
    const cursor = cursorOf(next);
    shell.err(tell(shell, { tr: `Devamı için: --after ${cursor}`, en: `For more: --after ${cursor}` }));
  }
  if (scanned > 0) {
    const count = String(scanned);
    shell.err(
      tell(shell, {
        tr: `Son ${count} kayıt henüz dizinde değil; doğrudan günlükten okundu.`,
        en: `The newest ${count} records are not in the index yet; they were read from the log itself.`,
      }),
    );
  }
}

function warnOfUnreadable(shell: Shell, { unreadable }: SearchPage): void {
  if (unreadable === 0) return;
  const count = String(unreadable);
  shell.err(
    tell(shell, {
      tr: `${count} kayıt okunamadı. "gecit audit verify" ile günlüğü doğrulayın.`,
      en: `${count} records could not be read. Verify the log with "gecit audit verify".`,
    }),
  );
}

function cells(shell: Shell, { index, leaf }: FoundRecord, zone: string): string[] {
  const what = leaf.action ?? leaf.code ?? leaf.outcome ?? '';
  const about = [leaf.agency, leaf.agreement, leaf.operation, leaf.purpose]
    .filter((part) => part !== null)
    .join(' ');
  return [
    `#${String(index)}`,
    dateTime(Date.parse(leaf.time), zone),
    leaf.queryId,
    leafTypeText(shell, leaf.type),
    what,
    about,
  ];
}

function noSuchLog(origins: readonly string[]): { readonly tr: string; readonly en: string } {
  const names = origins.join(', ');
  return {
    tr: `Aranan günlükler arasında bu adda biri yok. Olanlar: ${names}`,
    en: `None of the logs that are searched has this name. There are: ${names}`,
  };
}

const INDEXING = { tr: 'arama dizini kuruluyor', en: 'building the search index' };
const NOT_A_NUMBER = {
  tr: 'Girilen değer geçerli bir T.C. kimlik numarası değil. On bir haneyi denetleyin.',
  en: 'What was given is not a valid Turkish identity number. Check its eleven digits.',
};
