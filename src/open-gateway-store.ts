import { type KeyVault } from './audit/key-vault.ts';
import { copyFolder, keyFolder, logNode } from './settings/places.ts';
import { type Settings } from './settings/settings.ts';
import { type Clock } from './shared/clock.ts';
import { zonedDay } from './shared/zoned-day.ts';
import { findOpenLog } from './store/readable-logs.ts';
import { openKeyFiles } from './store/keys/key-files.ts';
import { readRootKey } from './store/root-key.ts';
import { SecretHasher } from './identity/secret-hasher.ts';
import { openStore } from './store/open-store.ts';
import { type Store } from './store/store.ts';
import { masterKeys } from './wire-destruction.ts';

/** What the shared key of a key folder is proven with; the result says nothing about the key. */
export const KEY_FOLDER = 'gecit key folder';

/** The database of this node at its open log. */
export async function openGatewayStore(settings: Settings): Promise<Store> {
  const node = logNode(settings);
  const { databaseUrl } = settings;
  const copies = copyFolder(settings);
  const found = await findOpenLog({ databaseUrl, node, copies });
  // Without a log there is nothing to open; the store says so, naming the origin that is looked for.
  const store = await openStore({ databaseUrl, origin: found?.origin ?? node, copies });
  try {
    await store.requireKeyFolder(() =>
      new SecretHasher(readRootKey(keyFolder(settings), 'credential')).hash(KEY_FOLDER),
    );
    return store;
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
}

/** The keys of personal parts, for the day that it is now. */
export function openVault(settings: Settings, store: Store, clock: Clock): KeyVault {
  const today = zonedDay(clock.now(), settings.timeZone).date;
  return openKeyFiles(keyFolder(settings), store.kids, today, { masters: masterKeys(settings) });
}
