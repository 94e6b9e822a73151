import { type ClockDrift } from '../../jobs/watch-clock.ts';
import { type Check, fail, type Finding, warn } from './check.ts';

/** What is known of the clock. */
export interface ClockState {
  /** It was set by more than a correction since the start. */
  jumped(): boolean;
  /** It does not stand before the newest record. */
  inOrder(): boolean;
  /** Enough of the others agree with it. */
  agrees(): boolean;
  drifts(): readonly ClockDrift[];
}

/** The time by which terms, quota days and records go can be relied on. */
export function checkClock(state: ClockState): Check {
  return {
    name: 'clock',
    look: () => [
      ...(state.jumped() ? [fail('CLOCK_JUMPED', JUMPED)] : []),
      ...(state.inOrder() ? [] : [fail('CLOCK_BEHIND_LOG', BEHIND)]),
      ...driftFindings(state),
    ],
  };
}

function driftFindings(state: ClockState): Finding[] {
  const drifts = state.drifts();
  const away = drifts.filter(({ differs }) => differs);
  const level = state.agrees() ? warn : fail;
  const alone = drifts.length > 0 && drifts.every(({ milliseconds }) => milliseconds === null);
  return [
    ...away.map(({ name, milliseconds }) => level('CLOCK_DRIFT', driftSentence(milliseconds ?? 0), name)),
    // What was found before nobody answered any more still holds.
    ...(away.length === 0 && !state.agrees() ? [fail('CLOCK_DRIFT', LAST_DRIFT)] : []),
    ...(alone ? [warn('CLOCK_NOT_COMPARED', NOT_COMPARED)] : []),
  ];
}

function driftSentence(milliseconds: number): { tr: string; en: string } {
  const size = String(Math.abs(milliseconds));
  return milliseconds > 0
    ? { tr: `Saat ${size} ms geride.`, en: `The clock is ${size} ms behind.` }
    : { tr: `Saat ${size} ms ileride.`, en: `The clock is ${size} ms ahead.` };
}

const JUMPED = {
  tr: 'Sistem saati sıçradı. Saati düzeltin; doğruysa geçidi yeniden başlatın.',
  en: 'The system clock has jumped. Mend it; where it is right, start the gateway anew.',
};
const BEHIND = {
  tr: 'Sistem saati en yeni kaydın gerisinde.',
  en: 'The system clock stands before the newest record.',
};
const LAST_DRIFT = {
  tr: 'Saat en son karşılaştırmada ötekilerden sapmıştı.',
  en: 'The clock differed from the others when it was compared last.',
};
const NOT_COMPARED = {
  tr: 'Saat şu anda hiçbir başka saatle karşılaştırılamıyor.',
  en: 'The clock cannot be compared with any other at this moment.',
};
