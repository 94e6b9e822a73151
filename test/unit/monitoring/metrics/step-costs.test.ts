import { describe, expect, test } from '@jest/globals';
import { startWith, type Step } from '../../../../src/gateway/step.ts';
import { StepCosts } from '../../../../src/monitoring/metrics/step-costs.ts';
import { createRegistry } from '../../../../src/monitoring/metrics/registry.ts';
import { GatewayRig } from '../../../support/gateway-rig.ts';
import { linesOf, valueOf } from '../../../support/metric-lines.ts';

const atOnce: Step<object, { readonly one: number }> = {
  name: 'at-once',
  codes: [],
  run: () => ({ one: 1 }),
};
const later: Step<object, { readonly two: number }> = {
  name: 'later',
  codes: [],
  run: async () => Promise.resolve({ two: 2 }),
};
const refuses: Step<object, object> = {
  name: 'refuses',
  codes: [],
  run: () => {
    throw new Error('refused');
  },
};

async function counts(costs: StepCosts): Promise<string[]> {
  const lines = linesOf(
    await createRegistry(costs.metrics(), () => undefined)(),
    'gecit_step_duration_seconds',
  );
  return lines
    .filter((line) => line.includes('_count{'))
    .map((line) => line.replace('gecit_step_duration_seconds_count', ''));
}

describe('the costs of steps', () => {
  test('are counted for every step that runs, one that refuses too', async () => {
    const costs = new StepCosts();
    const pipeline = startWith<object>(costs.frame).then(atOnce).then(later).then(refuses).then(atOnce);
    await expect(pipeline.run({})).rejects.toThrow('refused');
    expect(await counts(costs)).toEqual(['{step="at-once"} 1', '{step="later"} 1', '{step="refuses"} 1']);
  });

  test('change neither what steps find nor the turn in which they decide', async () => {
    const order: string[] = [];
    const note: Step<object, object> = {
      name: 'note',
      codes: [],
      run: () => {
        order.push('step');
        return {};
      },
    };
    const pipeline = startWith<object>(new StepCosts().frame).then(atOnce).then(note);
    const running = pipeline.run({});
    order.push('caller');
    expect(await running).toEqual({ one: 1 });
    expect(order).toEqual(['step', 'caller']);
  });

  test('are those of the whole list of a query, where a gateway is built with them', async () => {
    const costs = new StepCosts();
    const rig = new GatewayRig({ parts: { frame: costs.frame } });
    expect(await rig.outcomeOf()).toBe('answered');
    const text = await createRegistry(costs.metrics(), () => undefined)();
    for (const step of ['identify-agency', 'check-purpose', 'fetch-answer', 'record-answer'])
      expect(valueOf(text, `gecit_step_duration_seconds_count{step="${step}"}`)).toBe(1);
    // The recheck inside the commit is not a step of its own.
    expect(await counts(costs)).toHaveLength(20);
  });

  test('are put around each step once, when the pipeline is built', async () => {
    const framed: string[] = [];
    const pipeline = startWith<object>((step) => {
      framed.push(step.name);
      return step.run;
    })
      .then(atOnce)
      .then(later);
    await pipeline.run({});
    await pipeline.run({});
    expect(framed).toEqual(['at-once', 'later']);
  });
});
