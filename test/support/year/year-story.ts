import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkReceipt } from '../../../src/audit/check-receipt.ts';
import { parseVkey } from '../../../src/audit/note/note-key.ts';
import { FaultsError } from '../../../src/shared/fault.ts';
import { keyFolder, logNode } from '../../../src/settings/places.ts';
import { openLogOf } from '../../../src/store/find-log.ts';
import { ensureWitnessKey } from '../../../src/store/witness-key.ts';
import { codeOf } from '../gateway-client.ts';
import { AGREEMENT, KNOWN, UNKNOWN_TCKN } from '../gateway-realm.ts';
import { Choice } from '../mutations/mutation.ts';
import { type SetClock } from '../set-clock.ts';
import { at, dayAfter } from './calendar.ts';
import { ClockAuthority } from './clock-authority.ts';
import { DailyJobs } from './daily-jobs.ts';
import { keep, type Kept, withDatabase } from './year-auditor.ts';
import { YearFigures } from './year-figures.ts';
import { YearNode } from './year-node.ts';
import { ENDING } from './year-realm.ts';

/** Queries that are under way at once. */
const AT_ONCE = 16;

/** What a start after the restore did. */
export interface Restored {
  /** Code with which the gateway refused to serve the restored database. */
  readonly refusedWith: string;
  /** Kids whose keys the backup had brought back. */
  readonly broughtBack: readonly string[];
  /** Those of them whose keys are still there once the gateway serves again. */
  readonly left: readonly string[];
  /** Answers that were given after the backup: their records are not in the database any more. */
  readonly lostAnswers: number;
  /** What the proof is worth that a partner fetches for an answer from before the backup. */
  readonly receipt: string;
}

/** One gateway, the witness that watches it and the authority that stamps it, day by day. */
export class YearStory implements AsyncDisposable {
  readonly node: YearNode;
  readonly watcher: YearNode;
  readonly figures = new YearFigures();
  /** Checkpoints that an auditor kept, by file. */
  readonly kept: string[] = [];
  readonly choice: Choice;
  readonly authority: ClockAuthority;
  readonly #clock: SetClock;
  #jobs: DailyJobs | undefined;
  #watched = '';
  #answeredAtBackup = 0;
  #lastAnswer = '';
  #answerAtBackup = '';

  private constructor(made: {
    readonly clock: SetClock;
    readonly node: YearNode;
    readonly watcher: YearNode;
    readonly authority: ClockAuthority;
    readonly random: () => number;
  }) {
    this.#clock = made.clock;
    this.node = made.node;
    this.watcher = made.watcher;
    this.authority = made.authority;
    this.choice = new Choice(made.random);
  }

  static async begin(clock: SetClock, random: () => number): Promise<YearStory> {
    const authority = await ClockAuthority.start(clock);
    const watcher = await YearNode.make('watch.test', clock);
    const node = await YearNode.make('gecit.test', clock);
    const story = new YearStory({ clock, node, watcher, authority, random });
    await story.#introduce();
    await story.serve();
    return story;
  }

  get policyFile(): string {
    return join(this.node.folder, 'witness.policy');
  }

