import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decodeLeaf, type Leaf } from '../../src/audit/leaf.ts';
import { evidenceFolder, keyFolder } from '../../src/settings/places.ts';
import { operatorsOf } from './destruction-rig.ts';
import { type OperatorsOf } from './operators-of.ts';
import { startGateway, type TestGateway } from './start-gateway.ts';
import { queryIdOf } from './prove-recorded.ts';

/** Keys of an answer in March 2026 that was to be kept for a month. */
export const KID = 'access-p1m-2026-03';
/** The clamped end: a month after the 31st of March. In Istanbul the day begins three hours before that of UTC. */
export const DUE: number = Date.parse('2026-04-29T21:00:00Z');

/** One answer about one person, and a day on which nothing of it may be left. */
export interface Scene {
  readonly operators: OperatorsOf;
  readonly queryId: string;
  readonly answer: string;
  readonly proof: string;
}

/** A gateway whose agreement keeps access records for one month. */
export async function shortLivedGateway(): Promise<TestGateway> {
  return startGateway({
    agreement: (draft) => {
      for (const rule of draft.retention as { class: string; period: string }[])
        if (rule.class === 'access-record') rule.period = 'P1M';
    },
  });
}

/** Answers once, stops, and goes to the day on which the record is due. */
export async function answeredOnce(gateway: TestGateway): Promise<Scene> {
  const operators = await operatorsOf(gateway);
  const answer = await gateway.official().query();
  if (answer.status !== 200) throw new Error(answer.text);
  const queryId = queryIdOf(answer);
  const { text: proof } = await gateway.agency('cgm').send({ path: `/v1/receipts/${queryId}` });
  await gateway.stop();
  gateway.clock.set(DUE);
  return { operators, queryId, answer: answer.text, proof };
}

/** Plans what is due and has two operators approve it. @returns id of the plan */
export async function approvedPlan(operators: OperatorsOf): Promise<string> {
  const plan = await operators.plan();
  await approve(operators, plan);
  return plan;
}

export async function approve(operators: OperatorsOf, plan: string): Promise<void> {
  for (const operator of ['ayse', 'mehmet']) {
    const { code, err } = await operators.say(operator, 'audit', 'destroy', 'approve', plan);
    if (code !== 0) throw new Error(err);
  }
}

export function certificateFile({ settings }: TestGateway, plan: string): string {
  return join(evidenceFolder(settings), 'destruction', `${plan}.json`);
}

/** A folder beside the gateway's own, removed with it. */
export function beside({ settings }: TestGateway, name: string): string {
  return join(dirname(settings.folders.data), name);
}

export function keysExist({ settings }: Pick<TestGateway, 'settings'>, kid: string): boolean {
  return existsSync(join(keyFolder(settings), `${kid}.json`));
}

/** The facts of every leaf of one type, in order. */
export function factsOf({ logs }: TestGateway, type: Leaf['type']): Leaf['facts'][] {
  return logs
    .leaves()
    .map(({ bytes }) => decodeLeaf(bytes))
    .filter((leaf) => leaf.type === type)
    .map(({ facts }) => facts);
}
