import { describe, expect, test } from '@jest/globals';
import { startWith, type Step } from '../../../src/gateway/step.ts';

interface Sum {
  readonly sum: number;
}
const addOne: Step<{ readonly first: number }, Sum> = {
  name: 'add-one',
  codes: [],
  run: ({ first }) => ({ sum: first + 1 }),
};
const double: Step<Sum, { readonly doubled: number }> = {
  name: 'double',
  codes: [],
  run: async ({ sum }) => Promise.resolve({ doubled: sum * 2 }),
};

describe('a pipeline', () => {
  test('hands to each step what the earlier ones found, waiting where one must be waited for', async () => {
    const pipeline = startWith<{ first: number }>().then(addOne).then(double);
    expect(await pipeline.run({ first: 4 })).toEqual({ first: 4, sum: 5, doubled: 10 });
  });

  test('ends at the first step that refuses; what was found until then stays known', async () => {
    const refuse: Step<Sum, object> = {
      name: 'refuse',
      codes: ['REQUEST_INVALID'],
      run: () => {
        throw new Error('refused');
      },
    };
    const state = { first: 1 };
    await expect(
      startWith<{ first: number }>().then(addOne).then(refuse).then(double).run(state),
    ).rejects.toThrow('refused');
    expect(state).toEqual({ first: 1, sum: 2 });
  });

  test('is not changed by being continued', () => {
    const start = startWith<{ first: number }>();
    const longer = start.then(addOne);
    longer.then(double);
    expect([start.steps.length, longer.steps.length]).toEqual([0, 1]);
  });
});
