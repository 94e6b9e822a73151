import { type StampState } from '../../jobs/stamp-checkpoints.ts';
import { type Check, fail, warn } from './check.ts';

/** What says how the log stands with its time-stamp authority. */
export interface StampStanding {
  /** Whether queries are refused for it. */
  stale(): boolean;
  state(): Pick<StampState, 'firstFailedAt' | 'lastError'>;
}

/** The log is confirmed from outside as often as the settings ask. */
export function checkTimeStamps(stamps: StampStanding): Check {
  return {
    name: 'timeStamps',
    look: () => {
      if (stamps.stale()) return [fail('EVIDENCE_STALE', STALE)];
      const { firstFailedAt, lastError } = stamps.state();
      return firstFailedAt === null ? [] : [warn('STAMPS_FAIL', FAIL, lastError ?? undefined)];
    },
  };
}

const STALE = {
  tr: 'Zaman damgası izin verilenden uzun süredir alınamıyor; sorgular geri çevriliyor.',
  en: 'No time stamp for longer than is allowed; queries are refused.',
};
const FAIL = { tr: 'Zaman damgası alınamıyor.', en: 'No time stamp can be had.' };
