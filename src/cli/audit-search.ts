import { type Command, Option } from 'commander';
import { type Administration } from '../gateway/administration.ts';
import { PROBLEMS } from '../shared/problem.ts';
import { isTckn } from '../shared/tckn.ts';
import { columns } from './columns.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { UsageError } from './command-error.ts';
import { dateTime, parseMoment } from './date-time.ts';
import { findOfficialId } from './find-official-id.ts';
import { LEAF_TYPES, leafTypeText } from './leaf-text.ts';
import { perform, signedBy, type SigningOptions, withAdministration } from './perform.ts';
import { type Filter, type Found, searchLog } from './search-log.ts';
import { outJson, outLines, tell } from './shell.ts';

interface Options extends SigningOptions, Omit<Filter, 'from' | 'to' | 'limit' | 'subject'> {
  readonly subject?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly limit: string;
}

const MOST = 10_000;

export function registerAuditSearch(group: Command, context: CommandContext): void {
  const { shell } = context;
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
    ],
  });
  addFilters(command, context);
  does<Options>(signedBy(command, context), context, async (options) => {
    const zone = context.ports.place().timeZone;
    const subject = options.subject === true ? await askSubject(context) : undefined;
    const asked = toFilter(options, subject, zone);
    return withAdministration(context, async (administration) => {
      const filter = await byOfficialId(administration, asked);
      await perform(context, administration, options, { action: 'audit.search', details: detailsOf(filter) });
      const found = searchLog(administration, filter);
      if (options.json === true) outJson(shell, found);
      else outLines(shell, columns(found.map((one) => cells(context, one, zone))));
      return 0;
    });
  });
}

async function byOfficialId(administration: Administration, filter: Filter): Promise<Filter> {
  if (filter.official === undefined) return filter;
  return { ...filter, official: findOfficialId(await administration.identityRows(), filter.official) };
}

function addFilters(command: Command, { shell }: CommandContext): void {
  const option = (flags: string, tr: string, en: string): Option =>
    new Option(flags, tell(shell, { tr, en }));
  [
    option('--agency <id>', 'soran kurum', 'the agency that asked'),
    option('--agreement <id>', 'protokol', 'agreement'),
    option('--operation <id>', 'işlem', 'operation'),
    option('--purpose <id>', 'amaç', 'purpose'),
    option('--code <code>', 'sonuç kodu', 'problem code').choices(Object.keys(PROBLEMS)),
    option('--outcome <outcome>', 'sonuç', 'outcome').choices(['found', 'not-found']),
    option('--type <type>', 'kayıt türü', 'type of record').choices(LEAF_TYPES),
    option('--official <id>', 'soran personel', 'the official who asked'),
    option(
      '--subject',
      'ilgili kişi; kimlik numarası sorulur veya girdiden okunur',
      'the data subject; the identity number is asked for or read from input',
    ),
    option('--from <time>', 'başlangıç (dahil)', 'from this moment on'),
    option('--to <time>', 'bitiş (hariç)', 'before this moment'),
    option('--limit <n>', 'en çok kaç kayıt', 'at most so many records').default('50'),
  ].forEach((one) => command.addOption(one));
}

async function askSubject({ shell }: CommandContext): Promise<string> {
  const text = await shell.readSecret({ tr: 'T.C. kimlik numarası', en: 'Turkish identity number' });
  if (!isTckn(text)) throw new UsageError(NOT_A_NUMBER);
  return text;
}

function toFilter(options: Options, subject: string | undefined, zone: string): Filter {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) throw new UsageError(LIMIT);
  const { agency, agreement, operation, purpose, code, outcome, type, official, from, to } = options;
  return {
    agency, agreement, operation, purpose, code, outcome, type, official, subject, limit,
    from: from === undefined ? undefined : parseMoment(from, zone),
    to: to === undefined ? undefined : parseMoment(to, zone),
  }; // prettier-ignore
}

function detailsOf(filter: Filter): Record<string, string | number | null> {
  return Object.fromEntries(
    Object.entries(filter).map(([key, value]) => [key, (value as string | number | undefined) ?? null]),
  );
}

function cells({ shell }: CommandContext, { index, leaf }: Found, zone: string): string[] {
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

const NOT_A_NUMBER = {
  tr: 'Girilen değer geçerli bir T.C. kimlik numarası değil. On bir haneyi denetleyin.',
  en: 'What was given is not a valid Turkish identity number. Check its eleven digits.',
};
const LIMIT = {
  tr: `--limit 1 ile ${String(MOST)} arasında bir tam sayı olmalı.`,
  en: `--limit must be a whole number from 1 to ${String(MOST)}.`,
};
