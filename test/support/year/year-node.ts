import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Agreement } from '../../../src/agreement/agreement.ts';
import { loadAgreements } from '../../../src/agreement/load-agreements.ts';
import { type Activation } from '../../../src/agreement/activation.ts';
import { type RunningGateway } from '../../../src/cli/command-ports.ts';
import { initialise } from '../../../src/first-run.ts';
import { type RegisterChange } from '../../../src/gateway/register-change.ts';
import { createOperatorKey, loadOperatorKey, signBytes } from '../../../src/identity/operator-key.ts';
import { SecretHasher } from '../../../src/identity/secret-hasher.ts';
import { openStoredEvidence } from '../../../src/open-stored-evidence.ts';
import { keyFolder, logNode } from '../../../src/settings/places.ts';
import { type Settings } from '../../../src/settings/settings.ts';
import { findLogs, openLogOf } from '../../../src/store/find-log.ts';
import { canonicalJson } from '../../../src/shared/canonical-json.ts';
import { readRootKey } from '../../../src/store/root-key.ts';
import { openAdministration } from '../../../src/open-administration.ts';
import { startGateway } from '../../../src/wiring.ts';
import { type Spoken } from '../command-line.ts';
import { type DemoAccess, listedAbout } from '../demo-access.ts';
import { FakeSource } from '../fake-source.ts';
import { codeOf, GatewayClient, OfficialClient, type QueryChange } from '../gateway-client.ts';
import { KNOWN } from '../gateway-realm.ts';
import { OperatorsOf } from '../operators-of.ts';
import { type ClientAnswer } from '../partner-client.ts';
import { ClosableRecorder } from '../recording-logger.ts';
import { ROOT } from '../repository.ts';
import { type SetClock } from '../set-clock.ts';
import { SOURCE, yearRealm, yearSettings } from './year-realm.ts';

const OPERATORS = ['test-operator', 'ayse', 'mehmet'];

