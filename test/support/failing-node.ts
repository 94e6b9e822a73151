import { spawnSync } from 'node:child_process';
import Sqlite from 'better-sqlite3';
import { AgreementBook } from '../../src/gateway/agreement-book.ts';
import { parseWitnessPolicy } from '../../src/audit/note/parse-witness-policy.ts';
import { encodeAddCheckpoint } from '../../src/audit/witness/add-checkpoint.ts';
import { Witness, type WitnessAnswer } from '../../src/audit/witness/witness.ts';
import { type AssembledGateway, assembleGateway } from '../../src/gateway/assemble-gateway.ts';
import { type PartnerAnswer } from '../../src/gateway/partner-gateway.ts';
import { SecretHasher } from '../../src/identity/secret-hasher.ts';
import { PushJob } from '../../src/jobs/push-checkpoints.ts';
import { StampJob } from '../../src/jobs/stamp-checkpoints.ts';
import { type WitnessClient, type WitnessVerdict } from '../../src/notary/witness-client.ts';
import { evidenceFolder, keyFolder, logNode } from '../../src/settings/places.ts';
import { type Settings } from '../../src/settings/settings.ts';
import { newQueryId } from '../../src/shared/ids.ts';
import { zonedDay } from '../../src/shared/zoned-day.ts';
import { witnessedFolder } from '../../src/store/cosigned-files.ts';
import { databaseFile } from '../../src/store/database-file.ts';
import { findLog } from '../../src/store/find-log.ts';
import { openKeyFiles } from '../../src/store/keys/key-files.ts';
import { ensureLogKey } from '../../src/store/log-key.ts';
import { openDatabase } from '../../src/store/open-database.ts';
import { type Store, storeOver } from '../../src/store/open-store.ts';
import { readRootKey } from '../../src/store/root-key.ts';
import { signedMarkFile } from '../../src/store/signed-mark.ts';
import { readWitnessKey } from '../../src/store/witness-key.ts';
import { masterKeys } from '../../src/wire-destruction.ts';
import { EvidenceOfNode, receiptFinder, yearlyLog } from '../../src/wire-evidence.ts';
import { stampPorts } from '../../src/wire-time-stamps.ts';
import { pushedLogs } from '../../src/wire-witness.ts';
import { TRUSTED } from './exchange-builder.ts';
import { type FailingWorld, settingsAt } from './failing-world.ts';
import { FakeSource } from './fake-source.ts';
import { FaultEdges, faultyCalls, faultyDatabase } from './fault-edges.ts';
import { AGREEMENT, KNOWN, OPERATION, PURPOSE } from './gateway-realm.ts';
import { RecordingLogger } from './recording-logger.ts';
import { SetClock } from './set-clock.ts';
import { type ForeignLog, policyOf, WitnessRig } from './witness-rig.ts';

const TOKEN = 'token-of-the-tests';
const NEVER = Date.UTC(2040, 0, 1);

/** What a node told to others before it died: nothing of it may turn out wrong. */
export class Told {
  readonly answers: PartnerAnswer[];
  readonly refusals: { readonly queryId: string; readonly code: string }[];
  /** Keys of the node's logs, by their vkey, as they were known from the beginning. */
  readonly keys: Set<string>;
  /** Checkpoints by name, as they were given out. */
  readonly notes: Map<string, string>;
  readonly cosigned: { readonly size: number; readonly root: Buffer }[];

  constructor(before?: Told) {
    this.answers = [...(before?.answers ?? [])];
    this.refusals = [...(before?.refusals ?? [])];
    this.keys = new Set(before?.keys);
    this.notes = new Map(before?.notes);
    this.cosigned = [...(before?.cosigned ?? [])];
  }
}

/** Those outside: they go on while a node dies and starts again. */
export interface Outside {
  readonly world: FailingWorld;
  readonly clock: SetClock;
  /** A log whose checkpoints the node cosigns. */
  readonly foreign: ForeignLog;
  /** Cosigns the node's checkpoints. */
  readonly witness: WitnessRig;
}

