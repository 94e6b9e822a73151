import { type ProblemCode } from '../shared/problem.ts';

/**
 * One step of the pipeline. It reads what earlier steps found, and adds what it finds or refuses.
 * Because a step names what it needs, a list in the wrong order does not compile.
 */
export interface Step<Needs extends object, Adds extends object> {
  readonly name: string;
  /** Every code with which this step may refuse. */
  readonly codes: readonly ProblemCode[];
  readonly run: (state: Needs) => Adds | Promise<Adds>;
}

/** A step that rests on registers alone and decides at once: the commit takes it again on what is true then. */
export interface Check<Needs extends object, Adds extends object> extends Step<Needs, Adds> {
  readonly holdsAtCommit: true;
  readonly run: (state: Needs) => Adds;
}

/** An ordered list of steps whose needs are met by what stands before them. */
export interface Pipeline<Start extends object, State extends object> {
  readonly steps: readonly Step<never, object>[];
  /** Takes every `Check` of the list again, in order; throws what the first refusing one throws. */
  recheck(state: State): void;
  then<Adds extends object>(step: Step<State, Adds>): Pipeline<Start, State & Adds>;
  /** Runs every step in order on one state; rejects with what the first refusing step threw. */
  readonly run: (start: Start) => Promise<State>;
}

/** Any step of a pipeline. */
export type AnyStep = Step<never, object>;

/**
 * What runs in place of a step, for whoever watches it; it MUST run the step, and give or throw what that gives or throws.
 * Asked once for each step when a pipeline is built.
 */
export type StepFrame = (step: AnyStep) => AnyStep['run'];

/** The pipeline without steps. @param frame stands around every step that is added; without one they run bare */
export function startWith<Start extends object>(frame: StepFrame = bare): Pipeline<Start, Start> {
  return pipelineOf<Start, Start>([], frame);
}

function bare({ run }: AnyStep): AnyStep['run'] {
  return run;
}

function pipelineOf<Start extends object, State extends object>(
  steps: readonly AnyStep[],
  frame: StepFrame,
): Pipeline<Start, State> {
  const checks = steps.filter((step): step is Check<never, object> => 'holdsAtCommit' in step);
  const runs = steps.map(frame);
  return {
    steps,
    recheck: (state) => {
      for (const check of checks) Object.assign(state, check.run(state as never));
    },
    then: (step) => pipelineOf([...steps, step as unknown as AnyStep], frame),
    run: async (start) => {
      for (const run of runs) {
        const adds = run(start as never);
        // Awaiting only real promises keeps the checks of one request in one turn of the event loop.
        Object.assign(start, adds instanceof Promise ? await adds : adds);
      }
      return start as unknown as State;
    },
  };
}
