import { zonedDay } from '../../src/shared/zoned-day.ts';
import { listedAbout } from '../support/demo-access.ts';
import { GatewayPlace } from '../support/gateway-place.ts';
import { type LoadLine } from '../support/load-lines.ts';
import { fetchToken, seeded, Tally, untilDayIsLong } from '../support/load.ts';

/** The quota of the official who asks in these rounds. */
export const DAILY_QUOTA = 100;
export const CALLS = 1_000;
/** However slow the machine, a call waits for its record. */
export const PATIENT = { settings: { 'limits.recordMilliseconds': 60_000 } };

export interface QuotaRound {
  /** Answers that reached the partner before the kill, and after the new start. */
  readonly answersBefore: number;
  readonly answersAfter: number;
  /** Calls under way when the process was killed. */
  readonly cutOff: number;
  /** Calls after the new start that were refused with QUOTA_EXCEEDED. */
  readonly refusedAfter: number;
  /** Leaves that record a disclosure, on the day with most of them. */
  readonly disclosures: number;
  /** Disclosures that were durable before the kill. */
  readonly disclosuresBefore: number;
  readonly verdict: number | null;
}

/** 1,000 calls by an official with a quota of 100, so many of them at once. */
export async function callBeyondQuota(
  place: GatewayPlace,
  tally: Tally = new Tally(),
  atOnce: number = CALLS,
): Promise<Tally> {
  await untilDayIsLong();
  const official = listedAbout(place.access.officials, 'may query, with a daily quota of 100');
  const token = await fetchToken(place.connect('cgm'), official);
  const lines = await place.openLines('cgm', atOnce);
  let left = CALLS;
  const caller = async (line: LoadLine): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await tally.count(line.query(token));
    }
  };
  await Promise.all(lines.map(caller));
  return tally;
}

/**
 * The same, killed when so many answers have come as the seed says, and again after a new start. Fewer at once make
 * smaller commits, so that the kill falls between them.
 */
export async function killWithinQuota(seed: number, atOnce: number = CALLS): Promise<QuotaRound> {
  await using place = await GatewayPlace.initialised(PATIENT);
  const killed = await place.serve();
  const before = new Tally();
  const enough = before.reached(Math.floor(seeded(seed)() * DAILY_QUOTA) + 1);
  const calls = callBeyondQuota(place, before, atOnce);
  await Promise.race([enough, calls]);
  await killed.kill();
  await calls;

  await using again = await place.serve();
  const disclosuresBefore = disclosuresOnOneDay(place);
  const after = await callBeyondQuota(place, new Tally(), atOnce);
  const verified = await place.run('audit', 'verify');
  await again.interrupt();
  return {
    answersBefore: before.answers.length,
    answersAfter: after.answers.length,
    cutOff: before.lost,
    refusedAfter: after.codes()['QUOTA_EXCEEDED'] ?? 0,
    disclosures: disclosuresOnOneDay(place),
    disclosuresBefore,
    verdict: verified.code,
  };
}

/** Disclosures by the day of the agreement's zone; the most of one day. */
export function disclosuresOnOneDay(place: GatewayPlace): number {
  const days = new Map<string, number>();
  for (const { type, time } of place.records()) {
    if (type !== 'disclosure') continue;
    const { date } = zonedDay(Date.parse(time), 'Europe/Istanbul');
    days.set(date, (days.get(date) ?? 0) + 1);
  }
  return Math.max(0, ...days.values());
}
