import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { type Activation } from '../../src/agreement/activation.ts';
import { type Agreement } from '../../src/agreement/agreement.ts';
import { loadAgreements } from '../../src/agreement/load-agreements.ts';
import { decodeLeaf, type Leaf } from '../../src/audit/leaf.ts';
import { type OpenedPart, openPersonal } from '../../src/audit/open-personal.ts';
import { type RunningGateway } from '../../src/cli/command-ports.ts';
import { type ActionName, type Administration } from '../../src/gateway/administration.ts';
import { type EvidenceStore } from '../../src/gateway/commit/evidence-store.ts';
import { type RegisterChange } from '../../src/gateway/register-change.ts';
import { loadOperatorKey, type OperatorKey } from '../../src/identity/operator-key.ts';
import { type Official } from '../../src/identity/official.ts';
import { type Settings } from '../../src/settings/settings.ts';
import { type SourceQuery } from '../../src/sources/source.ts';
import { openAdministration } from '../../src/open-administration.ts';
import { type Replacements, startGateway as start } from '../../src/wiring.ts';
import { type AgencyId, type DemoAccess, listedAbout } from './demo-access.ts';
import { FakeSource } from './fake-source.ts';
import { type Connecting, GatewayClient, OfficialClient } from './gateway-client.ts';
import { AGREEMENT, KNOWN, realmActivation, realmCertificates } from './gateway-realm.ts';
import { copyRealm, placeAt, type RealmOptions, type RealmPlace, signed } from './made-gateway-realm.ts';
import { NodeLogs } from './node-logs.ts';
import { until } from './gateway-process.ts';
import { type ClientAnswer } from './partner-client.ts';
import { ROOT } from './repository.ts';
import { proveRecorded, queryIdOf } from './prove-recorded.ts';
import { proveSecrecy } from './prove-secrecy.ts';
import { type ListContent, revocationList } from './revocation-list.ts';
import { RecordingLogger } from './recording-logger.ts';
import { redact } from '../../src/shared/redact.ts';
import { SetClock } from './set-clock.ts';

// A gateway starts in a tenth of a second, and in many seconds where the machine does other things besides.
jest.setTimeout(60_000);

export interface GatewayOptions extends RealmOptions {
  readonly burst?: Partial<Settings['burst']>;
  readonly limits?: Partial<Settings['limits']>;
  readonly partner?: Partial<Settings['partner']>;
  /** The list of revoked certificates of the realm's authority; absent where none is kept. */
  readonly lists?: ListContent;
  readonly tokenSeconds?: number;
  readonly timeStamps?: Settings['timeStamps'];
  readonly signSeconds?: number;
  readonly evidence?: (store: EvidenceStore) => EvidenceStore;
  readonly evidenceStale?: () => boolean;
  readonly drained?: () => Promise<void>;
  /** Policy of the logs that it cosigns. */
  readonly witnessedLogs?: string;
  /** Real sources in place of the fake one. */
  readonly sources?: Settings['sources'];
}

/** A recorder that the gateway may close. */
class ClosableRecorder extends RecordingLogger {
  async close(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * A whole gateway in this process on ports of its own, with its realm, its operator and its partners. When it is
 * disposed of it stops and proves its whole log again, and that every answer that left has its record.
 */
export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'gecit-gateway-'));
  try {
    const place = await placeOf(folder, options);
    const access = await copyRealm(place, options);
    const [agreement] = loadAgreements(place.settings.folders.protocols);
    if (agreement === undefined) throw new Error('there is no agreement');
    const key = loadOperatorKey(place.settings.operatorKey);
    const administration = await openAdministration(place.settings, place.clock);
    const gateway = new TestGateway({ ...place, key, administration, agreement, access }, options);
    await gateway.start();
    return gateway;
  } catch (thrown) {
    rmSync(folder, { recursive: true, force: true });
    throw thrown;
  }
}

/** How a client reaches the gateway, where not straight. */
type Way = Partial<Pick<Connecting, 'port' | 'localAddress'>>;

interface Made extends RealmPlace {
  readonly key: OperatorKey;
  readonly administration: Administration;
  readonly agreement: Agreement;
}

