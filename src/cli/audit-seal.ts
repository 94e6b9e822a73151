import { type Command } from 'commander';
import { type SealProgress } from '../evidence/seal-days.ts';
import { type SealAlarm, sealLogs, type SealOutcome } from '../evidence/seal-logs.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { perform, signedBy, type SigningOptions, withAdministration } from './perform.ts';
import { type ExitCode, outJson, type Shell, tell } from './shell.ts';

export function registerAuditSeal(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'seal',
    summary: {
      tr: 'biten günleri kanıt klasörüne mühürler: her kayıt yeniden okunur, karşılaştırılır, yazılır',
      en: 'seals the days that have ended into the evidence folder: every record is read again, compared and written',
    },
    examples: ['audit seal', 'audit seal --json'],
  });
  does<SigningOptions>(signedBy(command, context), context, async (options) =>
    withAdministration(context, async (administration) => {
      // Recorded first: a record of today also closes every day before it.
      await perform(context, administration, options, { action: 'audit.seal', details: {} });
      const outcome = await seal(context);
      if (options.json === true) outJson(shell, jsonOf(outcome));
      else print(shell, outcome);
      return exitOf(outcome);
    }),
  );
}

async function seal({ shell, ports }: CommandContext): Promise<SealOutcome> {
  const logs = await ports.openSealing();
  try {
    const onProgress = (progress: SealProgress): void => {
      shell.progress(progressText(shell, progress));
    };
    const { timeZone } = ports.place();
    return await sealLogs(logs, { now: ports.clock.now(), timeZone, onProgress });
  } finally {
    shell.progress('');
    await logs.close();
  }
}

function progressText(shell: Shell, { origin, day, step, done }: SealProgress): string {
  const doing = {
    reading: tell(shell, { tr: 'okunuyor', en: 'reading' }),
    writing: tell(shell, { tr: 'yazılıyor', en: 'writing' }),
  };
  return `${origin} ${day} ${doing[step]} ${String(done)}`;
}

function exitOf({ alarms }: SealOutcome): ExitCode {
  return alarms.length > 0 ? 1 : 0;
}

function jsonOf({ days, alarms }: SealOutcome): object {
  return { days: days.map((day) => ({ ...day, root: day.root.toString('base64') })), alarms };
}

function print(shell: Shell, { days, alarms }: SealOutcome): void {
  const { bold, green } = shell.colours;
  for (const { origin, day, leaves, size, root, files } of days) {
    shell.out(`${bold(green(tell(shell, { tr: 'MÜHÜRLENDİ', en: 'SEALED' })))}  ${day}  ${origin}`);
    const [count, total, written] = [leaves, size, files].map(String);
    shell.out(
      tell(shell, {
        tr: `  kayıt: ${String(count)}   boy: ${String(total)}   dosya: ${String(written)}`,
        en: `  records: ${String(count)}   size: ${String(total)}   files: ${String(written)}`,
      }),
    );
    shell.out(
      tell(shell, { tr: `  kök: ${root.toString('base64')}`, en: `  root: ${root.toString('base64')}` }),
    );
  }
  for (const alarm of alarms) printAlarm(shell, alarm);
  if (days.length === 0 && alarms.length === 0)
    shell.out(
      tell(shell, {
        tr: 'Mühürlenecek gün yok: biten her gün mühürlü.',
        en: 'There is nothing to seal: every day that has ended is sealed.',
      }),
    );
}

function printAlarm(shell: Shell, { code, messages }: SealAlarm): void {
  shell.err(shell.colours.red(`${code}: ${tell(shell, messages)}`));
}
