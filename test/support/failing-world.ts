import { hash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Agreement } from '../../src/agreement/agreement.ts';
import { loadAgreements } from '../../src/agreement/load-agreements.ts';
import { type ChainParts } from '../../src/audit/time-stamp/certificate-chain.ts';
import { checkStamp } from '../../src/audit/time-stamp/check-stamp.ts';
import { trustedCertificates } from '../../src/audit/time-stamp/trusted-certificates.ts';
import { initialise } from '../../src/first-run.ts';
import { createOperatorKey, signBytes } from '../../src/identity/operator-key.ts';
import { SecretHasher } from '../../src/identity/secret-hasher.ts';
import { type ReceivedStamp, type TimeStampAuthority } from '../../src/notary/time-stamp-authority.ts';
import { keyFolder } from '../../src/settings/places.ts';
import { type Environment } from '../../src/settings/environment.ts';
import { readSettings } from '../../src/settings/read-settings.ts';
import { type Settings } from '../../src/settings/settings.ts';
import { canonicalJson } from '../../src/shared/canonical-json.ts';
import { readRootKey } from '../../src/store/root-key.ts';
import { openAdministration } from '../../src/open-administration.ts';
import { listedAbout } from './demo-access.ts';
import { DATABASE } from './evidence-node.ts';
import { forgeStamp } from './forged-stamp.ts';
import { planRealm, realmActivation, realmCertificates } from './gateway-realm.ts';
import { NOON } from './people-builder.ts';
import { ROOT } from './repository.ts';
import { SetClock } from './set-clock.ts';
import { asn1Time, type Issued, TimeStampPki } from './time-stamp-pki.ts';

const OPERATOR = 'test-operator';

/** A file system in memory where there is one: a process that is killed takes nothing back from the operating system. */
const MEMORY = '/dev/shm';

/** Who asks, as the registers of every place know them. */
export interface Asker {
  readonly certificateFingerprint: string;
  readonly address: string;
  readonly officialId: string;
}

/** What stays the same whatever becomes of a node: who asks it, who stamps its log, and a node as it begins. */
export class FailingWorld implements Disposable {
  readonly agreement: Agreement;
  readonly asker: Asker;
  readonly authority: TimeStampAuthority & { readonly trusted: ChainParts };
  readonly #pki: TimeStampPki;
  readonly #template: string;
  readonly #folders: Set<string>;

