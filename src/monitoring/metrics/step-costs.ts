import { type AnyStep } from '../../gateway/step.ts';
import { Histogram } from './histogram.ts';
import { type Metric } from './metric.ts';

const SECONDS = [
  1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1, 0.5, 1,
] as const;

/**
 * What each step of a pipeline takes, waiting included, whether it lets the request pass or not. It stands around the steps
 * only where a pipeline is built with `frame`; one that is built without costs nothing more.
 */
export class StepCosts {
  readonly #steps = new Map<string, Histogram>();

  /** The frame (`gateway/step.ts`) that measures a step. */
  readonly frame = (step: AnyStep): AnyStep['run'] => {
    const histogram = new Histogram(SECONDS);
    this.#steps.set(step.name, histogram);
    return (state) => {
      const begun = performance.now();
      const ended = (): void => {
        histogram.note((performance.now() - begun) / 1000);
      };
      let adds: object | Promise<object>;
      try {
        adds = step.run(state);
      } catch (thrown) {
        ended();
        throw thrown;
      }
      // A step that has decided at once stays in the same turn of the event loop.
      if (adds instanceof Promise) return adds.finally(ended);
      ended();
      return adds;
    };
  };

  metrics(): Metric[] {
    return [
      {
        name: 'gecit_step_duration_seconds',
        help: 'Time of one step of a query, waiting included',
        type: 'histogram',
        read: () => [...this.#steps].map(([step, histogram]) => [{ step }, histogram] as const),
      },
    ];
  }
}
