import { type Command } from 'commander';
import { type RecordFinding } from '../audit/witness/witness-state.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { RefusedError, UsageError } from './command-error.ts';
import { NO_LOG, perform, signedBy, type SigningOptions, withAdministration } from './perform.ts';
import { reportAct } from './report-act.ts';
import { type OutputFlags } from './run-command.ts';
import { type ExitCode, outJson, outLines, tell } from './shell.ts';
import { type WitnessDesk } from './witness-desk.ts';
import { pushText, reportJson, reportText } from './witness-text.ts';

interface Options extends SigningOptions, OutputFlags {
  readonly accept?: string;
  readonly push?: boolean;
}

export function registerAuditWitness(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'witness',
    summary: {
      tr: 'tanıkların durumu: kime tanıklık ediyoruz, günlüğümüze kim tanıklık ediyor',
      en: 'the state of witnesses: whose logs we cosign, and who cosigns ours',
    },
    examples: ['audit witness', 'audit witness --push', 'audit witness --accept gecit.partner/node-1/2026'],
  })
    .option(
      '--accept <origin>',
      tell(shell, {
        tr: 'kaydı kaybolan ya da bozulan bir günlükte sağlam olandan devam eder; imzalı işlem',
        en: 'goes on from the sound record of a log whose other record is lost or damaged; a signed act',
      }),
    )
    .option(
      '--push',
      tell(shell, {
        tr: 'en yeni kontrol noktasını şimdi tanıklara gönderir; imzalı işlem',
        en: 'sends the newest checkpoint to the witnesses now; a signed act',
      }),
    );
  does<Options>(signedBy(command, context), context, async (options) => {
    if (options.accept !== undefined && options.push === true) throw new UsageError(ONE_ACT);
    return withDesk(context, async (desk) => {
      if (options.accept !== undefined) return accept(context, desk, options, options.accept);
      return options.push === true ? push(context, desk, options) : show(context, desk, options);
    });
  });
}

async function withDesk(
  { ports }: CommandContext,
  work: (desk: WitnessDesk) => Promise<ExitCode>,
): Promise<ExitCode> {
  if (!(await ports.isInitialised())) throw new UsageError(NO_LOG);
  const desk = await ports.openWitnessDesk();
  try {
    return await work(desk);
  } finally {
    await desk.close();
  }
}

async function show(context: CommandContext, desk: WitnessDesk, { json }: OutputFlags): Promise<ExitCode> {
  const { shell, ports } = context;
  const report = await desk.report();
  if (json === true) outJson(shell, reportJson(report));
  else outLines(shell, reportText(shell, report, ports.place().timeZone));
  return report.witnessed.some(({ fault }) => fault !== null) ? 3 : 0;
}

/** The act is recorded before it is done: if the process dies in between, the operator finds the same state and repeats it. */
async function accept(
  context: CommandContext,
  desk: WitnessDesk,
  options: Options,
  origin: string,
): Promise<ExitCode> {
  const { size, root } = acceptable(await desk.examine(origin));
  return withAdministration(context, async (administration) => {
    const details = { origin, size, root: root.toString('base64') };
    const act = { action: 'witness.accept', details, facts: details } as const;
    const receipt = await perform(context, administration, options, act);
    await desk.accept(origin);
    return reportAct(context.shell, options, receipt, {
      tr: `${origin} günlüğüne tanıklık ${String(size)} boyundan devam ediyor.`,
      en: `${origin} is cosigned again, from size ${String(size)} on.`,
    });
  });
}

function acceptable({ fault, record }: RecordFinding): NonNullable<RecordFinding['record']> {
  if (fault === null) throw new RefusedError(NOTHING_TO_ACCEPT);
  if (record === undefined) throw new RefusedError(NOTHING_SOUND);
  return record;
}

async function push(context: CommandContext, desk: WitnessDesk, options: Options): Promise<ExitCode> {
  const { shell, ports } = context;
  return withAdministration(context, async (administration) => {
    const act = { action: 'witness.push', details: {} } as const;
    const receipt = await perform(context, administration, options, act);
    const report = await desk.push();
    if (options.json === true) outJson(shell, { ...report, record: receipt });
    else outLines(shell, pushText(shell, report, ports.place().timeZone));
    return report.outcome === 'quorum' ? 0 : 1;
  });
}

const ONE_ACT = {
  tr: '--accept ile --push seçeneklerinden yalnızca birini verin.',
  en: 'Give --accept or --push, not both.',
};
const NOTHING_TO_ACCEPT = {
  tr: 'Bu günlüğün kaydı sağlam ya da hiç yok; kabul edilecek bir şey yok. gecit audit witness ile bakın.',
  en: 'The record of this log is sound, or there is none; there is nothing to accept. See gecit audit witness.',
};
const NOTHING_SOUND = {
  tr: 'Dosya da veritabanındaki kayıt da bu tanığın imzasını taşımıyor; devam edilecek bir boy yok. Dosyayı, veritabanını ya da tanık anahtarını yedekten geri yükleyin.',
  en: 'Neither the file nor the row of the database bears the signature of this witness; there is no size to go on from. Restore the file, the database or the witness key from a backup.',
};
