import { type Clock } from '../../shared/clock.ts';
import { type Check, warn } from './check.ts';

/** What says how the sealing of ended days stands. */
export interface SealingStanding {
  /** Code of the last run's failure; null once one has gone well. */
  lastError(): string | null;
  /** Whether a day that has ended is not sealed yet. */
  dayWaits(): boolean;
  readonly clock: Clock;
}

/** Within which an ended day is sealed on a node that runs: from midnight to the time of sealing, and an hour more. */
const PATIENCE_MILLISECONDS = 25 * 60 * 60 * 1000;
/** A look reads files. */
const LOOK_MILLISECONDS = 60_000;

/** Every day that has ended is sealed into the evidence folder. It ends no readiness: answers go on. */
export function checkSealing(standing: SealingStanding): Check {
  let lookedAt = -Infinity;
  let waitsSince: number | undefined;
  const look = (now: number): void => {
    if (now - lookedAt < LOOK_MILLISECONDS && now >= lookedAt) return;
    lookedAt = now;
    waitsSince = standing.dayWaits() ? (waitsSince ?? now) : undefined;
  };
  return {
    name: 'sealing',
    look: () => {
      const now = standing.clock.now();
      look(now);
      const error = standing.lastError();
      if (error !== null) return [warn('SEALING_FAILED', FAILED, error)];
      const late = waitsSince !== undefined && now - waitsSince > PATIENCE_MILLISECONDS;
      return late ? [warn('SEALING_LATE', LATE)] : [];
    },
  };
}

const FAILED = {
  tr: 'Sona eren günler mühürlenemedi; günlük nedenini söyler.',
  en: 'The days that have ended could not be sealed; the log says why.',
};
const LATE = {
  tr: 'Sona eren bir gün bir günden uzun süredir mühürlenmedi.',
  en: 'A day that has ended has not been sealed for more than a day.',
};
