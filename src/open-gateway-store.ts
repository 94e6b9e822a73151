import { type KeyVault } from './audit/key-vault.ts';
import { keyFolder, logNode } from './settings/places.ts';
import { type Settings } from './settings/settings.ts';
import { type Clock } from './shared/clock.ts';
import { zonedDay } from './shared/zoned-day.ts';
import { findLog } from './store/find-log.ts';
import { openKeyFiles } from './store/keys/key-files.ts';
import { openStore, type Store } from './store/open-store.ts';
import { masterKeys } from './wire-destruction.ts';

/** The database of this node at its open log. */
export async function openGatewayStore(settings: Settings): Promise<Store> {
  const node = logNode(settings);
  const found = findLog(settings.databaseUrl, node);
  // Without a log there is nothing to open; the store says so, naming the origin that is looked for.
  return openStore({ databaseUrl: settings.databaseUrl, origin: found?.origin ?? node });
}

/** The keys of personal parts, for the day that it is now. */
export function openVault(settings: Settings, store: Store, clock: Clock): KeyVault {
  const today = zonedDay(clock.now(), settings.timeZone).date;
  return openKeyFiles(keyFolder(settings), store.kids, today, { masters: masterKeys(settings) });
}
