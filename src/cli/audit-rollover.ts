import { type Command, Option } from 'commander';
import { addCommand, type CommandContext, does } from './command.ts';
import { actingOperator, signAct, signedBy, type SigningOptions, withAdministration } from './perform.ts';
import { reportAct } from './report-act.ts';
import { tell } from './shell.ts';

interface Options extends SigningOptions {
  readonly reason: 'key-compromise' | 'restore';
}

export function registerAuditRollover(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'rollover',
    summary: {
      tr: 'günlüğü kapatır, yeni anahtarıyla bir sonrakini açar; yıl dönümünde kendiliğinden olur',
      en: 'closes the log and opens the next one with a key of its own; at the turn of the year it happens by itself',
    },
    examples: ['audit rollover --reason key-compromise', 'audit rollover --reason restore'],
  });
  command.addOption(
    new Option(
      '--reason <reason>',
      tell(shell, {
        tr: 'imza anahtarı başkasının eline geçti ya da veritabanı eski bir yedekten döndü',
        en: 'the signing key may be known to others, or the database came back from an older backup',
      }),
    )
      .choices(['key-compromise', 'restore'])
      .makeOptionMandatory(),
  );
  does<Options>(signedBy(command, context), context, async (options) =>
    withAdministration(context, async (administration) => {
      const { key, operator } = await actingOperator(context, administration, options);
      const at = new Date(context.ports.clock.now()).toISOString();
      const { reason } = options;
      const details = { origin: administration.origin, reason };
      const act = signAct({ action: 'audit.rollover', at, operator: operator.id, details }, key);
      const { receipt, next, endSigned } = await administration.rollOver(act, reason);
      if (!endSigned) shell.err(shell.colours.red(`LOG_KEY_MISSING: ${tell(shell, END_UNSIGNED)}`));
      return reportAct(shell, options, receipt, {
        tr: `${receipt.origin} kapandı; kayıtlar artık ${next.origin} günlüğünde. Yeni anahtar: ${next.vkey}`,
        en: `${receipt.origin} is closed; records now go to ${next.origin}. Its key: ${next.vkey}`,
      });
    }),
  );
}

const END_UNSIGNED = {
  tr: 'Kapanan günlüğün imza anahtarı yok, bu yüzden sonu imzalanamadı: en yeni kontrol noktasından sonraki kayıtları imzasız kalır. Yeni günlük bundan etkilenmez. Anahtar bulunursa geri yükleyin; sonraki açılış sonu imzalar.',
  en: 'The key of the closed log is missing, so its end could not be signed: its records after the newest checkpoint stay unsigned. The new log is not affected. If the key is found, restore it; the next start signs the end.',
};