export interface NodePlace extends Outside {
  readonly folder: string;
  readonly told: Told;
}

/** A gateway without sockets, of the parts and in the order of the real one, whose disk and database may fail. */
export class FailingNode implements AsyncDisposable {
  readonly edges: FaultEdges;
  readonly told: Told;
  readonly logger = new RecordingLogger();
  readonly folder: string;
  readonly settings: Settings;
  readonly place: NodePlace;
  readonly #store: Store;
  readonly #evidence: EvidenceOfNode;
  #gateway: AssembledGateway | undefined;
  #witness: Witness | undefined;
  #stamps: StampJob | undefined;
  #push: PushJob | undefined;
  #signing: Promise<void> = Promise.resolve();

  private constructor(place: NodePlace, settings: Settings, store: Store, edges: FaultEdges) {
    this.place = place;
    this.edges = edges;
    this.told = place.told;
    this.folder = place.folder;
    this.settings = settings;
    this.#store = store;
    this.#evidence = new EvidenceOfNode({ settings, store, clock: place.clock });
  }

  /** @throws FaultsError where the place does not allow a start */
  static async start(place: NodePlace): Promise<FailingNode> {
    const settings = settingsAt(place.folder);
    const edges = new FaultEdges();
    const database = faultyDatabase(await openDatabase(databaseFile(settings.databaseUrl)), edges);
    const origin = findLog(settings.databaseUrl, logNode(settings))?.origin ?? '';
    const store = await storeOver(database, origin, faultyCalls(edges));
    const node = new FailingNode(place, settings, store, edges);
    try {
      await node.#open();
      return node;
    } catch (thrown) {
      await node[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  /** The place as a process leaves it that is killed at this moment, with everything that others know by now. */
  die(): NodePlace {
    const { world, clock, witness, foreign } = this.place;
    const others = new WitnessRig([]);
    for (const [origin, checkpoint] of witness.state.cosigned) others.state.cosigned.set(origin, checkpoint);
    return {
      folder: world.copy(this.folder),
      told: new Told(this.told),
      world,
      clock: new SetClock(clock.now()),
      foreign,
      witness: others,
    };
  }

  get clock(): SetClock {
    return this.place.clock;
  }

  /** One query. @returns `answered`, or the code of the problem */
  async ask(idempotencyKey?: string): Promise<string> {
    const { certificateFingerprint, address } = this.place.world.asker;
    const queryId = newQueryId();
    const tls = 'TLSv1.3 TLS_AES_256_GCM_SHA384';
    const caller = { queryId, certificateFingerprint, address, tls, trust: TRUSTED };
    const value = { input: { tckn: KNOWN.tckn }, purpose: PURPOSE, caseReference: '2026/118' };
    const asked = { bearerToken: TOKEN, agreementId: AGREEMENT, operationId: OPERATION, idempotencyKey };
    try {
      const answer = await this.#running.gateway.answer({
        ...caller,
        ...asked,
        body: { kind: 'json', value },
      });
      this.told.answers.push(answer);
      return 'answered';
    } catch (thrown) {
      const code = codeOf(thrown);
      this.told.refusals.push({ queryId, code });
      return code;
    }
  }

  /** Two queries that share a commit, one of them with a key for retries. */
  async askTwice(idempotencyKey: string): Promise<string> {
    const outcomes = await Promise.all([this.ask(idempotencyKey), this.ask()]);
    return [...new Set(outcomes)].join(' and ');
  }

  /** Gives out the newest checkpoint. */
  async publish(): Promise<string> {
    return this.#outcome(async () => {
      const book = await this.#evidence.current();
      const { note } = await book.publish();
      this.#tell(note, book.origin);
      return 'done';
    });
  }

  /** Has the newest checkpoint stamped. */
  async stamp(): Promise<string> {
    return (await this.#stamps?.run()) ?? '';
  }

  /** Has the newest checkpoint cosigned. */
  async push(): Promise<string> {
    return (await this.#push?.run()) ?? '';
  }

  /** Asks the node to cosign a checkpoint of the foreign log. */
  async cosign(from: number, to: number, log: ForeignLog = this.place.foreign): Promise<string> {
    return this.#outcome(async () => {
      const answer = await this.#witness?.addCheckpoint(Buffer.from(log.request(from, to)), 'iskur');
      if (answer?.kind === 'cosigned') {
        this.#requireSynced(witnessedFolder(evidenceFolder(this.settings)));
        this.told.cosigned.push({ size: to, root: log.tree.rootAt(to) });
      }
      return describe(answer);
    });
  }

  /** Proof of an answer, as its agency asks for it. */
  async receipt({ queryId: answerId, receipt }: PartnerAnswer): Promise<void> {
    const { certificateFingerprint, address } = this.place.world.asker;
    const queryId = newQueryId();
    const caller = { queryId, certificateFingerprint, address, tls: 'TLSv1.3', trust: TRUSTED };
    this.#tell(await this.#running.gateway.receipt({ ...caller, answerId }), receipt.origin);
  }

  /** How many of the queries that got no answer are recorded. */
  get refusedAndRecorded(): number {
    const readers = this.#evidence.readers();
    return this.told.refusals.filter(({ queryId }) =>
      readers.some((reader) => reader.leafOf(queryId) !== undefined),
    ).length;
  }

  /** Events of the log's own life, in one commit. */
  async fill(count: number): Promise<void> {
    const events = Array.from({ length: count }, async () =>
      this.#running.record('witness', { event: 'quorum-lost' }),
    );
    await Promise.all(events);
  }

  async keepToken(): Promise<void> {
    const { certificateFingerprint, officialId } = this.place.world.asker;
    const tokenHash = this.#hasher().hash(TOKEN);
    await this.#store.tokens.save({ tokenHash, officialId, certificateFingerprint, expiresAt: NEVER });
  }

  /** Resolves once what a rollover began is done, or has failed. */
  async settled(): Promise<void> {
    await this.#signing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.edges.arm();
    await this.#gateway?.close();
    await this.#signing;
    await this.#evidence.close();
    await this.#store.close();
  }

  get #running(): AssembledGateway {
    if (this.#gateway === undefined) throw new Error('the node has not started');
    return this.#gateway;
  }

  #hasher(): SecretHasher {
    return new SecretHasher(readRootKey(keyFolder(this.settings), 'credential'));
  }

  async #open(): Promise<void> {
    await this.#store.serve();
    await this.#evidence.signEnds();
    this.#gateway = await this.#assemble();
    await this.#openWitness();
    this.#openJobs(this.#gateway);
  }

  async #assemble(): Promise<AssembledGateway> {
    const { settings, logger } = this;
    const { clock, world } = this.place;
    const today = zonedDay(clock.now(), settings.timeZone).date;
    const calls = faultyCalls(this.edges);
    const source = new FakeSource().answerWith(KNOWN.record);
    const agreements = new AgreementBook([world.agreement], () => source);
    const yearly = yearlyLog(settings);
    return assembleGateway({
      ...settings,
      clock,
      clockReliable: () => true,
      evidenceStale: () => false,
      logger,
      store: this.#store.evidence,
      due: (head, now) => {
        const origin = `${logNode(settings)}/${zonedDay(now, settings.timeZone).date.slice(0, 4)}`;
        // The same file as the real one makes, behind the edges.
        if (origin !== head.origin) ensureLogKey(keyFolder(settings), origin, calls);
        return yearly(head, now);
      },
      rolledOver: () => {
        this.#signing = this.#evidence.signEnds().then(
          () => undefined,
          (error: unknown) => {
            logger.error('evidence.end-unsigned: the end of a closed log could not be signed', { error });
          },
        );
      },
      receipts: receiptFinder(this.#evidence),
      tokens: this.#store.tokens,
      vault: openKeyFiles(keyFolder(settings), this.#store.kids, today, {
        masters: masterKeys(settings),
        calls,
      }),
      hasher: this.#hasher(),
      agreements,
      agreementZones: [world.agreement.timeZone],
    });
  }

  async #openWitness(): Promise<void> {
    const { settings, logger } = this;
    const { clock, foreign } = this.place;
    const cosigner = readWitnessKey(keyFolder(settings), logNode(settings));
    if (cosigner === undefined) throw new Error('the node has no key as a witness');
    const folder = witnessedFolder(evidenceFolder(settings));
    const { state, shelf } = await this.#store.openWitnessState({ folder, key: cosigner.key, logger });
    const policy = policyOf(foreign.policyLine);
    const record = async (facts: Parameters<AssembledGateway['record']>[1]): Promise<void> =>
      this.#running.record('witness', facts);
    this.#witness = new Witness({ cosigner, policy: () => policy, state, shelf, record, clock, logger });
  }

  #openJobs(gateway: AssembledGateway): void {
    const { settings, logger } = this;
    const { clock, world, witness } = this.place;
    const evidence = this.#evidence;
    const ports = stampPorts({ settings, evidence, clock, logger, gateway: () => gateway }, world.authority);
    this.#stamps = new StampJob(ports);
    const policy = parseWitnessPolicy(
      `witness w ${witness.cosigner.vkey} https://w.test\nquorum w\n`,
      'witness.policy',
    );
    const vkey = evidence.reader(evidence.origins()[0] ?? '').vkey() ?? '';
    this.told.keys.add(vkey);
    witness.policy = policyOf(`log ${vkey}`);
    this.#push = new PushJob({
      policy: () => policy,
      logs: async () => pushedLogs(evidence),
      client: clientOf(witness),
      record: async (facts) => gateway.record('witness', facts),
      clock,
      logger,
    });
  }

  #tell(note: string, origin: string): void {
    this.#requireSynced(signedMarkFile(evidenceFolder(this.settings), origin));
    this.told.notes.set(`note ${String(this.told.notes.size)}`, note);
  }

  /** What is given out rests on this file or folder. */
  #requireSynced(path: string): void {
    for (const file of this.edges.unsynced)
      if (file.startsWith(path))
        throw new Error(`what left rests on ${file}, which a power cut may take back`);
  }

  async #outcome(work: () => Promise<string>): Promise<string> {
    try {
      return await work();
    } catch (thrown) {
      return codeOf(thrown);
    }
  }
}

/** A dead process's right is free: its number is that of a process that has ended. */
export function bury(folder: string): void {
  const database = new Sqlite(databaseFile(settingsAt(folder).databaseUrl));
  database.prepare('UPDATE log_lease SET pid = ?').run((dead ??= spawnSync(process.execPath, ['-v']).pid));
  database.close();
}

let dead: number | undefined;

function describe(answer: WitnessAnswer | undefined): string {
  return answer?.kind === 'stale' ? `stale ${String(answer.size)}` : (answer?.kind ?? 'nothing');
}

function clientOf({ witness }: WitnessRig): WitnessClient {
  return {
    submit: async (_witness, { old, proof, note }): Promise<WitnessVerdict> => {
      const answer = await witness.addCheckpoint(Buffer.from(encodeAddCheckpoint(old, proof, note)), 'gecit');
      if (answer.kind === 'cosigned') return { kind: 'cosigned', line: answer.lines.trimEnd() };
      if (answer.kind === 'stale') return answer;
      throw new Error(answer.kind);
    },
  };
}

function codeOf(thrown: unknown): string {
  const { code } = thrown as { code?: string };
  if (code === undefined) throw thrown;
  return code;
}
