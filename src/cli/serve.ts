import { type Command, Option } from 'commander';
import { FaultsError } from '../shared/fault.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { UsageError } from './command-error.ts';
import { type RunningGateway } from './command-ports.ts';
import { initialiseGateway } from './init.ts';
import { storedLogFaults } from './log-faults.ts';
import { NO_LOG } from './perform.ts';
import { preflight } from './preflight.ts';
import { type ExitCode, outJson, tell } from './shell.ts';
import { startFault } from './start-fault.ts';
import { serveSignals } from './serve-signals.ts';

/** How long requests under way may take once a stopping gateway has drained. */
const GRACE_MILLISECONDS = 10_000;

interface Options {
  readonly firstRun?: boolean;
}

export function registerServe(program: Command, context: CommandContext): void {
  const command = addCommand(program, context, {
    usage: 'serve',
    summary: { tr: 'geçidi çalıştırır', en: 'runs the gateway' },
    examples: ['serve', 'serve --json'],
  }).addOption(new Option('--first-run', 'initialises the demo realm where no log exists').hideHelp());
  does<Options>(command, context, async (options) => {
    await prepare(context, options);
    let gateway: RunningGateway | undefined;
    // Heard from before the first request can arrive, so that no request under way is ever cut off.
    const signals = serveSignals(() => gateway?.reload());
    try {
      gateway = await start(context);
      announce(context, gateway, options.json === true);
      await signals.first;
      return await stop(context, gateway, signals.second);
    } finally {
      signals.forgetReload();
    }
  });
}

async function prepare(context: CommandContext, { firstRun }: Options): Promise<void> {
  const { ports } = context;
  const place = ports.place();
  preflight(place, ports.clock);
  if (await ports.isInitialised()) {
    const faults = await storedLogFaults(ports);
    if (faults.length > 0) throw new FaultsError(faults);
    return;
  }
  if (firstRun !== true || place.realm !== 'demo') throw new UsageError(NO_LOG);
  await initialiseGateway(context, {});
}

async function start({ ports }: CommandContext): Promise<RunningGateway> {
  try {
    return await ports.startGateway();
  } catch (thrown) {
    throw startFault(thrown);
  }
}

function announce({ shell, ports }: CommandContext, gateway: RunningGateway, json: boolean): void {
  const { partnerUrl, opsUrl } = gateway;
  const { realm } = ports.place();
  if (json) {
    outJson(shell, { realm, partnerUrl, opsUrl });
    return;
  }
  const { bold, cyan } = shell.colours;
  shell.out(
    bold(tell(shell, { tr: `Geçit çalışıyor (${realm}).`, en: `Geçit is running (${realm} realm).` })),
  );
  shell.out(`  ${tell(shell, { tr: 'kurumlar', en: 'partners' })}  ${partnerUrl}`);
  shell.out(`  ${tell(shell, { tr: 'sağlık  ', en: 'health  ' })}  ${opsUrl}/healthz`);
  if (realm === 'demo') {
    shell.out(tell(shell, { tr: 'Bir sorgu denemek için:', en: 'Try a query:' }));
    shell.out(`  ${cyan('npx gecit query --demo')}`);
  }
  shell.out(tell(shell, { tr: 'Durdurmak için Ctrl-C.', en: 'Ctrl-C stops it.' }));
}

/** A second signal, or the end of the grace time, stops at once. */
async function stop(
  { shell }: CommandContext,
  gateway: RunningGateway,
  secondSignal: Promise<void>,
): Promise<ExitCode> {
  shell.err(tell(shell, { tr: 'Duruyor …', en: 'Stopping …' }));
  const timer = AbortSignal.timeout(gateway.drainMilliseconds + GRACE_MILLISECONDS);
  const outOfTime = new Promise<'late'>((resolve) => {
    timer.addEventListener('abort', () => {
      resolve('late');
    });
  });
  const ended = await Promise.race([
    gateway.close().then(() => 'clean' as const),
    secondSignal.then(() => 'late' as const),
    outOfTime,
  ]);
  if (ended === 'clean') return 0;
  shell.err(tell(shell, { tr: 'Süren istekler kesildi.', en: 'Requests under way were cut off.' }));
  return 1;
}
