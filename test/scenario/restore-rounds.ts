import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type AgePair, agePair } from '../support/archive-rig.ts';
import { listedAbout } from '../support/demo-access.ts';
import { type Finished, GatewayPlace } from '../support/gateway-place.ts';
import { until } from '../support/gateway-process.ts';
import { callUntilLost, fetchToken, type Received, seeded, Tally } from '../support/load.ts';
import { moveRealm, noteRealm } from '../support/moved-realm.ts';

export interface RestoreOptions {
  readonly rounds: number;
  readonly seed: number;
  /** Backups of each round, one after the other under load. */
  readonly backups: number;
  /** Longest time between two of them, and from the last one to the end. */
  readonly pauseMilliseconds: number;
  /** Calls under way at once. */
  readonly callers: number;
  readonly onRound?: (round: number, drill: Drill) => void;
}

/** One disaster. */
export interface Drill {
  /** Whether the evidence folder was lost with the data. */
  readonly evidenceLost: boolean;
  /** Answers that partners had got when the gateway died. */
  readonly answers: number;
  /** Records between the last backup and the end: those that are lost. */
  readonly lostRecords: number;
  /** Those of them that the restore told and had accepted; null where nothing in the place told of any. */
  readonly toldLost: number | null;
  /** Records that were signed beyond the backup when the gateway died; what the restore must tell. */
  readonly signedLost: number;
  /** From the moment of the last backup to the end of the gateway: RPO. */
  readonly lostSeconds: number;
  readonly backupSeconds: number;
  /** From the first command of the restore to the first answer: RTO. */
  readonly downSeconds: number;
  /** What went wrong; empty where nothing did. */
  readonly wrong: readonly string[];
}

/** Asked at once after the restore. */
const NEW_CALLS = 8;
const KNOWN_FINDINGS = new Set(['cut-by-restore', 'cut-unknown', 'previous-not-sealed']);

/** Backs up a gateway under load, kills it, deletes what it had, and restores it on another machine; as often as asked. */
export async function restoreRounds(options: RestoreOptions): Promise<readonly Drill[]> {
  const random = seeded(options.seed);
  const drills: Drill[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    const drill = await disaster(options, random, round % 2 === 0);
    drills.push(drill);
    options.onRound?.(round, drill);
  }
  return drills;
}

async function disaster(
  options: RestoreOptions,
  random: () => number,
  evidenceLost: boolean,
): Promise<Drill> {
  await using first = await GatewayPlace.initialised({ withoutQuotas: true });
  await using second = await GatewayPlace.create({ withoutQuotas: true });
  const site = new BackupSite(first);
  await site.make();
  const { tally, backups, killedAt } = await runToTheEnd(first, site, options, random);
  const end = stateAtTheEnd(first);
  site.loseMachine(second, evidenceLost);
  const begun = performance.now();
  const restored = await site.restore(second);
  await using gateway = await second.serve();
  const after = new Tally();
  await after.count(ask(second));
  const downSeconds = seconds(performance.now() - begun);
  await Promise.all(Array.from({ length: NEW_CALLS }, async () => after.count(ask(second))));
  await gateway.interrupt();
  const last = backups.at(-1) ?? { size: 0, at: 0, seconds: 0 };
  const signedLost = Math.max(0, end.signed - last.size);
  const wrong = [
    ...restored.wrong,
    ...wrongAnswers(second, tally.answers, last.size, after),
    ...wrongVerdict(await second.run('audit', 'verify', '--json')),
    ...(!evidenceLost && restored.told !== signedLost ? [`told ${String(restored.told)} lost`] : []),
    ...(evidenceLost && restored.told !== 0 ? ['told records lost that nothing tells of'] : []),
  ];
  return {
    evidenceLost,
    answers: tally.answers.length,
    lostRecords: end.size - last.size,
    toldLost: evidenceLost ? null : restored.told,
    signedLost,
    lostSeconds: seconds(killedAt - last.at),
    backupSeconds: last.seconds,
    downSeconds,
    wrong,
  };
}

interface Backup {
  /** Records in it. */
  readonly size: number;
  /** When it was begun, on the monotonic clock. */
  readonly at: number;
  readonly seconds: number;
}

async function runToTheEnd(
  place: GatewayPlace,
  site: BackupSite,
  { backups: count, callers, pauseMilliseconds }: RestoreOptions,
  random: () => number,
): Promise<{ readonly tally: Tally; readonly backups: readonly Backup[]; readonly killedAt: number }> {
  const gateway = await place.serve();
  const tally = new Tally();
  const token = await tokenOf(place);
  const client = place.connect('cgm', callers);
  const calls = callUntilLost(callers, async () => client.query(token), tally);
  await until(() => tally.answers.length > 0, 'a first answer');
  const backups: Backup[] = [];
  for (let made = 0; made < count; made += 1) {
    await pause(random() * pauseMilliseconds);
    backups.push(await site.backUp());
  }
  const answered = tally.answers.length;
  await pause(random() * pauseMilliseconds);
  await until(() => tally.answers.length > answered, 'an answer after the last backup');
  // A receipt has the newest records signed, as partners ask for it any time.
  const queryId = tally.answers.at(-1)?.queryId ?? '';
  await client.send({ path: `/v1/receipts/${queryId}` });
  await gateway.kill();
  const killedAt = performance.now();
  await calls;
  return { tally, backups, killedAt };
}

function stateAtTheEnd(place: GatewayPlace): { readonly size: number; readonly signed: number } {
  return place.read((database) => ({
    size: database.prepare<[], number>('select max(size) from audit_root').pluck().get() ?? 0,
    signed: database.prepare<[], number>('select max(size) from audit_checkpoint').pluck().get() ?? 0,
  }));
}

