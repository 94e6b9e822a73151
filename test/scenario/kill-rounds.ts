import { setTimeout as pause } from 'node:timers/promises';
import { type GatewayClient, type QueryChange } from '../support/gateway-client.ts';
import { GatewayPlace } from '../support/gateway-place.ts';
import { type GatewayProcess, until } from '../support/gateway-process.ts';
import { callUntilLost, fetchToken, seeded, Tally } from '../support/load.ts';
import { type ClientAnswer } from '../support/partner-client.ts';

export interface KillOptions {
  readonly rounds: number;
  readonly seed: number;
  /** Told after each round. */
  readonly onRound?: (round: number, soFar: KillFigures) => void;
}

export interface KillFigures {
  rounds: number;
  answers: number;
  refusals: number;
  /** Calls that were under way when the process was killed. */
  cutOff: number;
  records: number;
  /** Answers whose leaf was not at the index and with the bytes that the receipt named. */
  answersWithoutLeaf: number;
  refusalsWithoutLeaf: number;
  /** Rounds after which `audit verify` did not say sound. */
  unsound: number;
  slowestStartMilliseconds: number;
}

const CALLERS = 24;
const LONGEST_ROUND_MILLISECONDS = 600;

/** What the callers ask, in turns: mostly what is answered, now and then what is refused at different steps. */
const QUESTIONS: readonly QueryChange[] = [
  {},
  {},
  { tckn: '17160614084' },
  {},
  { purpose: 'baska-bir-amac' },
  {},
  { tckn: '11111111111' },
  { operation: 'araci-listesi' },
];

/**
 * Kills a gateway under load at a random moment, starts it again and compares what partners received with what is
 * recorded; as often as asked.
 */
export async function killRounds({ rounds, seed, onRound }: KillOptions): Promise<KillFigures> {
  await using place = await GatewayPlace.initialised({ withoutQuotas: true });
  const random = seeded(seed);
  const figures = noFigures();
  let tally = new Tally();
  for (let round = 1; round <= rounds; round++) {
    const gateway = await startAgain(place, figures);
    await compare(place, tally, figures);
    tally = await killUnderLoad(place, gateway, random);
    figures.rounds = round;
    onRound?.(round, figures);
  }
  await using last = await startAgain(place, figures);
  await compare(place, tally, figures);
  figures.records = place.records().length;
  await last.interrupt();
  return figures;
}

async function startAgain(place: GatewayPlace, figures: KillFigures): Promise<GatewayProcess> {
  const begun = performance.now();
  const gateway = await place.serve();
  const took = Math.round(performance.now() - begun);
  figures.slowestStartMilliseconds = Math.max(figures.slowestStartMilliseconds, took);
  return gateway;
}

async function killUnderLoad(
  place: GatewayPlace,
  gateway: GatewayProcess,
  random: () => number,
): Promise<Tally> {
  const client = place.connect('cgm', CALLERS);
  const tally = new Tally();
  const calls = callUntilLost(CALLERS, await callerOf(place, client, random), tally);
  await until(() => tally.answers.length > 0, 'a first answer');
  await pause(random() * LONGEST_ROUND_MILLISECONDS);
  await gateway.kill();
  await calls;
  client.close();
  return tally;
}

async function callerOf(
  { access }: GatewayPlace,
  client: GatewayClient,
  random: () => number,
): Promise<() => Promise<ClientAnswer>> {
  const officials = access.officials.filter(
    ({ agency, about }) => agency === 'cgm' && about.includes('quota of'),
  );
  const tokens = await Promise.all(officials.map(async (official) => fetchToken(client, official)));
  return async () => {
    const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
    return client.query(pick(tokens) ?? null, pick(QUESTIONS));
  };
}

async function compare(place: GatewayPlace, tally: Tally, figures: KillFigures): Promise<void> {
  const { answers, refusals, lost } = tally;
  place.read((database) => {
    const find = database.prepare<[string], { idx: number; leaf: Buffer }>(
      'select idx, leaf from audit_leaf where log = 1 and query_id = ?',
    );
    for (const { queryId, index, leaf } of answers) {
      const stored = find.get(queryId);
      if (stored?.idx !== index || !stored.leaf.equals(leaf)) figures.answersWithoutLeaf += 1;
    }
    for (const { queryId, code } of refusals) {
      const text = find.get(queryId)?.leaf.toString('utf8') ?? '';
      if (!text.includes(`"code":"${code}"`)) figures.refusalsWithoutLeaf += 1;
    }
  });
  figures.answers += answers.length;
  figures.refusals += refusals.length;
  figures.cutOff += lost;
  const { code, stdout } = await place.run('audit', 'verify');
  if (code !== 0 || !stdout.startsWith('SOUND')) figures.unsound += 1;
}

function noFigures(): KillFigures {
  return {
    rounds: 0,
    answers: 0,
    refusals: 0,
    cutOff: 0,
    records: 0,
    answersWithoutLeaf: 0,
    refusalsWithoutLeaf: 0,
    unsound: 0,
    slowestStartMilliseconds: 0,
  };
}
