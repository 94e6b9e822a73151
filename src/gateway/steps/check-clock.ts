import { GatewayError } from '../../shared/problem.ts';
import { type Arrived } from '../exchange-state.ts';
import { type Step } from '../step.ts';

/** Tells the time of the newest durable record. */
export interface ClockCheck {
  /** Epoch milliseconds; 0 while the log is empty. */
  lastRecordedAt(): number;
  /** False while the wall clock has jumped and nobody knows which time is right. */
  reliable(): boolean;
}

/** A clock may be corrected by this much without harm: records keep their order, terms and days their meaning. */
const TOLERANCE_MILLISECONDS = 5_000;

/** Terms, quota days and records all hang on the clock; one that jumps or runs backwards proves itself wrong. */
export function checkClock(check: ClockCheck): Step<Arrived, object> {
  return {
    name: 'check-clock',
    codes: ['CLOCK_UNRELIABLE'],
    run: ({ now }) => {
      const ranBackwards = now < check.lastRecordedAt() - TOLERANCE_MILLISECONDS;
      if (ranBackwards || !check.reliable()) throw new GatewayError('CLOCK_UNRELIABLE');
      return {};
    },
  };
}