/** A whole gateway with three operators and its partners, for a simulated year: it is stopped, damaged, restored, started. */
export class YearNode implements AsyncDisposable {
  settings: Settings;
  readonly clock: SetClock;
  readonly access: DemoAccess;
  readonly agreements: readonly Agreement[];
  readonly logger = new ClosableRecorder();
  readonly #source = new FakeSource({ id: SOURCE, system: 'iskur-bilgi-sistemi' }).answerBy(({ input }) => ({
    records: input['tckn'] === KNOWN.tckn ? [KNOWN.record] : [],
  }));
  #running: RunningGateway | undefined;
  #client: GatewayClient | undefined;
  #official: OfficialClient | undefined;

  private constructor(made: Pick<YearNode, 'settings' | 'clock' | 'access' | 'agreements'>) {
    this.settings = made.settings;
    this.clock = made.clock;
    this.access = made.access;
    this.agreements = made.agreements;
  }

  /** @param name first part of its origins */
  static async make(name: string, clock: SetClock): Promise<YearNode> {
    const settings = await yearSettings(name);
    const operators = new OperatorsOf(settings, clock);
    await initialise({ settings, root: ROOT, clock }, firstOperator(operators, clock));
    const agreements = loadAgreements(settings.folders.protocols);
    const hasher = new SecretHasher(readRootKey(keyFolder(settings), 'credential'));
    const { changes, access } = await yearRealm(agreements, { hasher, now: clock.now() });
    const node = new YearNode({ settings, clock, access, agreements });
    await node.act(...changes);
    for (const id of OPERATORS.slice(1)) await node.#addOperator(id);
    return node;
  }

  get folder(): string {
    return dirname(this.settings.folders.protocols);
  }

  get operators(): OperatorsOf {
    return new OperatorsOf(this.settings, this.clock, {
      openEvidence: async () => Promise.resolve(openStoredEvidence(this.settings)),
    });
  }

  get port(): number {
    return Number(new URL(this.#running?.partnerUrl ?? '').port);
  }

  /** Origins, oldest first. */
  origins(): readonly string[] {
    return findLogs(this.settings.databaseUrl, logNode(this.settings)).map(({ origin }) => origin);
  }

  /** The log's key, as its own database states it. */
  keyOf(origin: string): string {
    const reader = openLogOf(this.settings.databaseUrl, origin);
    const vkey = reader.vkey() ?? '';
    reader.close();
    return vkey;
  }

  /** @param stale asked before every answer: nobody outside has confirmed the log for too long */
  async start(stale: () => boolean = () => false): Promise<void> {
    // Its stamps come from the jobs of the simulated day; the clock of the machine must not ask for others.
    const settings = { ...this.settings, timeStamps: null };
    const { clock, logger } = this;
    this.#running = await startGateway(settings, ROOT, {
      clock,
      logger,
      sources: [this.#source],
      evidenceStale: stale,
    });
  }

  async stop(): Promise<void> {
    this.#client?.close();
    this.#client = undefined;
    await this.#running?.close();
    this.#running = undefined;
  }

  /** The agency that asks; its client is new after every start. */
  get agency(): GatewayClient {
    const { access, port } = this;
    this.#client ??= new GatewayClient(access.agencies.cgm, {
      port,
      ca: access.ca,
      seen: () => undefined,
      maxSockets: 16,
    });
    return this.#client;
  }

  /** Fetches a new token: the old one has ended with its day. */
  newDay(): void {
    this.#official = undefined;
  }

  async query(change: QueryChange): Promise<ClientAnswer> {
    const listed = listedAbout(this.access.officials, 'may query');
    this.#official ??= new OfficialClient(listed, () => this.agency);
    return this.#official.query(change);
  }

  /** The code of an answer to a query under an agreement. */
  async codeUnder(agreement: string): Promise<string> {
    return codeOf(await this.query({ agreement }));
  }

  /** Says `gecit <args>`. @throws Error when the command fails */
  async say(operator: string, ...args: readonly string[]): Promise<Spoken> {
    const said = await this.operators.say(operator, ...args);
    if (said.code !== 0)
      throw new Error(`gecit ${args.join(' ')} ended with ${String(said.code)}: ${said.err}`);
    return said;
  }

  /** Commits changes from beside the gateway, as an operator's command does. */
  async act(...changes: readonly RegisterChange[]): Promise<void> {
    const administration = await openAdministration(this.settings, this.clock);
    try {
      await administration.perform(this.operators.act('test-operator', 'demo.create', {}), changes);
    } finally {
      await administration.close();
    }
  }

  /** Registers another state of an agreement's life. */
  async activate(agreement: string, change: Partial<Activation>): Promise<void> {
    const administration = await openAdministration(this.settings, this.clock);
    const current = (await administration.standing()).activation(agreement);
    await administration.close();
    if (current === undefined) throw new Error(`${agreement} was never signed`);
    await this.act({ kind: 'set-activation', activation: { ...current, ...change } });
  }

  /** A file beside the gateway's folders. */
  write(name: string, text: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #addOperator(id: string): Promise<void> {
    const { publicKey } = createOperatorKey(this.operators.keyOf(id));
    const operator = { id, name: id, publicKey, addedAt: this.clock.now(), endedAt: null };
    await this.act({ kind: 'add-operator', operator });
  }
}

function firstOperator(operators: OperatorsOf, clock: SetClock): Parameters<typeof initialise>[1] {
  const [id = ''] = OPERATORS;
  const { publicKey } = createOperatorKey(operators.keyOf(id));
  const operator = { id, name: 'Sınama Operatörü', publicKey, addedAt: clock.now(), endedAt: null };
  const key = loadOperatorKey(operators.keyOf(id));
  return {
    operator,
    sign: (statement) => ({
      statement,
      signature: signBytes(Buffer.from(canonicalJson(statement), 'utf8'), key),
    }),
  };
}
