import { Temporal } from 'temporal-polyfill';
import { type Activation } from './activation.ts';
import { type Agreement } from './agreement.ts';
import { termCalendar, type TermCalendar } from './term-calendar.ts';

/** Why no data may flow under an agreement. */
export type NotInForceReason =
  'unsigned' | 'other-version' | 'undertaking-missing' | 'not-yet' | 'suspended' | 'expired' | 'terminated';

/** `until`: first millisecond at which the agreement is known to end; null while it renews by itself. */
export type TermVerdict =
  | { readonly inForce: true; readonly until: number | null }
  | { readonly inForce: false; readonly reason: NotInForceReason };

/** The term that holds a moment; every date `YYYY-MM-DD` in the agreement's zone, inclusive. */
export interface TermDates {
  readonly start: string;
  readonly end: string;
  /** Last day on which a notice keeps this term from being followed by another. */
  readonly lastDayForNotice: string;
  /** Tacit renewals before this term. */
  readonly renewals: number;
  /** Whether another term follows unless notice is given in time. */
  readonly renews: boolean;
}

/** What an activation makes of its agreement: instants only, worked out once. */
interface Life {
  readonly calendar: TermCalendar;
  /** Index of the last term; null while it renews by itself. */
  readonly lastIndex: number | null;
  readonly start: number;
  /** First millisecond after the last term; null while it renews by itself. */
  readonly end: number | null;
  /** First millisecond of the day on which the undertaking was signed; null without a valid one. */
  readonly undertakenFrom: number | null;
}

type Birth = Life | 'unsigned' | 'other-version';

/** One entry per activation object: a change of the register makes a new one. */
const births = new WeakMap<Activation, { readonly agreement: Agreement; readonly birth: Birth }>();

/**
 * Whether data may flow under the agreement at an instant (Protokol V.A.1, VII, Yürürlük 1, Ek-2 1.2).
 * In force from the start of the day of the later signature until the end of the last term, both in the agreement's
 * zone; a suspension bites at once, a termination at its instant. Cheap enough to be asked for every request.
 * @param activation undefined while nothing of the agreement's life is registered: `unsigned`
 * @param now epoch milliseconds
 * @throws RangeError when the activation holds a date that is none
 */
export function inForce(agreement: Agreement, activation: Activation | undefined, now: number): TermVerdict {
  if (activation === undefined) return { inForce: false, reason: 'unsigned' };
  const birth = birthOf(agreement, activation);
  if (typeof birth === 'string') return { inForce: false, reason: birth };
  const reason = hindrance(birth, activation, now);
  if (reason !== undefined) return { inForce: false, reason };
  return { inForce: true, until: earlier(birth.end, activation.terminatedAt) };
}

/**
 * The term that holds the instant: the first one before the agreement starts, the last one after it ended.
 * Undefined while signatures are missing or belong to another version. Termination and suspension do not move terms.
 * @param now epoch milliseconds
 */
export function termDates(
  agreement: Agreement,
  activation: Activation | undefined,
  now: number,
): TermDates | undefined {
  if (activation === undefined) return undefined;
  const birth = birthOf(agreement, activation);
  if (typeof birth === 'string') return undefined;
  const today = Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(agreement.timeZone)
    .toPlainDate();
  const index = Math.min(birth.calendar.indexOn(today), birth.lastIndex ?? Infinity);
  return {
    start: birth.calendar.firstDay(index).toString(),
    end: birth.calendar.lastDay(index).toString(),
    lastDayForNotice: birth.calendar.lastDayForNotice(index).toString(),
    renewals: index,
    renews: index !== birth.lastIndex,
  };
}

function birthOf(agreement: Agreement, activation: Activation): Birth {
  const known = births.get(activation);
  if (known?.agreement === agreement) return known.birth;
  const birth = bear(agreement, activation);
  births.set(activation, { agreement, birth });
  return birth;
}

function bear(agreement: Agreement, activation: Activation): Birth {
  if (activation.agreementId !== agreement.id || activation.hash !== agreement.hash) return 'other-version';
  const signed = lastSignature(agreement, activation);
  if (signed === undefined) return 'unsigned';
  const calendar = termCalendar(agreement.term, signed);
  const lastIndex = lastTerm(agreement, activation, calendar);
  const startOfDay = (day: Temporal.PlainDate): number =>
    day.toZonedDateTime(agreement.timeZone).epochMilliseconds;
  const undertaken = undertakingDay(agreement, activation);
  return {
    calendar,
    lastIndex,
    start: startOfDay(signed),
    end: lastIndex === null ? null : startOfDay(calendar.lastDay(lastIndex).add({ days: 1 })),
    undertakenFrom: undertaken === undefined ? null : startOfDay(undertaken),
  };
}

/** Undefined until every party has signed (Yürürlük 1). */
function lastSignature(agreement: Agreement, activation: Activation): Temporal.PlainDate | undefined {
  const days: Temporal.PlainDate[] = [];
  for (const party of agreement.parties) {
    const signedOn = Object.hasOwn(activation.signedOn, party.id) ? activation.signedOn[party.id] : undefined;
    if (signedOn === undefined) return undefined;
    days.push(Temporal.PlainDate.from(signedOn));
  }
  return days.sort((a, b) => Temporal.PlainDate.compare(a, b)).at(-1);
}

/** A notice after the last day for it counts for the end of the next term (VII.2). */
function lastTerm(agreement: Agreement, activation: Activation, calendar: TermCalendar): number | null {
  if (agreement.term.renewal === 'none') return 0;
  if (activation.noticeOn === null) return null;
  return calendar.indexEndedBy(Temporal.PlainDate.from(activation.noticeOn));
}

/** The consumer's undertaking counts only in the version that the annex states (Ek-2 9). */
function undertakingDay(agreement: Agreement, activation: Activation): Temporal.PlainDate | undefined {
  const annex = agreement.annexes.find(({ content }) => content === 'undertaking');
  const { undertaking } = activation;
  if (annex?.version === undefined || undertaking?.version !== annex.version) return undefined;
  return Temporal.PlainDate.from(undertaking.signedOn);
}

/** What is final comes first: an ended agreement is not called suspended. */
function hindrance(life: Life, activation: Activation, now: number): NotInForceReason | undefined {
  const ended = earlier(life.end, activation.terminatedAt);
  if (ended !== null && now >= ended) return ended === activation.terminatedAt ? 'terminated' : 'expired';
  if (life.undertakenFrom === null) return 'undertaking-missing';
  if (now < life.start) return 'not-yet';
  if (now < life.undertakenFrom) return 'undertaking-missing';
  // Whatever the clock says: a clock that was set back must not lift a suspension.
  if (activation.suspendedAt !== null) return 'suspended';
  return undefined;
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