  /** Opens the jobs, then the gateway that asks them before every answer. */
  async serve(): Promise<void> {
    const { node } = this;
    this.#jobs = await DailyJobs.open({ settings: node.settings, clock: this.#clock, logger: node.logger });
    await node.start(() => this.#jobs?.stale() ?? true);
  }

  async stop(): Promise<void> {
    await this.node.stop();
    await this.#jobs?.[Symbol.asyncDispose]();
    this.#jobs = undefined;
  }

  /** Morning: the officials of the agency ask, most about somebody whom the register does not know. */
  async ask(day: string, queries: number): Promise<void> {
    this.#clock.set(at(day, '09:00'));
    this.node.newDay();
    await this.askMore(queries);
  }

  /** The same officials, later on the day. */
  async askMore(queries: number): Promise<void> {
    for (let left = queries; left > 0; left -= AT_ONCE) {
      this.#clock.advance(this.choice.between(1_000, 600_000));
      const asked = Array.from({ length: Math.min(left, AT_ONCE) }, async () => this.#askOnce());
      for (const code of await Promise.all(asked)) this.figures.count(code);
    }
  }

  /** Evening: a partner fetches a proof, witnesses cosign, the authority stamps; after midnight the day is sealed. */
  async close(day: string): Promise<void> {
    const { figures } = this;
    const jobs = this.#running();
    this.#clock.set(at(day, '19:00'));
    this.watch();
    await jobs.checkpoint();
    figures.checkpoints += 1;
    const pushed = await jobs.push();
    if (pushed === 'quorum') figures.cosigned += 1;
    else figures.alarms.push(`${day} ${pushed}`);
    this.#clock.set(at(day, '23:00'));
    const stamped = await jobs.stamp();
    if (stamped === 'stamped') figures.stamps += 1;
    else figures.alarms.push(`${day} ${stamped}`);
    this.#clock.set(at(dayAfter(day), '00:20'));
    const { days, alarms } = await jobs.seal();
    figures.seals += days.length;
    for (const { origin, code } of alarms) figures.alarms.push(`${day} ${code} ${origin}`);
    figures.days += 1;
  }

  async push(): Promise<void> {
    this.watch();
    await this.#running().push();
  }

  sizeOfOpenLog(): number {
    const { node } = this;
    const log = openLogOf(node.settings.databaseUrl, node.origins().at(-1) ?? '');
    const { size } = log.head();
    log.close();
    return size;
  }

  /** What the auditor holds the year to. */
  get trust(): Kept {
    const { node, authority, kept } = this;
    const key = node.keyOf(node.origins()[0] ?? '');
    return { key, policy: this.policyFile, roots: authority.roots, checkpoints: kept };
  }

  /** The witness watches every log that there is: its operator enters the key of a new one. */
  watch(): void {
    const { node, watcher } = this;
    const keys = node.origins().map((origin) => `log ${node.keyOf(origin)}`);
    const policy = [...keys, 'quorum none', ''].join('\n');
    if (policy !== this.#watched) watcher.write('watched.policy', policy);
    this.#watched = policy;
  }

  /** The auditor takes the newest checkpoint home. @returns its file */
  async keepCheckpoint(day: string): Promise<string> {
    const file = keep(this.node, `kept-${day}`, await this.#running().checkpoint());
    this.kept.push(file);
    return file;
  }

  /** One operator plans, two others approve, one of them executes. */
  async destroy(): Promise<void> {
    const { node, figures } = this;
    const { out } = await node.say('test-operator', 'audit', 'destroy', 'plan', '--json');
    const { plan } = JSON.parse(out) as { plan: { id: string; kids: { parts: number }[] } | null };
    if (plan === null) return;
    for (const operator of ['ayse', 'mehmet'])
      await node.say(operator, 'audit', 'destroy', 'approve', plan.id);
    await node.say('mehmet', 'audit', 'destroy', 'execute', plan.id);
    figures.destroyedKids += plan.kids.length;
    for (const { parts } of plan.kids) figures.destroyedParts += parts;
  }

  /** Notice that both parties know of: the agreement ends with the year that is running. */
  async giveNotice(day: string): Promise<void> {
    await this.node.activate(ENDING, { noticeOn: day });
  }

  /** How a query under each agreement ends at this moment: the one that renews itself, and the one that does not. */
  async bothAgreements(): Promise<readonly [renewed: string, ended: string]> {
    this.node.newDay();
    const codes = [await this.node.codeUnder(AGREEMENT), await this.node.codeUnder(ENDING)] as const;
    for (const code of codes) this.figures.count(code);
    return codes;
  }

  /** Copies database and keys as a backup does. */
  backUp(): void {
    const { settings, folder } = this.node;
    const copy = join(folder, 'backup');
    this.#answeredAtBackup = this.figures.answered;
    this.#answerAtBackup = this.#lastAnswer;
    cpSync(settings.folders.data, copy, { recursive: true, filter: (file) => !file.endsWith('-shm') });
    // Days pass in seconds here: the right of the process that was backed up would still hold.
    withDatabase(join(copy, 'gecit.db'), (database) => database.exec('DELETE FROM log_lease'));
  }

  /** The database is lost and comes back from the backup; the evidence folder stays. */
  async restore(): Promise<Restored> {
    const { node } = this;
    const lostAnswers = this.figures.answered - this.#answeredAtBackup;
    const { data } = node.settings.folders;
    const destroyed = this.#kidFiles(join(node.folder, 'backup', 'keys')).filter(
      (kid) => !existsSync(join(keyFolder(node.settings), kid)),
    );
    await this.stop();
    rmSync(data, { recursive: true });
    cpSync(join(node.folder, 'backup'), data, { recursive: true });
    const refusedWith = await faultOf(node.start());
    await node.stop();
    await node.say('ayse', 'audit', 'rollover', '--reason', 'restore');
    await this.serve();
    // Its token was issued after the backup.
    node.newDay();
    const left = destroyed.filter((kid) => existsSync(join(keyFolder(node.settings), kid)));
    return { refusedWith, broughtBack: destroyed, left, lostAnswers, receipt: await this.#receipt() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.node[Symbol.asyncDispose]();
    await this.watcher[Symbol.asyncDispose]();
    await this.authority[Symbol.asyncDispose]();
  }

  #running(): DailyJobs {
    if (this.#jobs === undefined) throw new Error('the gateway is stopped');
    return this.#jobs;
  }

  async #askOnce(): Promise<string> {
    const tckn = this.choice.between(0, 3) === 0 ? KNOWN.tckn : UNKNOWN_TCKN;
    const caseReference = `2026/${String(this.choice.between(1, 500))}`;
    const answer = await this.node.query({ tckn, caseReference });
    if (answer.status === 200) this.#lastAnswer = answer.text;
    return codeOf(answer);
  }

  async #receipt(): Promise<string> {
    const { node } = this;
    const answer = this.#answerAtBackup;
    const { queryId } = JSON.parse(answer) as { queryId: string };
    const { text: proof } = await node.agency.send({ path: `/v1/receipts/${queryId}` });
    const keys = node.origins().map((origin) => parseVkey(node.keyOf(origin)));
    return checkReceipt({ answer, proof, keys }).code;
  }

  #kidFiles(folder: string): string[] {
    return readdirSync(folder).filter((name) => name.startsWith('access-'));
  }

  /** The watcher knows the logs of the node, the node the watcher and the authority. */
  async #introduce(): Promise<void> {
    const { node, watcher, authority } = this;
    watcher.settings = {
      ...watcher.settings,
      witness: { ...watcher.settings.witness, logs: join(watcher.folder, 'watched.policy') },
    };
    this.watch();
    await watcher.start();
    const { vkey } = ensureWitnessKey(keyFolder(watcher.settings), logNode(watcher.settings));
    const url = `https://localhost:${String(watcher.port)}/witness/v1`;
    node.write('witness.policy', `witness watcher ${vkey} ${url}\nquorum watcher\n`);
    node.settings = {
      ...node.settings,
      witness: { ...node.settings.witness, policy: this.policyFile },
      timeStamps: {
        authority: authority.url,
        policy: authority.policy,
        roots: authority.roots,
        authentication: { kind: 'none' },
        at: '00:20',
        staleMilliseconds: 40 * 86_400_000,
      },
    };
  }
}

async function faultOf(started: Promise<unknown>): Promise<string> {
  const thrown: unknown = await started.catch((error: unknown) => error);
  return thrown instanceof FaultsError ? (thrown.faults[0]?.code ?? '') : 'started';
}
