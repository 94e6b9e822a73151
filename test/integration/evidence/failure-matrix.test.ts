import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { bury, FailingNode, type NodePlace, Told } from '../../support/failing-node.ts';
import { contradictionsOf } from '../../support/failing-proof.ts';
import { FailingWorld } from '../../support/failing-world.ts';
import { type Fault, type Outcome } from '../../support/fault-edges.ts';
import { NOON } from '../../support/people-builder.ts';
import { SetClock } from '../../support/set-clock.ts';
import { ForeignLog, WitnessRig } from '../../support/witness-rig.ts';
import { type Act, ACTS, type Step } from './failure-steps.ts';

jest.setTimeout(3_000);

interface Cell {
  readonly name: string;
  readonly act: Act;
  readonly step: Step;
  readonly outcome: Outcome;
}

const CELLS = { failed: 'failed', persisted: 'done, reported as failed' } as const;

function cellsOf(act: Act): Cell[] {
  return act.steps.flatMap((step) =>
    (['failed', 'persisted'] as const).map((outcome) => ({
      name: `${step.name} · ${CELLS[outcome]}`,
      act,
      step,
      outcome,
    })),
  );
}

let world: FailingWorld;

function outside(folder: string, of: FailingWorld): NodePlace {
  const clock = new SetClock(NOON);
  return {
    folder,
    told: new Told(),
    world: of,
    clock,
    foreign: new ForeignLog({ size: 12 }),
    witness: new WitnessRig([]),
  };
}

beforeAll(async () => {
  world = await FailingWorld.make(async (made, folder) => {
    await using node = await FailingNode.start(outside(folder, made));
    await node.keepToken();
  });
});

afterAll(() => {
  world[Symbol.dispose]();
});

/** The act again, a query, and everything that was ever told compared with what is on the disk. */
async function proveSound(
  node: FailingNode,
  place: NodePlace,
  { act, again = act, done }: Act,
  notices: readonly string[] = [],
): Promise<void> {
  expect(done).toContain(await again(node));
  await node.settled();
  const fork = new ForeignLog({ size: 12, history: 'other' });
  expect(await node.cosign(5, 12, fork)).not.toBe('cosigned');
  expect(await node.ask()).toBe('answered');
  expect(await node.publish()).toBe('done');
  for (const answer of [...node.told.answers]) await node.receipt(answer);
  expect(contradictionsOf(node, place)).toEqual({
    answersWithoutLeaf: 0,
    duplicates: 0,
    miscounted: 0,
    foreignForks: 0,
    verdict: 'sound',
    findings: notices,
  });
}

function faultsOf(step: Step, outcome: Outcome, moment: () => void): Fault[] {
  const before =
    step.after === undefined
      ? []
      : [{ step: step.after, outcome: 'failed', moment: (): void => undefined } as const];
  return [...before, { ...step, outcome, moment }];
}

/** The act with its fault, and what the process would have left had it died in the step. */
async function failIn(
  { act, step, outcome }: Cell,
  node: FailingNode,
): Promise<{ said: string; left: NodePlace }> {
  await act.before?.(node);
  let left: NodePlace | undefined;
  const moment = (): void => {
    left = node.die();
  };
  node.edges.arm(...faultsOf(step, outcome, moment));
  const said = await act.act(node);
  await node.settled();
  if (left === undefined || node.edges.armed.length > 0) throw new Error('no step was met');
  return { said, left };
}

describe.each(ACTS)('$name', (act) => {
  describe.each(cellsOf(act))('$name', (cell) => {
    const { step, outcome } = cell;
    let left: NodePlace | undefined;

    afterAll(() => {
      world.tidyUp();
    });

    test('and the process goes on', async () => {
      const place = outside(world.copy(), world);
      await using node = await FailingNode.start(place);
      const failed = await failIn(cell, node);
      left = failed.left;
      expect(failed.said).toBe(step.told[outcome]);
      expect(node.refusedAndRecorded).toBe(outcome === 'failed' ? 0 : (step.leaves ?? 0));
      const notices = step.unsignedEnd?.includes(outcome) === true ? ['tail-unsigned', 'key-not-pinned'] : [];
      await proveSound(node, place, act, notices);
    });

    test('and the process dies there and starts again', async () => {
      left ??= await leftBy(cell);
      bury(left.folder);
      await using next = await FailingNode.start(left);
      await proveSound(next, left, act);
    });
  });
});

/** Where only the second test is asked for. */
async function leftBy(cell: Cell): Promise<NodePlace> {
  await using node = await FailingNode.start(outside(world.copy(), world));
  return (await failIn(cell, node)).left;
}