  private constructor(template: string, agreement: Agreement, asker: Asker) {
    this.#template = template;
    this.#folders = new Set([template]);
    this.agreement = agreement;
    this.asker = asker;
    this.#pki = new TimeStampPki();
    this.authority = new LocalAuthority(this.#pki);
  }

  /** Makes a node as `gecit init` does, with the realm of the tests. @param grow brings its log to where cells begin */
  static async make(grow: (world: FailingWorld, folder: string) => Promise<void>): Promise<FailingWorld> {
    const folder = newFolder();
    const settings = settingsAt(folder);
    const clock = new SetClock(NOON);
    const key = createOperatorKey(settings.operatorKey);
    const sign = (statement: Parameters<Parameters<typeof initialise>[1]['sign']>[0]) => ({
      statement,
      signature: signBytes(Buffer.from(canonicalJson(statement), 'utf8'), key),
    });
    const person = { id: OPERATOR, name: 'Sınama Operatörü', addedAt: clock.now(), endedAt: null };
    await initialise(
      { settings, root: ROOT, clock },
      { operator: { ...person, publicKey: key.publicKey }, sign },
    );
    const [agreement] = loadAgreements(settings.folders.protocols);
    if (agreement === undefined) throw new Error('there is no agreement');
    const administration = await openAdministration(settings, clock);
    const hasher = new SecretHasher(readRootKey(keyFolder(settings), 'credential'));
    const activation = realmActivation(agreement, '2026-02-01');
    const certificates = await realmCertificates();
    const { changes, access } = planRealm({ agreement, hasher, now: clock.now(), activation }, certificates);
    const act = { action: 'demo.create', at: new Date(clock.now()).toISOString(), operator: OPERATOR, details: {} } as const; // prettier-ignore
    await administration.perform(sign(act), changes);
    const { identities } = await administration.standing();
    await administration.close();
    const listed = listedAbout(access.officials, 'may query');
    const officialId = identities.officialByClientId(listed.clientId)?.id ?? '';
    const certificateFingerprint = certificates.agencies.cgm.fingerprint;
    const world = new FailingWorld(folder, agreement, {
      certificateFingerprint,
      officialId,
      address: '127.0.0.1',
    });
    await grow(world, folder);
    return world;
  }

  /** A place of its own, as the template is or as another place is at this very moment, side files of SQLite and all. */
  copy(folder: string = this.#template): string {
    const copy = newFolder();
    this.#folders.add(copy);
    // The shared memory of SQLite goes with the processes that share it.
    cpSync(folder, copy, { recursive: true, filter: (file) => !file.endsWith('-shm') });
    return copy;
  }

  /** Removes every copy. */
  tidyUp(): void {
    for (const folder of this.#folders) if (folder !== this.#template) this.#remove(folder);
  }

  [Symbol.dispose](): void {
    this.#pki[Symbol.dispose]();
    for (const folder of this.#folders) this.#remove(folder);
  }

  #remove(folder: string): void {
    rmSync(folder, { recursive: true, force: true });
    this.#folders.delete(folder);
  }
}

/** Settings of the node in a folder. */
export function settingsAt(folder: string): Settings {
  const settings = (read ??= readSettings(environmentAt(PLACEHOLDER), ROOT));
  const here = (path: string): string => path.replace(PLACEHOLDER, folder);
  const { data, keys, certs, logs, protocols } = settings.folders;
  return {
    ...settings,
    databaseUrl: `sqlite:${join(folder, DATABASE)}`,
    folders: { data: here(data), keys: here(keys), certs: here(certs), logs: here(logs), protocols },
    operatorKey: here(settings.operatorKey),
    burst: { size: 100_000, perSecond: 100_000 },
    evidence: { ...settings.evidence, checkpointSeconds: 0 },
  };
}

const PLACEHOLDER = '/place-of-a-node';
let read: Settings | undefined;

function environmentAt(folder: string): Environment {
  return {
    GECIT_REALM: 'test',
    GECIT_GATEWAY_NAME: 'gecit.test',
    GECIT_DATA_DIR: join(folder, 'data'),
    GECIT_CERTS_DIR: join(folder, 'certs'),
    GECIT_LOGS_DIR: join(folder, 'logs'),
    GECIT_PROTOCOLS_DIR: join(ROOT, 'protocols'),
    GECIT_OPERATOR_KEY: join(folder, 'operator.key'),
    // No listener opens: nobody looks for them.
    GECIT_PARTNER_CERTIFICATE: join(folder, 'server'),
    GECIT_PARTNER_KEY: join(folder, 'key'),
    GECIT_PARTNER_CLIENT_CA: join(folder, 'ca'),
  };
}

function newFolder(): string {
  return mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'gecit-failing-'));
}

/** Stamps whatever it is given, with certificates that its root vouches for. */
class LocalAuthority implements TimeStampAuthority {
  readonly name = 'tsa.test';
  readonly trusted: ChainParts;
  readonly #signer: Issued;

  constructor(pki: TimeStampPki) {
    const root = pki.root('Test Root');
    this.trusted = trustedCertificates(root.pem);
    this.#signer = pki.tsa('Test TSA', root);
  }

  async stamp(note: Buffer): Promise<ReceivedStamp> {
    const imprint = hash('sha256', note, 'buffer');
    const response = forgeStamp(this.#signer, { imprint, genTime: asn1Time(NOON) });
    const stamp = checkStamp(response, { imprint, trusted: this.trusted });
    if (!stamp.ok) throw new Error(stamp.code);
    return Promise.resolve({ response, stamp });
  }
}
