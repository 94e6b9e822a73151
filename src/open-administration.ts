import { type Agreement } from './agreement/agreement.ts';
import { loadAgreements } from './agreement/load-agreements.ts';
import { type Administration } from './gateway/administration.ts';
import { performAct } from './gateway/perform-act.ts';
import { openGatewayStore, openVault } from './open-gateway-store.ts';
import { type Settings } from './settings/settings.ts';
import { type Clock, systemClock } from './shared/clock.ts';
import { zonedDay } from './shared/zoned-day.ts';
import { type Store } from './store/store.ts';
import { openDesk } from './wire-destruction.ts';
import { EvidenceOfNode, nextLogAfter, yearlyLog } from './wire-evidence.ts';
import { searchedLogs } from './wire-search.ts';

/** Opens registers and log for a command; works beside a running server. */
export async function openAdministration(
  settings: Settings,
  clock: Clock = systemClock,
): Promise<Administration> {
  const agreements = loadAgreements(settings.folders.protocols);
  const store = await openGatewayStore(settings);
  try {
    return await administrationOver({ settings, clock, agreements, store });
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
}

interface Opened {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly agreements: readonly Agreement[];
  readonly store: Store;
}

async function administrationOver({ settings, clock, agreements, store }: Opened): Promise<Administration> {
  const vault = openVault(settings, store, clock);
  const log = store.openLogReader();
  const evidence = new EvidenceOfNode({ settings, store, clock });
  const { timeZone } = settings;
  const parts = { clock, vault, timeZone, store: store.evidence, due: yearlyLog(settings) };
  const destruction = await openDesk({ settings, store, acts: parts });
  return {
    origin: log.head().origin,
    agreements,
    log,
    vault,
    logs: () => evidence.readers(),
    searchedLogs: (search) => searchedLogs(settings, store.readable.url, search),
    destruction,
    standing: async () => store.evidence.standing(),
    identityRows: async () => store.identityRows(),
    operators: async () => store.operators(),
    loweredLimits: async () => store.loweredLimits(),
    countersOn: async (day) => store.evidence.countersOn(day),
    perform: async (act, changes, facts) =>
      performAct(act, changes, parts, facts === undefined ? {} : { facts }),
    rollOver: async (act, reason, restored) => {
      const year = zonedDay(clock.now(), timeZone).date.slice(0, 4);
      const next = nextLogAfter(settings, log.head().origin, { year, reason });
      const extras = restored === undefined ? {} : { facts: restored.facts };
      const ends = { ...next, restoredSize: restored?.restoredSize };
      const receipt = await performAct(act, [], parts, { ...extras, next: ends });
      const unsigned = await evidence.signEnds();
      return { receipt, next, endSigned: !unsigned.includes(receipt.origin) };
    },
    close: async () => {
      log.close();
      await evidence.close();
      await store.close();
    },
  };
}
