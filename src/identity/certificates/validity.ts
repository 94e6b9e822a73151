import { type Clock } from '../../shared/clock.ts';

const DAY = 86_400_000;
/** Partners' clocks may run this much behind. */
const SKEW = 300_000;

/** A period that begins a little before now, in epoch milliseconds of whole seconds (X.509 knows no fractions). */
export function validity(clock: Clock, days: number): { validFrom: number; validTo: number } {
  const now = Math.floor(clock.now() / 1000) * 1000;
  return { validFrom: now - SKEW, validTo: now + days * DAY };
}