export class TestGateway implements AsyncDisposable {
  readonly settings: Settings;
  readonly agreement: Agreement;
  readonly access: DemoAccess;
  readonly administration: Administration;
  readonly logs: NodeLogs;
  readonly source: FakeSource;
  /** What the gateway logs, before redaction, over all its restarts. */
  readonly logger: ClosableRecorder = new ClosableRecorder();
  /** Every answer to a client of this gateway, with the path it was sent to. */
  readonly seen: { readonly path: string; readonly answer: ClientAnswer }[] = [];
  readonly #made: Made;
  readonly #options: GatewayOptions;
  readonly #clients = new Map<string, GatewayClient>();
  readonly #officials = new Map<string, OfficialClient>();
  #running: RunningGateway | undefined;

  constructor(made: Made & { readonly access: DemoAccess }, options: GatewayOptions) {
    this.#made = made;
    this.#options = options;
    this.settings = made.settings;
    this.agreement = made.agreement;
    this.access = made.access;
    this.administration = made.administration;
    this.logs = new NodeLogs(made.settings);
    this.source = new FakeSource({ id: 'iskur-araci-kayit', system: 'iskur-bilgi-sistemi' }).answerBy(known);
  }

  /** The clock that the test sets. */
  get clock(): SetClock {
    if (!(this.#made.clock instanceof SetClock)) throw new Error('the demo realm runs on the real clock');
    return this.#made.clock;
  }

  get running(): RunningGateway {
    if (this.#running === undefined) throw new Error('the gateway is stopped');
    return this.#running;
  }

  get port(): number {
    return Number(new URL(this.running.partnerUrl).port);
  }

  async start(): Promise<void> {
    this.#running = await start(this.settings, ROOT, {
      clock: this.#made.clock,
      logger: this.logger,
      ...this.#replacements(),
    });
  }

  async stop(): Promise<void> {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
    await this.#running?.close();
    this.#running = undefined;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** An agency's client; the same one, with its open connections, until the gateway is restarted. */
  agency(id: AgencyId): GatewayClient {
    let client = this.#clients.get(id);
    if (client === undefined) {
      client = this.connect(this.access.agencies[id]);
      this.#clients.set(id, client);
    }
    return client;
  }

  /** A client of its own for any certificate; closed with the gateway. */
  connect(access: DemoAccess['agencies']['cgm'], maxSockets?: number, way: Way = {}): GatewayClient {
    const client = new GatewayClient(access, {
      port: this.port,
      ca: this.access.ca,
      seen: (path, answer) => void this.seen.push({ path, answer }),
      ...(maxSockets === undefined ? {} : { maxSockets }),
      ...way,
    });
    this.#clients.set(`own ${String(this.#clients.size)}`, client);
    return client;
  }

  /** The official of whom the realm says so, e.g. `may query`. */
  official(about = 'may query'): OfficialClient {
    let official = this.#officials.get(about);
    if (official === undefined) {
      const listed = listedAbout(this.access.officials, about);
      official = new OfficialClient(listed, () => this.agency(listed.agency as AgencyId));
      this.#officials.set(about, official);
    }
    return official;
  }

  /** The register's row of an official. */
  async registered({ listed }: OfficialClient): Promise<Official> {
    const { identities } = await this.administration.standing();
    const official = identities.officialByClientId(listed.clientId);
    if (official === undefined) throw new Error('the official is not registered');
    return official;
  }

  /** Commits changes from beside the gateway, as an operator's command does. */
  async act(action: ActionName, ...changes: readonly RegisterChange[]): Promise<void> {
    const { key, clock } = this.#made;
    await this.administration.perform(signed(key, clock, action), changes);
  }

  /** Resolves once the running gateway has looked at the registers: what was committed before holds for all it does. */
  async noticed(): Promise<void> {
    const { status } = await fetch(`${this.running.opsUrl}/readyz`);
    if (status !== 200) throw new Error('the gateway is not ready');
  }

  /** Puts another list of revoked certificates in place and has the running gateway read its files again. */
  async putLists(content: ListContent): Promise<void> {
    await writeLists(this.settings.partner.crl ?? '', content);
    this.running.reload();
  }

  /** Resolves once so many queries have reached the fake source. */
  async sourceAsked(times: number): Promise<void> {
    await until(() => this.source.asked.length >= times, `query ${String(times)} at the source`);
  }

  /** Registers another state of the agreement's life. */
  async activate(change: Partial<Activation>): Promise<void> {
    const current = (await this.administration.standing()).activation(AGREEMENT);
    const activation = { ...(current ?? realmActivation(this.agreement, '2026-02-01')), ...change };
    await this.act('demo.create', { kind: 'set-activation', activation });
  }

  /** Every durable record but the acts of the operator, in order. */
  records(): (Leaf & { readonly index: number })[] {
    return this.logs
      .leaves()
      .map(({ index, bytes }) => ({ index, ...decodeLeaf(bytes) }))
      .filter(({ type }) => type !== 'act' && type !== 'reading');
  }

  /** The record of an answer or a problem; undefined where it left none. */
  recordOf(answer: ClientAnswer): Leaf | undefined {
    const stored = this.logs.leafOf(queryIdOf(answer));
    return stored && decodeLeaf(stored.bytes);
  }

  /** The personal part of a record, opened with the keys of the vault. */
  personalOf(answer: ClientAnswer): OpenedPart {
    const { log, vault } = this.administration;
    const stored = log.leafOf(queryIdOf(answer));
    if (stored === undefined) throw new Error('the answer has no record');
    const { kid, personal } = decodeLeaf(stored.bytes);
    const keys = vault.find(kid ?? '');
    const sealed = log.sealedPart(stored.index);
    if (keys === undefined || sealed === undefined || personal === null) throw new Error('nothing is sealed');
    return openPersonal(keys, stored.queryId, Buffer.from(personal, 'base64'), sealed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.stop();
      this.#prove();
    } finally {
      this.logs.close();
      await this.administration.close();
      rmSync(this.#made.folder, { recursive: true, force: true });
    }
  }

  #replacements(): Replacements {
    const { evidence, evidenceStale, drained, realm, sources } = this.#options;
    return {
      ...(evidence === undefined ? {} : { evidence }),
      ...(evidenceStale === undefined ? {} : { evidenceStale }),
      ...(drained === undefined ? {} : { drained }),
      ...(realm === 'demo' || sources !== undefined ? {} : { sources: [this.source] }),
    };
  }

  #prove(): void {
    this.logs.prove(this.#made.clock.now());
    const types = this.records().map(({ type }) => type);
    const count = (type: Leaf['type']): number => types.filter((one) => one === type).length;
    const answers = this.seen.filter(
      ({ path, answer }) => path.startsWith('/v1/agreements/') && answer.status === 200,
    );
    const disclosed = count('disclosure') + count('repeat') - count('not-delivered');
    if (answers.length !== disclosed) {
      throw new Error(`${String(answers.length)} answers left and ${String(disclosed)} are recorded`);
    }
    for (const { answer } of this.seen) proveRecorded(answer, this.logs);
    proveSecrecy(JSON.stringify(redact(this.logger.lines)), this.access);
  }
}

function known({ input }: SourceQuery): { records: readonly unknown[] } {
  return { records: input['tckn'] === KNOWN.tckn ? [KNOWN.record] : [] };
}

async function placeOf(folder: string, options: GatewayOptions): Promise<RealmPlace> {
  const place = await placeAt(folder, options);
  const settings = changed(place.settings, folder, options);
  if (options.lists === undefined) return { ...place, settings };
  const partner = { ...settings.partner, crl: join(folder, 'certs', 'revoked.crl') };
  await writeLists(partner.crl, options.lists);
  return { ...place, settings: { ...settings, partner } };
}

async function writeLists(file: string, content: ListContent): Promise<void> {
  const { ca } = await realmCertificates();
  writeFileSync(file, revocationList(ca, content));
}

function changed(settings: Settings, folder: string, options: GatewayOptions): Settings {
  const { burst, limits, partner, tokenSeconds, sources, timeStamps, signSeconds } = options;
  return {
    ...settings,
    witness: { ...settings.witness, logs: witnessedFile(folder, options.witnessedLogs) },
    tokenSeconds: tokenSeconds ?? settings.tokenSeconds,
    timeStamps: timeStamps ?? settings.timeStamps,
    evidence: { ...settings.evidence, signSeconds: signSeconds ?? settings.evidence.signSeconds },
    burst: { size: 100_000, perSecond: 100_000, ...burst },
    limits: { ...settings.limits, ...limits },
    partner: { ...settings.partner, ...partner },
    sources: sources ?? settings.sources,
  };
}

function witnessedFile(folder: string, logs: string | undefined): string | null {
  if (logs === undefined) return null;
  const file = join(folder, 'witnessed.policy');
  writeFileSync(file, logs);
  return file;
}
