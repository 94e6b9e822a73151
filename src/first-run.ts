import { mkdirSync } from 'node:fs';
import { type Agreement } from './agreement/agreement.ts';
import { type LeafFacts } from './audit/leaf.ts';
import { loadAgreements } from './agreement/load-agreements.ts';
import { type FirstOperator } from './cli/command-ports.ts';
import { ensureDemoRealm } from './demo/demo-realm.ts';
import { type DemoRealmOptions } from './demo/prepare-realm.ts';
import { type DemoFolders } from './demo/realm-paths.ts';
import { demoState } from './demo/realm-state.ts';
import { type ActionName, type SignedAct } from './gateway/administration.ts';
import { performAct } from './gateway/perform-act.ts';
import { type RegisterChange } from './gateway/register-change.ts';
import { SecretHasher } from './identity/secret-hasher.ts';
import { copyFolder, keyFolder, logNode } from './settings/places.ts';
import { type Settings } from './settings/settings.ts';
import { type SourceSettings } from './settings/source-schema.ts';
import { sqliteSourceFile } from './settings/sqlite-source-file.ts';
import { type Clock } from './shared/clock.ts';
import { type Fault, FaultsError } from './shared/fault.ts';
import { zonedDay } from './shared/zoned-day.ts';
import { createLog } from './store/create-log.ts';
import { type FoundLog } from './store/find-log.ts';
import { findOpenLog, type LogPlace } from './store/readable-logs.ts';
import { createMasterKey, openKeyFiles } from './store/keys/key-files.ts';
import { openStore } from './store/open-store.ts';
import { type Store } from './store/store.ts';
import { ensureLogKey, readLogKey } from './store/log-key.ts';
import { KEY_FOLDER } from './open-gateway-store.ts';
import { masterKeys } from './wire-destruction.ts';
import { ensureRootKey } from './store/root-key.ts';
import { ensureWitnessKey } from './store/witness-key.ts';

/** What a first run works with. */
export interface FirstRun {
  readonly settings: Settings;
  /** Folder of package.json. */
  readonly root: string;
  readonly clock: Clock;
}

/** Whether there is a log to serve and, in the demo realm, a whole realm with it. */
export async function isInitialised(settings: Settings, root: string): Promise<boolean> {
  const found = await findOpenLog(placeOf(settings));
  if (found === undefined || found.size === 0) return false;
  return settings.realm !== 'demo' || demoState(demoFolders(settings, root)) === 'complete';
}

/**
 * Creates keys, database, log head and the first operator and, in the demo realm, its people. What an earlier, interrupted
 * run has done is kept, so the next run finishes it.
 * @throws FaultsError when an initialised log exists
 */
export async function initialise(run: FirstRun, first: FirstOperator): Promise<{ readonly origin: string }> {
  const { settings } = run;
  const { folders, databaseUrl } = settings;
  for (const folder of [folders.data, folders.logs]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  createMasterKey(keyFolder(settings), masterKeys(settings));
  const hasher = new SecretHasher(ensureRootKey(keyFolder(settings), 'credential'));
  ensureWitnessKey(keyFolder(settings), logNode(settings));
  const log = await ensureLog(run);
  const store = await openStore({ databaseUrl, origin: log.origin, copies: copyFolder(settings) });
  try {
    const acts = firstActs(run, first, store, log.origin);
    const { operator } = first;
    await store.requireKeyFolder(() => hasher.hash(KEY_FOLDER));
    if (log.size === 0) {
      const key = readLogKey(keyFolder(settings), log.origin).vkey;
      // In a database that others serve already, the operator is one of theirs.
      const isFirst = (await store.operators()).length === 0;
      const changes: RegisterChange[] = isFirst ? [{ kind: 'add-operator', operator }] : [];
      await acts('gateway.init', changes, { origin: log.origin, key });
    }
    if (settings.realm === 'demo') {
      await ensureDemoRealm(demoOptions(run, hasher), {
        identityRows: async () => store.identityRows(),
        commit: async (changes) => acts('demo.create', changes),
      });
    }
    return { origin: log.origin };
  } finally {
    await store.close();
  }
}

/** Makes the log unless an interrupted run has; createLog refuses where one is in use. */
async function ensureLog({ settings, clock }: FirstRun): Promise<FoundLog> {
  const { databaseUrl, realm } = settings;
  const found = await findOpenLog(placeOf(settings));
  if (found !== undefined && (found.size === 0 || realm === 'demo')) return found;
  const year = zonedDay(clock.now(), settings.timeZone).date.slice(0, 4);
  const origin = `${logNode(settings)}/${year}`;
  await createLog({ databaseUrl, origin }, ensureLogKey(keyFolder(settings), origin).vkey);
  return { origin, size: 0 };
}

function placeOf(settings: Settings): LogPlace {
  return { databaseUrl: settings.databaseUrl, node: logNode(settings), copies: copyFolder(settings) };
}

type Acts = (action: ActionName, changes: readonly RegisterChange[], facts?: LeafFacts) => Promise<void>;

function firstActs({ settings, clock }: FirstRun, first: FirstOperator, store: Store, origin: string): Acts {
  const { timeZone } = settings;
  const today = zonedDay(clock.now(), timeZone).date;
  const vault = openKeyFiles(keyFolder(settings), store.kids, today, { masters: masterKeys(settings) });
  const parts = { clock, timeZone, store: store.evidence, vault };
  const sign = (action: ActionName, changes: readonly RegisterChange[]): SignedAct => {
    const at = new Date(clock.now()).toISOString();
    const details = { origin, changes: changes.map(stated) };
    return first.sign({ action, at, operator: first.operator.id, details });
  };
  return async (action, changes, facts) => {
    await performAct(sign(action, changes), changes, parts, facts === undefined ? {} : { facts });
  };
}

/** A change as the act states it: in full, but for what proves a person. */
function stated(change: RegisterChange): string {
  return JSON.stringify(change, (key, value: unknown) => (key === 'secretHash' ? undefined : value));
}

export function demoFolders({ folders }: Settings, projectRoot: string): DemoFolders {
  return { projectRoot, data: folders.data, certs: folders.certs };
}

/** The realm is that of the first agreement with a source; its provider's register is the file this source reads. */
function demoOptions({ settings, root, clock }: FirstRun, hasher: SecretHasher): DemoRealmOptions {
  const found = demoSource(loadAgreements(settings.folders.protocols), settings.sources);
  if (found === undefined) throw new FaultsError([noDemoSource(settings.folders.protocols)]);
  return {
    folders: demoFolders(settings, root),
    registerFile: found.file,
    partnerUrl: `https://localhost:${String(settings.partner.port)}`,
    agreement: found.agreement,
    hasher,
    clock,
  };
}

function demoSource(
  agreements: readonly Agreement[],
  sources: readonly SourceSettings[],
): { readonly agreement: Agreement; readonly file: string } | undefined {
  for (const agreement of agreements) {
    const source = sources.find((one) =>
      one.operations.some((operation) => operation.agreement === agreement.id),
    );
    const file = source === undefined ? undefined : sqliteSourceFile(source);
    if (file !== undefined) return { agreement, file };
  }
  return undefined;
}

function noDemoSource(file: string): Fault {
  return {
    code: 'DEMO_SOURCE_MISSING',
    file,
    line: 0,
    key: 'sources',
    message: {
      tr: 'deneme ortamı için kaynağı tanımlı bir protokol yok',
      en: 'no agreement has a source for the demo realm',
    },
    remedy: {
      tr: 'Ayarlarda bir protokolün işlemine kaynak tanımlayın.',
      en: "Configure a source for an agreement's operation in the settings.",
    },
  };
}
