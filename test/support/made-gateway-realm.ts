import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Activation } from '../../src/agreement/activation.ts';
import { loadAgreements } from '../../src/agreement/load-agreements.ts';
import { demoFolders, initialise } from '../../src/first-run.ts';
import { type ActionName, type SignedAct } from '../../src/gateway/administration.ts';
import { createOperatorKey, type OperatorKey, signBytes } from '../../src/identity/operator-key.ts';
import { SecretHasher } from '../../src/identity/secret-hasher.ts';
import { openAdministration } from '../../src/open-administration.ts';
import { keyFolder } from '../../src/settings/places.ts';
import { readSettings } from '../../src/settings/read-settings.ts';
import { type Settings } from '../../src/settings/settings.ts';
import { canonicalJson } from '../../src/shared/canonical-json.ts';
import { type Clock, systemClock } from '../../src/shared/clock.ts';
import { readRootKey } from '../../src/store/root-key.ts';
import { type AgreementDraft } from './agreement-builder.ts';
import { type DemoAccess, readDemoAccess } from './demo-access.ts';
import {
  AGREEMENT,
  planRealm,
  realmActivation,
  realmCertificates,
  writeAgreement,
  writeListenerFiles,
} from './gateway-realm.ts';
import { moveRealm, noteRealm } from './moved-realm.ts';
import { NOON } from './people-builder.ts';
import { ROOT } from './repository.ts';
import { type Made, sharedFolder } from './shared-folder.ts';
import { SetClock } from './set-clock.ts';

const OPERATOR = 'test-operator';
/** What the partners of a test realm hold. */
const ACCESS = 'access.json';

export interface RealmOptions {
  /** `demo` is the realm of the first start, with its own register and the real clock; `test` has a set clock and a fake source. */
  readonly realm?: 'test' | 'demo';
  /** Changes the agreement file before anything reads it. */
  readonly agreement?: (draft: AgreementDraft) => unknown;
  /** Changes the activation that the registers get; null registers none. */
  readonly activation?: Partial<Activation> | null;
}

export interface RealmPlace {
  readonly folder: string;
  readonly settings: Settings;
  readonly clock: Clock;
}

/** Settings of a gateway in a folder, with the files that they name but for those of the realm. */
export async function placeAt(
  folder: string,
  { realm = 'test', agreement }: RealmOptions,
): Promise<RealmPlace> {
  const protocols = join(folder, 'protocols');
  if (agreement !== undefined) writeAgreement(protocols, agreement);
  const listener =
    realm === 'demo' ? {} : writeListenerFiles(join(folder, 'certs'), await realmCertificates());
  const environment = {
    ...listener,
    GECIT_REALM: realm,
    GECIT_GATEWAY_NAME: 'gecit.test',
    GECIT_DATA_DIR: join(folder, 'data'),
    GECIT_CERTS_DIR: join(folder, 'certs'),
    GECIT_LOGS_DIR: join(folder, 'logs'),
    GECIT_PROTOCOLS_DIR: agreement === undefined ? join(ROOT, 'protocols') : protocols,
    GECIT_OPERATOR_KEY: join(folder, 'operator.key'),
    GECIT_PARTNER_PORT: '0',
    GECIT_OPS_PORT: '0',
  };
  const clock = realm === 'demo' ? systemClock : new SetClock(NOON);
  return { folder, settings: readSettings(environment, ROOT), clock };
}

/** Fills the place with a copy of the realm that the first gateway with these options made in this run. */
export async function copyRealm(place: RealmPlace, options: RealmOptions): Promise<DemoAccess> {
  const { realm = 'test', activation } = options;
  const file = join(place.settings.folders.protocols, `${AGREEMENT}.yaml`);
  const asked = JSON.stringify({ realm, activation, agreement: readFileSync(file, 'utf8') });
  const shared = await sharedFolder(`gateway-${hash('sha256', asked, 'hex')}`, async () =>
    makeRealm(options),
  );
  moveRealm(shared, { folder: place.folder, partnerPort: 0 });
  if (realm === 'demo') return readDemoAccess(demoFolders(place.settings, ROOT));
  return accessIn(shared);
}

async function makeRealm(options: RealmOptions): Promise<Made> {
  const folder = mkdtempSync(join(tmpdir(), 'gecit-realm-'));
  await fillRealm(await placeAt(folder, options), options);
  noteRealm({ folder, partnerPort: 0 });
  return {
    folder,
    [Symbol.asyncDispose]: async () => rm(folder, { recursive: true }),
  };
}

/** Makes the realm in its place, whatever its database is. */
export async function fillRealm(place: RealmPlace, options: RealmOptions = {}): Promise<void> {
  const key = createOperatorKey(place.settings.operatorKey);
  await initialise({ ...place, root: ROOT }, firstOperator(key, place.clock));
  if (options.realm !== 'demo') await enterRealm(place, key, options);
}

/** What the partners of the test realm in this place hold. */
export function accessIn(folder: string): DemoAccess {
  return JSON.parse(readFileSync(join(folder, ACCESS), 'utf8')) as DemoAccess;
}

async function enterRealm(
  { folder, settings, clock }: RealmPlace,
  key: OperatorKey,
  { activation }: RealmOptions,
): Promise<void> {
  const [agreement] = loadAgreements(settings.folders.protocols);
  if (agreement === undefined) throw new Error('there is no agreement');
  const plan = {
    agreement,
    hasher: new SecretHasher(readRootKey(keyFolder(settings), 'credential')),
    now: clock.now(),
    activation:
      activation === null ? undefined : { ...realmActivation(agreement, '2026-02-01'), ...activation },
  };
  const { changes, access } = planRealm(plan, await realmCertificates());
  const administration = await openAdministration(settings, clock);
  await administration.perform(signed(key, clock, 'demo.create'), changes);
  await administration.close();
  writeFileSync(join(folder, ACCESS), JSON.stringify(access), { mode: 0o600 });
}

function firstOperator(key: OperatorKey, clock: Clock): Parameters<typeof initialise>[1] {
  const operator = {
    id: OPERATOR,
    name: 'Sınama Operatörü',
    publicKey: key.publicKey,
    addedAt: clock.now(),
    endedAt: null,
  };
  return { operator, sign: (statement) => sign(statement, key) };
}

/** An act of the realm's operator. */
export function signed(key: OperatorKey, clock: Clock, action: ActionName): SignedAct {
  return sign({ action, at: new Date(clock.now()).toISOString(), operator: OPERATOR, details: {} }, key);
}

function sign(statement: SignedAct['statement'], key: OperatorKey): SignedAct {
  return { statement, signature: signBytes(Buffer.from(canonicalJson(statement), 'utf8'), key) };
}
