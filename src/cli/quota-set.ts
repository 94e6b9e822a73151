import { type Command } from 'commander';
import { type RegisterChange } from '../gateway/register-change.ts';
import { type ActionName } from '../gateway/administration.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { RefusedError, UsageError } from './command-error.ts';
import { perform, signedBy, type SigningOptions, withAdministration } from './perform.ts';
import { type QuotaLine, quotaLines } from './quota-lines.ts';
import { reportAct } from './report-act.ts';
import { tell } from './shell.ts';

interface Options extends SigningOptions {
  readonly agency?: string;
  readonly official?: string;
  readonly limit?: string;
  readonly restore?: boolean;
}

export function registerQuotaSet(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'set <agreement>',
    summary: {
      tr: 'günlük sınırı tavanın altına indirir veya tavana geri döndürür',
      en: 'lowers a daily limit below its ceiling, or restores the ceiling',
    },
    examples: [
      'quota set tr-iskur-cgm-2024 --limit 500',
      'quota set tr-iskur-cgm-2024 --agency cgm --limit 100',
      'quota set tr-iskur-cgm-2024 --official cgm-0123456789 --restore',
    ],
  })
    .option('--agency <agency>', tell(shell, { tr: 'bir kurumun sınırı', en: 'the limit of an agency' }))
    .option(
      '--official <official>',
      tell(shell, { tr: 'bir personelin sınırı', en: 'the limit of an official' }),
    )
    .option('--limit <n>', tell(shell, { tr: 'günde en çok yanıt', en: 'answers a day, at most' }))
    .option('--restore', tell(shell, { tr: 'tavana geri döner', en: 'goes back to the ceiling' }));
  does<Options>(signedBy(command, context), context, async (options, [agreementId = '']) =>
    withAdministration(context, async (administration) => {
      const limit = limitOf(options);
      const lines = await quotaLines(administration, context.ports.clock.now());
      const line = lines.find((one) => one.agreement === agreementId && isMeant(one, options));
      if (line === undefined) throw new RefusedError(UNKNOWN);
      if (limit !== undefined && limit > line.ceiling) throw new RefusedError(aboveCeiling(line.ceiling));
      const { action, change } = changeOf(line, limit);
      const details = {
        agreement: agreementId,
        scope: line.scope,
        from: line.lowered ?? line.ceiling,
        to: limit ?? line.ceiling,
      };
      const receipt = await perform(context, administration, options, { action, details, changes: [change] });
      const now = String(details.to);
      return reportAct(shell, options, receipt, {
        tr: `${line.clientId ?? line.id} için günlük sınır artık ${now}.`,
        en: `The daily limit of ${line.clientId ?? line.id} is now ${now}.`,
      });
    }),
  );
}

/** Undefined: restore the ceiling. */
function limitOf({ agency, official, limit, restore }: Options): number | undefined {
  if (agency !== undefined && official !== undefined) throw new UsageError(ONE_SCOPE);
  if ((limit === undefined) === (restore === undefined)) throw new UsageError(ONE_CHANGE);
  if (limit === undefined) return undefined;
  if (!/^\d{1,9}$/.test(limit)) throw new UsageError(NOT_A_LIMIT);
  return Number(limit);
}

function isMeant({ kind, id, clientId }: QuotaLine, { agency, official }: Options): boolean {
  if (official !== undefined) return kind === 'official' && (id === official || clientId === official);
  if (agency !== undefined) return kind === 'agency' && id === agency;
  return kind === 'agreement';
}

function changeOf(
  { scope }: QuotaLine,
  limit: number | undefined,
): { action: ActionName; change: RegisterChange } {
  if (limit === undefined) return { action: 'quota.restore', change: { kind: 'restore-limit', scope } };
  return { action: 'quota.set', change: { kind: 'lower-limit', scope, limit } };
}

function aboveCeiling(ceiling: number): { tr: string; en: string } {
  return {
    tr: `Sınır tavanı (${String(ceiling)}) aşamaz. Tavan yalnızca protokolle değişir.`,
    en: `The limit cannot be above the ceiling (${String(ceiling)}). Only the agreement changes the ceiling.`,
  };
}

const ONE_SCOPE = {
  tr: '--agency ile --official seçeneklerinden yalnızca birini verin.',
  en: 'Give --agency or --official, not both.',
};
const ONE_CHANGE = {
  tr: '--limit ile --restore seçeneklerinden yalnızca birini verin.',
  en: 'Give either --limit or --restore.',
};
const NOT_A_LIMIT = {
  tr: '--limit sıfır veya daha büyük bir tam sayı olmalı.',
  en: '--limit must be a whole number, zero or more.',
};
const UNKNOWN = {
  tr: 'Böyle bir protokol, kurum veya personel sınırı yok. gecit quota show ile bakın.',
  en: 'There is no such limit. See gecit quota show.',
};
