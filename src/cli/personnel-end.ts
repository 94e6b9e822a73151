import { type Command } from 'commander';
import { addCommand, type CommandContext, does } from './command.ts';
import { RefusedError, UsageError } from './command-error.ts';
import { findOfficialId } from './find-official-id.ts';
import { dateTime, parseMoment } from './date-time.ts';
import { perform, signedBy, type SigningOptions, withAdministration } from './perform.ts';
import { reportAct } from './report-act.ts';
import { tell } from './shell.ts';

interface Options extends SigningOptions {
  readonly at?: string;
}

export function registerPersonnelEnd(group: Command, context: CommandContext): void {
  const command = addCommand(group, context, {
    usage: 'end <agreement> <official>',
    summary: {
      tr: 'bir personelin protokoldeki yetkisini sona erdirir',
      en: "ends an official's authority under an agreement",
    },
    examples: [
      'personnel end tr-iskur-cgm-2024 cgm-0123456789',
      'personnel end tr-iskur-cgm-2024 cgm-0123456789 --at 2026-12-31',
    ],
  }).option(
    '--at <time>',
    tell(context.shell, { tr: 'ileri bir tarih (yoksa hemen)', en: 'a later moment (else at once)' }),
  );
  does<Options>(signedBy(command, context), context, async (options, [agreementId = '', given = '']) =>
    withAdministration(context, async (administration) => {
      const now = context.ports.clock.now();
      const zone =
        administration.agreements.find(({ id }) => id === agreementId)?.timeZone ??
        context.ports.place().timeZone;
      const at = options.at === undefined ? now : parseMoment(options.at, zone);
      if (at < now) throw new UsageError(PAST);
      const rows = await administration.identityRows();
      const officialId = findOfficialId(rows, given);
      const authority = rows.authorities.find(
        (one) => one.officialId === officialId && one.agreementId === agreementId,
      );
      if (authority === undefined) throw new RefusedError(UNKNOWN);
      if (authority.until <= at) throw new RefusedError(ENDED);
      const receipt = await perform(context, administration, options, {
        action: 'personnel.end',
        details: { agreement: agreementId, official: officialId, at: new Date(at).toISOString() },
        changes: [{ kind: 'end-authority', officialId, agreementId, at }],
      });
      const moment = dateTime(at, zone);
      const [tr, en] = at > now ? ['sona erer', 'ends'] : ['sona erdi', 'has ended'];
      return reportAct(context.shell, options, receipt, {
        tr: `${given} için ${agreementId} yetkisi ${moment} itibarıyla ${tr}.`,
        en: `The authority of ${given} under ${agreementId} ${en} at ${moment}.`,
      });
    }),
  );
}

const PAST = {
  tr: 'Yetki geçmişe dönük sona erdirilemez. Bugünden sonraki bir zaman verin.',
  en: 'An authority cannot be ended in the past. Give a moment that is still to come.',
};
const UNKNOWN = {
  tr: 'Bu protokolde böyle bir personel yok. gecit personnel list ile bakın.',
  en: 'There is no such official under this agreement. See gecit personnel list.',
};
const ENDED = {
  tr: 'Bu yetki o zamana kadar zaten sona eriyor. Yapılacak bir şey yok.',
  en: 'This authority has ended by then anyway. There is nothing to do.',
};
