import { decodeLeaf } from '../audit/leaf.ts';
import { type LogReader } from '../audit/audit-log.ts';
import { type ActionName, type Administration } from '../gateway/administration.ts';
import { type Clock } from '../shared/clock.ts';
import { type Fault } from '../shared/fault.ts';
import { type CommandPorts, type Place } from './command-ports.ts';

/** What the clock may lie behind the newest record; above it the gateway would refuse every query. */
const TOLERANCE_MILLISECONDS = 5_000;
/** The demo realm is made right after the log; an interrupted first run may repeat itself in between. */
const FIRST_RECORDS = 10;
const DEMO: ActionName = 'demo.create';

type Log = Pick<Administration, 'origin' | 'log'>;

/** Why the stored log does not allow a start: the clock lies behind it, or, in production, a demo realm began it. */
export async function storedLogFaults(ports: CommandPorts): Promise<Fault[]> {
  const administration = await ports.openAdministration();
  try {
    return logFaults(administration, ports.place(), ports.clock);
  } finally {
    await administration.close();
  }
}

export function logFaults(stored: Log, { realm }: Pick<Place, 'realm'>, clock: Clock): Fault[] {
  const demo = realm === 'production' && beganAsDemo(stored.log);
  return [...clockBehindLog(stored, clock.now()), ...(demo ? [demoLog(stored.origin)] : [])];
}

function clockBehindLog({ origin, log }: Log, now: number): Fault[] {
  const { lastTime } = log.head();
  if (lastTime <= now + TOLERANCE_MILLISECONDS) return [];
  const [newest, clock] = [lastTime, now].map((moment) => new Date(moment).toISOString());
  return [
    {
      code: 'CLOCK_BEHIND_LOG',
      file: 'clock',
      line: 0,
      key: '',
      message: {
        tr: `${origin} günlüğünün en yeni kaydı ${String(newest)} tarihli, sistem saati ise ${String(clock)}`,
        en: `the newest record of log ${origin} is dated ${String(newest)}, after the system clock, ${String(clock)}`,
      },
      remedy: {
        tr: 'Saati düzeltin; saat doğruysa o zamanı bekleyin ya da başka bir GECIT_DATA_DIR ile yeni bir günlük başlatın.',
        en: 'Set the clock right; if it is right, wait until then, or begin a new log with another GECIT_DATA_DIR.',
      },
    },
  ];
}

function beganAsDemo(log: LogReader): boolean {
  let left = FIRST_RECORDS;
  for (const { bytes } of log.leaves(0)) {
    if (actionOf(bytes) === DEMO) return true;
    left -= 1;
    if (left === 0) return false;
  }
  return false;
}

/** A leaf that somebody has changed is for `gecit audit verify` to name. */
function actionOf(bytes: Buffer): string | null {
  try {
    return decodeLeaf(bytes).action;
  } catch {
    return null;
  }
}

function demoLog(origin: string): Fault {
  return {
    code: 'LOG_DEMO_IN_PRODUCTION',
    file: `log ${origin}`,
    line: 0,
    key: '',
    message: {
      tr: 'bu günlüğü deneme ortamı başlattı; canlı ortam onunla çalışmaz',
      en: 'the demo realm began this log; the production realm does not run on it',
    },
    remedy: {
      tr: 'Boş bir GECIT_DATA_DIR seçip gecit init çalıştırın.',
      en: 'Choose an empty GECIT_DATA_DIR and run gecit init.',
    },
  };
}
