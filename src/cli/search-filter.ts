import { type Command, Option } from 'commander';
import { type SearchedValues, type SearchPlace } from '../audit/search-index.ts';
import { PROBLEMS } from '../shared/problem.ts';
import { isTckn } from '../shared/tckn.ts';
import { type CommandContext } from './command.ts';
import { UsageError } from './command-error.ts';
import { parseMoment } from './date-time.ts';
import { LEAF_TYPES } from './leaf-text.ts';
import { tell } from './shell.ts';

/** What a person searches for, as it was asked. */
export interface SearchFilter {
  readonly values: SearchedValues;
  /** Official's id. */
  readonly official: string | undefined;
  /** TCKN. */
  readonly subject: string | undefined;
  /** Case reference, as the partner gave it. */
  readonly case: string | undefined;
  /** Epoch milliseconds, inclusive. */
  readonly from: number | undefined;
  /** Epoch milliseconds, exclusive. */
  readonly to: number | undefined;
  /** Origin of the only log to search. */
  readonly log: string | undefined;
  readonly after: SearchPlace | undefined;
  readonly limit: number;
}

/** The options of a search, as commander gives them. */
export interface SearchOptions {
  readonly agency?: string;
  readonly agreement?: string;
  readonly operation?: string;
  readonly purpose?: string;
  readonly code?: string;
  readonly outcome?: string;
  readonly type?: string;
  readonly official?: string;
  readonly subject?: boolean;
  readonly case?: string;
  readonly from?: string;
  readonly to?: string;
  readonly log?: string;
  readonly after?: string;
  readonly limit: string;
}

const MOST = 10_000;
const CURSOR = /^(?<origin>[^#]{1,512})#(?<index>\d{1,15})$/;

export function addSearchOptions(command: Command, { shell }: CommandContext): void {
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
    option('--case <reference>', 'sorguda verilen dosya no', 'the case reference that was given'),
    option('--from <time>', 'başlangıç (dahil)', 'from this moment on'),
    option('--to <time>', 'bitiş (hariç)', 'before this moment'),
    option('--log <origin>', 'yalnız bu günlük', 'this log only'),
    option('--after <cursor>', 'önceki sayfanın bittiği yerden', 'on from where the page before ended'),
    option('--limit <n>', 'en çok kaç kayıt', 'at most so many records').default('50'),
  ].forEach((one) => command.addOption(one));
}

/**
 * @param subject identity number that was read, where the options ask for one
 * @param zone in which moments without offset are meant
 * @throws UsageError
 */
export function readSearchFilter(
  options: SearchOptions,
  subject: string | undefined,
  zone: string,
): SearchFilter {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) throw new UsageError(LIMIT);
  const { agency, agreement, operation, purpose, code, outcome, type, official, log, from, to } = options;
  if (options.case !== undefined && isTckn(options.case)) throw new UsageError(IDENTITY_AS_CASE);
  return {
    values: { agency, agreement, operation, purpose, code, outcome, type },
    official,
    subject,
    case: options.case,
    log,
    limit,
    from: from === undefined ? undefined : parseMoment(from, zone),
    to: to === undefined ? undefined : parseMoment(to, zone),
    after: options.after === undefined ? undefined : readCursor(options.after),
  };
}

/** A place in the results as a person can copy it, e.g. `gecit.example/node-1/2026#41`. */
export function cursorOf({ origin, index }: SearchPlace): string {
  return `${origin}#${String(index)}`;
}

function readCursor(text: string): SearchPlace {
  const { origin, index } = CURSOR.exec(text)?.groups ?? {};
  if (origin === undefined) throw new UsageError(NO_CURSOR);
  return { origin, index: Number(index) };
}

const LIMIT = {
  tr: `--limit 1 ile ${String(MOST)} arasında bir tam sayı olmalı.`,
  en: `--limit must be a whole number from 1 to ${String(MOST)}.`,
};
const NO_CURSOR = {
  tr: '--after değeri anlaşılamadı. Önceki sayfanın sonunda yazan değeri verin.',
  en: 'The value of --after is not understood. Give the one at the end of the page before.',
};
const IDENTITY_AS_CASE = {
  tr: 'Kimlik numarası komut satırına yazılmaz. --subject kullanın; numara sorulur veya girdiden okunur.',
  en: 'An identity number does not go into a command line. Use --subject; the number is asked for or read from input.',
};
