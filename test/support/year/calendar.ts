const DAY = 86_400_000;

/** Days of the story, in the zone of the gateway. */
export const STORY = {
  start: '2026-03-02',
  notice: '2026-06-05',
  compromise: '2026-08-20',
  lastOfTerm: '2026-10-15',
  renewed: '2026-10-16',
  backup: '2026-12-03',
  restore: '2026-12-08',
  newYear: '2027-01-01',
  end: '2027-03-01',
} as const;

/** Istanbul is three hours ahead of UTC, all year. @param time `HH:MM` */
export function at(day: string, time: string): number {
  return Date.parse(`${day}T${time}:00+03:00`);
}

/** @param days how many after it */
export function dayAfter(day: string, days = 1): string {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}

/** On the fifth of each month what is past its retention is destroyed. */
export function isDestructionDay(day: string): boolean {
  return day.endsWith('-05');
}

/** The days on which something happens: every so many days, those of the story, and those of destruction. */
export function daysOfYear(everyDays: number): string[] {
  const told = new Set<string>(Object.values(STORY));
  const days: string[] = [];
  for (let day: string = STORY.start, count = 0; day <= STORY.end; day = dayAfter(day), count += 1) {
    if (count % everyDays === 0 || told.has(day) || isDestructionDay(day)) days.push(day);
  }
  return days;
}
