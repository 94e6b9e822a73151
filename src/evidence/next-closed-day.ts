import { type LogHead, type LogReader } from '../audit/audit-log.ts';
import { type ZonedDay, zonedDay } from '../shared/zoned-day.ts';
import { type DayManifest } from './day-manifest.ts';
import { EvidenceError } from './evidence-error.ts';
import { EvidenceFiles } from './evidence-files.ts';
import { leafTime } from './leaf-time.ts';
import { leavesBetween } from './leaves-between.ts';
import { isClosed, sealingDay } from './log-day.ts';
import { sealMismatch } from './seal-mismatch.ts';
import { newestManifest } from './sealed-state.ts';

/** A closed day that has leaves, and the log as it was when that was seen. */
export interface DayToSeal {
  readonly day: ZonedDay;
  readonly head: LogHead;
}

/** When it is, and where. */
export interface Calendar {
  /** Epoch milliseconds. */
  readonly now: number;
  /** IANA zone of the log's days. */
  readonly timeZone: string;
}

/**
 * The day after the newest sealed one that has leaves, if it is closed.
 * @throws EvidenceError SEAL_MISMATCH when its first leaf is not whole: nobody can say to which day it belongs
 */
export function nextClosedDay(
  reader: LogReader,
  newest: DayManifest | null,
  { now, timeZone }: Calendar,
): DayToSeal | undefined {
  const head = reader.head();
  const from = newest?.size ?? 0;
  if (from >= head.size) return undefined;
  const [first] = leavesBetween(reader, from, from + 1);
  const time = first?.index === from ? leafTime(first) : 'leaf-missing';
  if (typeof time === 'string')
    throw sealMismatch({ origin: head.origin, day: zonedDay(now, timeZone).date }, from, time);
  const day = sealingDay(time, newest?.day ?? null, timeZone);
  return isClosed(day, head, now) ? { day, head } : undefined;
}

/** Whether a run of sealing has a day to seal, or something to complain about. Cheap: proves nothing, writes nothing. */
export function hasClosedDay(reader: LogReader, folder: string, calendar: Calendar): boolean {
  try {
    const newest = newestManifest(new EvidenceFiles(folder, reader.head().origin));
    return nextClosedDay(reader, newest, calendar) !== undefined;
  } catch (error) {
    if (error instanceof EvidenceError) return true;
    throw error;
  }
}
