import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Command } from 'commander';
import { isKid } from '../audit/retention.ts';
import { type Hold, type HoldScope, scopeText } from '../privacy/destruction/hold.ts';
import { isMonth } from '../privacy/destruction/kid-term.ts';
import { zonedDay } from '../shared/zoned-day.ts';
import { table } from './columns.ts';
import { addCommand, addGroup, type CommandContext, does } from './command.ts';
import { UsageError } from './command-error.ts';
import { dateTime } from './date-time.ts';
import { actingOperator, signAct, signedBy, type SigningOptions, withAdministration } from './perform.ts';
import { reportAct } from './report-act.ts';
import { outJson, outLines, type Shell, tell } from './shell.ts';

interface PlaceOptions extends SigningOptions {
  readonly reason?: string;
  readonly reasonFile?: string;
  readonly kid?: string;
  readonly from?: string;
  readonly to?: string;
}

const MOST_REASON = 2_000;

export function registerAuditHold(group: Command, context: CommandContext): void {
  const holds = addGroup(group, context, 'hold', {
    tr: 'yasal tutma kararları: kapsadıkları kayıtlar yok edilmez',
    en: 'legal holds: what they cover is not destroyed',
  });
  registerPlace(holds, context);
  registerList(holds, context);
  registerLift(holds, context);
}

function registerPlace(group: Command, context: CommandContext): void {
  const { shell, ports } = context;
  const command = addCommand(group, context, {
    usage: 'place',
    summary: {
      tr: 'bir ayı, ayları ya da bir anahtarın kayıtlarını yok edilmekten alıkoyar',
      en: 'keeps the records of months, or of one kid, from destruction',
    },
    examples: [
      'audit hold place --from 2025-01 --to 2025-06 --reason-file karar.txt',
      'audit hold place --kid access-p10y-2026-11 --reason "2026/118 E."',
    ],
  });
  addPlaceOptions(command, shell);
  does<PlaceOptions>(signedBy(command, context), context, async (options) => {
    const scope = scopeOf(options);
    const reason = reasonOf(options);
    return withAdministration(context, async (administration) => {
      const { key, operator } = await actingOperator(context, administration, options);
      const now = ports.clock.now();
      const id = newId('hold', now, ports.place().timeZone);
      const at = new Date(now).toISOString();
      const details = { hold: id, covers: scopeText(scope), reason };
      const act = signAct({ action: 'hold.place', at, operator: operator.id, details }, key);
      const receipt = await administration.destruction.placeHold(act, id, scope);
      return reportAct(shell, options, receipt, {
        tr: `${id} kondu; kapsamı ${scopeText(scope)}.`,
        en: `${id} is placed over ${scopeText(scope)}.`,
      });
    });
  });
}

function addPlaceOptions(command: Command, shell: Shell): void {
  const option = (flags: string, tr: string, en: string): Command =>
    command.option(flags, tell(shell, { tr, en }));
  option('--from <month>', 'ilk ay, YYYY-MM', 'first month, YYYY-MM');
  option('--to <month>', 'son ay, YYYY-MM', 'last month, YYYY-MM');
  option('--kid <kid>', 'yalnızca bu anahtarın kayıtları', 'the records of this kid alone');
  option('--reason <text>', 'gerekçe; kapatılarak saklanır', 'the reason; it is sealed');
  option('--reason-file <file>', 'gerekçenin dosyası', 'the file of the reason');
}

function registerList(group: Command, context: CommandContext): void {
  const { shell, ports } = context;
  const command = addCommand(group, context, {
    usage: 'list',
    summary: { tr: 'tutma kararlarını listeler', en: 'lists the holds' },
    examples: ['audit hold list', 'audit hold list --json'],
  });
  does(command, context, async ({ json }) =>
    withAdministration(context, async ({ destruction }) => {
      const all = await destruction.register.holds();
      if (json === true) outJson(shell, all);
      else if (all.length === 0) shell.out(tell(shell, NO_HOLD));
      else outLines(shell, table(shell, HEADINGS, rowsOf(shell, all, ports.place().timeZone)));
      return 0;
    }),
  );
}

function registerLift(group: Command, context: CommandContext): void {
  const { shell, ports } = context;
  const command = addCommand(group, context, {
    usage: 'lift <hold>',
    summary: { tr: 'bir tutma kararını kaldırır', en: 'lifts a hold' },
    examples: ['audit hold lift hold-2026-11-24-1f2e3d4c'],
  });
  does<SigningOptions>(signedBy(command, context), context, async (options, [hold = '']) =>
    withAdministration(context, async (administration) => {
      const { key, operator } = await actingOperator(context, administration, options);
      const at = new Date(ports.clock.now()).toISOString();
      const act = signAct({ action: 'hold.lift', at, operator: operator.id, details: { hold } }, key);
      const receipt = await administration.destruction.liftHold(act, hold);
      return reportAct(shell, options, receipt, { tr: `${hold} kaldırıldı.`, en: `${hold} is lifted.` });
    }),
  );
}

/** An id that tells its day and collides with no other. @param now epoch milliseconds */
export function newId(kind: 'hold' | 'plan', now: number, timeZone: string): string {
  return `${kind}-${zonedDay(now, timeZone).date}-${randomBytes(4).toString('hex')}`;
}

function scopeOf({ kid, from, to }: PlaceOptions): HoldScope {
  if (kid === undefined) return monthsOf(from ?? '', to ?? '');
  if (from !== undefined || to !== undefined || !isKid(kid)) throw new UsageError(NO_SCOPE);
  return { kid };
}

function monthsOf(fromMonth: string, toMonth: string): HoldScope {
  const fits = isMonth(fromMonth) && isMonth(toMonth) && fromMonth <= toMonth;
  if (!fits) throw new UsageError(NO_SCOPE);
  return { fromMonth, toMonth };
}

function reasonOf({ reason, reasonFile }: PlaceOptions): string {
  if ((reason === undefined) === (reasonFile === undefined)) throw new UsageError(NO_REASON);
  const text = (reason ?? readReason(reasonFile ?? '')).trim();
  if (text === '' || text.length > MOST_REASON) throw new UsageError(NO_REASON);
  return text;
}

function readReason(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(NO_REASON);
  }
}

function rowsOf(shell: Shell, all: readonly Hold[], zone: string): string[][] {
  const inForce = tell(shell, { tr: 'sürüyor', en: 'in force' });
  const lifted = tell(shell, { tr: 'kaldırıldı', en: 'lifted' });
  return all.map(({ id, scope, placedAt, liftedAt, record }) => [
    id,
    scopeText(scope),
    dateTime(placedAt, zone),
    liftedAt === null ? inForce : `${lifted} ${dateTime(liftedAt, zone)}`,
    record,
  ]);
}

const HEADINGS = [
  { tr: 'karar', en: 'hold' },
  { tr: 'kapsam', en: 'covers' },
  { tr: 'kondu', en: 'placed' },
  { tr: 'durum', en: 'state' },
  { tr: 'gerekçenin kaydı', en: 'record of the reason' },
];
const NO_HOLD = {
  tr: 'Hiç tutma kararı yok.',
  en: 'There are no holds.',
};
const NO_SCOPE = {
  tr: 'Kapsamı --from ve --to ile aylar (YYYY-MM) ya da --kid ile bir anahtar adı olarak verin.',
  en: 'Give what is held: months (YYYY-MM) with --from and --to, or the name of a kid with --kid.',
};
const NO_REASON = {
  tr: 'Gerekçeyi --reason ya da --reason-file ile verin; en çok 2000 karakter.',
  en: 'Give the reason with --reason or --reason-file, at most 2000 characters.',
};