/** Where the backups of a place go, and what another machine is set up with: nothing but an installation. */
class BackupSite {
  readonly #place: GatewayPlace;
  #data: AgePair | undefined;
  #keys: AgePair | undefined;
  #made = 0;

  constructor(place: GatewayPlace) {
    this.#place = place;
  }

  async make(): Promise<void> {
    const place = this.#place;
    mkdirSync(place.path('backups'));
    this.#data = await agePair(place.folder, 'data');
    this.#keys = await agePair(place.folder, 'keys');
    for (const part of ['demo', 'demo.json', 'operators'])
      cpSync(place.path('data', part), place.path('installation', 'data', part), { recursive: true });
    cpSync(place.path('certs'), place.path('installation', 'certs'), { recursive: true });
    noteRealm({ folder: place.folder, partnerPort: place.partnerPort });
    cpSync(place.path('place.json'), place.path('installation', 'place.json'));
  }

  async backUp(): Promise<Backup> {
    const at = performance.now();
    this.#made += 1;
    const to = this.#place.path('backups', String(this.#made).padStart(3, '0'));
    mkdirSync(to);
    const { code, stdout, stderr } = await this.#place.run(
      ...['backup', '--json', '--to', to, '--recipient', this.#data?.recipient ?? ''],
      ...['--keys-to', to, '--keys-recipient', this.#keys?.recipient ?? ''],
    );
    if (code !== 0) throw new Error(`backup failed:\n${stderr}`);
    const { logs } = JSON.parse(stdout) as { logs: { size: number }[] };
    return { size: logs.at(-1)?.size ?? 0, at, seconds: seconds(performance.now() - at) };
  }

  /** Deletes the first machine; the second gets an installation, and the evidence where it was not lost. */
  loseMachine(second: GatewayPlace, evidenceLost: boolean): void {
    if (!evidenceLost)
      cpSync(this.#place.path('logs', 'evidence'), second.path('logs', 'evidence'), { recursive: true });
    for (const part of ['data', 'logs', 'certs'])
      rmSync(this.#place.path(part), { recursive: true, force: true });
    moveRealm(this.#place.path('installation'), second);
  }

  async restore(second: GatewayPlace): Promise<{ readonly told: number; readonly wrong: readonly string[] }> {
    const folder = this.#place.path('backups', String(this.#made).padStart(3, '0'));
    const file = (kind: string): string =>
      join(folder, readdirSync(folder).find((name) => name.includes(`_${kind}_`)) ?? '');
    const args = [
      ...['restore', file('data'), '--identity', this.#data?.identity ?? ''],
      ...['--keys', file('keys'), '--keys-identity', this.#keys?.identity ?? '', '--json'],
    ];
    const refused = await second.run(...args);
    if (refused.code === 0) return { told: 0, wrong: [] };
    const told = Number(/: (\d+) – /.exec(refused.stderr)?.[1]);
    const wrong = refused.stderr.includes('RESTORE_LOST_RECORDS') ? [] : [refused.stderr];
    const done = await second.run(...args, '--accept-lost', String(told));
    return { told, wrong: done.code === 0 ? wrong : [...wrong, done.stderr] };
  }
}

/** Every answer that is in the backup has its record, byte by byte; every answer after the restore has one too. */
function wrongAnswers(
  place: GatewayPlace,
  before: readonly Received[],
  backedUp: number,
  after: Tally,
): string[] {
  return place.read((database) => {
    const find = database.prepare<[string], { idx: number; leaf: Buffer; log: number }>(
      'select log, idx, leaf from audit_leaf where query_id = ?',
    );
    const missing = before.filter(({ queryId, index, leaf }) => {
      const stored = find.get(queryId);
      return index < backedUp ? stored?.leaf.equals(leaf) !== true : stored !== undefined;
    });
    const unrecorded = after.answers.filter(({ queryId, leaf }) => {
      const stored = find.get(queryId);
      return stored?.log !== 2 || !stored.leaf.equals(leaf);
    });
    return [
      ...(missing.length === 0 ? [] : [`${String(missing.length)} answers differ from the backup`]),
      ...(unrecorded.length === 0 ? [] : [`${String(unrecorded.length)} new answers have no record`]),
      ...(after.answers.length === NEW_CALLS + 1 ? [] : [`only ${String(after.answers.length)} new answers`]),
    ];
  });
}

/** The restored log is incomplete and says why; nothing else is wrong with it, and the next one is sound. */
function wrongVerdict({ code, stdout }: Finished): string[] {
  const { verdict, logs } = JSON.parse(stdout) as {
    verdict: string;
    logs: { findings: { code: string; severity: string }[] }[];
  };
  const codes = logs.flatMap(({ findings }) =>
    findings.filter(({ severity }) => severity !== 'notice').map((finding) => finding.code),
  );
  const strange = codes.filter((one) => !KNOWN_FINDINGS.has(one));
  const cut = codes.some((one) => one.startsWith('cut-'));
  if (code === 3 && verdict === 'incomplete' && cut && strange.length === 0) return [];
  return [`${verdict} (${String(code)}): ${codes.join(', ')}`];
}

async function tokenOf(place: GatewayPlace): Promise<string> {
  return fetchToken(place.connect('cgm'), listedAbout(place.access.officials, 'may query'));
}

async function ask(place: GatewayPlace): ReturnType<Parameters<typeof callUntilLost>[1]> {
  return place.connect('cgm').query(await tokenOf(place));
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 10) / 100;
}
