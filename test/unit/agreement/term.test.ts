import { describe, expect, test } from '@jest/globals';
import { Temporal } from 'temporal-polyfill';
import { type Activation } from '../../../src/agreement/activation.ts';
import { type Agreement } from '../../../src/agreement/agreement.ts';
import { inForce, termDates } from '../../../src/agreement/term.ts';
import { anActivation, anAgreement } from '../../support/agreement-builder.ts';

const ISTANBUL = anAgreement();
const ONCE = anAgreement({ term: { length: 'P1Y', renewal: 'none', notice: 'P1M' } });
const HALF_YEARS = anAgreement({ term: { length: 'P6M', renewal: 'tacit', notice: 'P1M' } });
const SAO_PAULO = anAgreement({ timeZone: 'America/Sao_Paulo' });

/** Milliseconds of a local time in the agreement's zone. */
function at(local: string, agreement = ISTANBUL): number {
  return Temporal.PlainDateTime.from(local).toZonedDateTime(agreement.timeZone).epochMilliseconds;
}

function signed(on: string): Partial<Activation> {
  return { signedOn: { alpha: on, beta: on }, undertaking: { version: '2024-1', signedOn: on } };
}

function verdict(agreement: Agreement, overrides: Partial<Activation>, now: string): string {
  const found = inForce(agreement, anActivation(agreement, overrides), at(now, agreement));
  return found.inForce ? 'in force' : found.reason;
}

type Case = [
  when: string,
  now: string,
  expected: string,
  overrides?: Partial<Activation>,
  agreement?: Agreement,
];

/** Signed on 2024-03-15 unless the case says otherwise. */
const CASES: Case[] = [
  // Start: Yürürlük 1
  ['the last millisecond before the day of signature', '2024-03-14T23:59:59.999', 'not-yet'],
  ['the first instant of the day of signature', '2024-03-15T00:00', 'in force'],
  ['a day inside the first term', '2024-09-01T12:00', 'in force'],
  ['the day of the earlier signature', '2024-03-10T12:00', 'not-yet', { signedOn: { alpha: '2024-03-10', beta: '2024-03-15' } }],
  ['the day of the later signature', '2024-03-15T00:00', 'in force', { signedOn: { alpha: '2024-03-10', beta: '2024-03-15' } }],
  ['the later signature, whoever gave it', '2024-03-14T12:00', 'not-yet', { signedOn: { alpha: '2024-03-15', beta: '2024-03-10' } }],
  ['one signature is missing [R002-054]', '2024-04-01T00:00', 'unsigned', { signedOn: { alpha: '2024-03-15' } }],
  ['both signatures are missing [R002-054]', '2024-04-01T00:00', 'unsigned', { signedOn: {} }],
  ['a stranger signed for a party [R002-054]', '2024-04-01T00:00', 'unsigned', { signedOn: { alpha: '2024-03-15', gamma: '2024-03-15' } }],
  // Version
  ['another version was signed', '2024-04-01T00:00', 'other-version', { hash: `sha256:${'0'.repeat(64)}` }],
  ['another agreement was signed', '2024-04-01T00:00', 'other-version', { agreementId: 'other' }],
  // Undertaking: Ek-2
  ['no undertaking is registered [R002-068]', '2024-04-01T00:00', 'undertaking-missing', { undertaking: null }],
  ['the undertaking is of another version [R002-110]', '2024-04-01T00:00', 'undertaking-missing', { undertaking: { version: '2023-1', signedOn: '2024-03-15' } }],
  ['the undertaking is signed later', '2024-03-31T23:59:59.999', 'undertaking-missing', { undertaking: { version: '2024-1', signedOn: '2024-04-01' } }],
  ['the undertaking is signed today', '2024-04-01T00:00', 'in force', { undertaking: { version: '2024-1', signedOn: '2024-04-01' } }],
  ['the undertaking was signed before the agreement', '2024-03-15T00:00', 'in force', { undertaking: { version: '2024-1', signedOn: '2024-01-01' } }],
  // Term without renewal: VII.1
  ['the last millisecond of the last day [R002-048]', '2025-03-15T23:59:59.999', 'in force', {}, ONCE],
  ['the instant after the last day [R002-048]', '2025-03-16T00:00', 'expired', {}, ONCE],
  ['a notice on an agreement that ends anyway', '2025-03-15T12:00', 'in force', { noticeOn: '2024-04-01' }, ONCE],
  // Tacit renewal: VII.2
  ['the first day of the second term [R002-051]', '2025-03-16T00:00', 'in force'],
  ['the tenth term [R002-051]', '2033-10-01T00:00', 'in force'],
  // Notice: VII.2
  ['noticed in time, on the last day [R002-050]', '2025-03-15T23:59:59.999', 'in force', { noticeOn: '2025-02-15' }],
  ['noticed in time, after the last day [R002-050]', '2025-03-16T00:00', 'expired', { noticeOn: '2025-02-15' }],
  ['noticed a day late, at the end of the term [R002-050]', '2025-03-16T00:00', 'in force', { noticeOn: '2025-02-16' }],
  ['noticed a day late, on the last day of the next term', '2026-03-15T23:59:59.999', 'in force', { noticeOn: '2025-02-16' }],
  ['noticed a day late, after the next term', '2026-03-16T00:00', 'expired', { noticeOn: '2025-02-16' }],
  ['noticed in the first week', '2025-03-16T00:00', 'expired', { noticeOn: '2024-03-20' }],
  ['noticed before the start', '2025-03-16T00:00', 'expired', { noticeOn: '2024-01-01' }],
  ['noticed in the third term', '2027-03-15T23:59:59.999', 'in force', { noticeOn: '2026-06-01' }],
  ['noticed in the third term, afterwards', '2027-03-16T00:00', 'expired', { noticeOn: '2026-06-01' }],
  // A month is a calendar month, clamped to the end of the shorter one
  ['ends 31 March, noticed 28 February', '2025-04-01T00:00', 'expired', { ...signed('2024-03-31'), noticeOn: '2025-02-28' }],
  ['ends 31 March, noticed 1 March', '2025-04-01T00:00', 'in force', { ...signed('2024-03-31'), noticeOn: '2025-03-01' }],
  ['ends 31 March of a leap year, noticed 29 February', '2024-04-01T00:00', 'expired', { ...signed('2023-03-31'), noticeOn: '2024-02-29' }],
  ['ends 31 December, noticed 30 November', '2025-01-01T00:00', 'expired', { ...signed('2023-12-31'), noticeOn: '2024-11-30' }],
  ['ends 31 December, noticed 1 December', '2025-01-01T00:00', 'in force', { ...signed('2023-12-31'), noticeOn: '2024-12-01' }],
  // 29 February clamps in common years and does not drift
  ['signed 29 February, last day of the first term', '2025-02-28T23:59:59.999', 'in force', { ...signed('2024-02-29'), noticeOn: '2024-06-01' }],
  ['signed 29 February, after the first term', '2025-03-01T00:00', 'expired', { ...signed('2024-02-29'), noticeOn: '2024-06-01' }],
  ['signed 29 February, last day of the fourth term', '2028-02-29T23:59:59.999', 'in force', { ...signed('2024-02-29'), noticeOn: '2027-06-01' }],
  ['signed 29 February, after the fourth term', '2028-03-01T00:00', 'expired', { ...signed('2024-02-29'), noticeOn: '2027-06-01' }],
  // Terms of months count from the first day too
  ['half years from 31 August, last day of the first', '2025-02-28T23:59:59.999', 'in force', { ...signed('2024-08-31'), noticeOn: '2024-09-01' }, HALF_YEARS],
  ['half years from 31 August, after the first', '2025-03-01T00:00', 'expired', { ...signed('2024-08-31'), noticeOn: '2024-09-01' }, HALF_YEARS],
  ['half years from 31 August, last day of the second', '2025-08-31T23:59:59.999', 'in force', { ...signed('2024-08-31'), noticeOn: '2025-03-01' }, HALF_YEARS],
  ['half years from 31 August, after the second', '2025-09-01T00:00', 'expired', { ...signed('2024-08-31'), noticeOn: '2025-03-01' }, HALF_YEARS],
  // Termination: VII.3, VII.4
  ['the millisecond before a termination [R002-052]', '2024-06-01T09:59:59.999', 'in force', { terminatedAt: at('2024-06-01T10:00') }],
  ['the instant of a termination [R002-052]', '2024-06-01T10:00', 'terminated', { terminatedAt: at('2024-06-01T10:00') }],
  ['after a mutual end [R002-053]', '2024-07-01T00:00', 'terminated', { terminatedAt: at('2024-06-01T00:00') }],
  ['terminated before it began', '2024-03-01T00:00', 'terminated', { terminatedAt: at('2024-02-01T00:00') }],
  ['terminated after it had expired', '2025-06-01T00:00', 'expired', { noticeOn: '2024-06-01', terminatedAt: at('2025-05-01T00:00') }],
  ['terminated before it would have expired', '2025-06-01T00:00', 'terminated', { noticeOn: '2024-06-01', terminatedAt: at('2025-01-01T00:00') }],
  // Suspension
  ['suspended a moment ago', '2024-06-01T10:00', 'suspended', { suspendedAt: at('2024-06-01T09:59:59.999') }],
  ['suspended at this instant', '2024-06-01T10:00', 'suspended', { suspendedAt: at('2024-06-01T10:00') }],
  ['suspended, then the clock was set back', '2024-06-01T10:00', 'suspended', { suspendedAt: at('2024-06-01T11:00') }],
  ['suspended and expired', '2025-06-01T00:00', 'expired', { noticeOn: '2024-06-01', suspendedAt: at('2024-07-01T00:00') }],
  ['suspended and terminated', '2025-06-01T00:00', 'terminated', { terminatedAt: at('2024-08-01T00:00'), suspendedAt: at('2024-07-01T00:00') }],
  // The day is the agreement's, not UTC's
  ['a start that UTC still calls the day before', '2024-03-15T00:30', 'in force'],
  ['a first day that begins at one o’clock', '2018-11-04T01:00', 'in force', signed('2018-11-04'), SAO_PAULO],
  ['the evening before a day that begins at one o’clock', '2018-11-03T23:59:59.999', 'not-yet', signed('2018-11-04'), SAO_PAULO],
]; // prettier-ignore

describe('whether an agreement is in force', () => {
  test.each(CASES)('%s: at %s it is %s', (...[, now, expected, overrides = {}, agreement = ISTANBUL]) => {
    expect(verdict(agreement, overrides, now)).toBe(expected);
  });

  test('is unsigned where nothing is registered [R002-054]', () => {
    expect(inForce(ISTANBUL, undefined, at('2024-04-01T00:00'))).toEqual({
      inForce: false,
      reason: 'unsigned',
    });
  });

  test.each([
    ['nobody ends it', {}, null],
    ['a notice ends it', { noticeOn: '2024-06-01' }, at('2025-03-16T00:00')],
    ['a termination ends it', { terminatedAt: at('2024-06-01T10:00') }, at('2024-06-01T10:00')],
    ['notice comes before termination', { noticeOn: '2024-06-01', terminatedAt: at('2026-01-01T00:00') }, at('2025-03-16T00:00')],
  ])('says until when, where %s', (_what, overrides, until) => {
    const activation = anActivation(ISTANBUL, overrides);
    expect(inForce(ISTANBUL, activation, at('2024-04-01T00:00'))).toEqual({ inForce: true, until });
  }); // prettier-ignore

  test('judges the same activation anew at every instant and for every version', () => {
    const activation = anActivation(ISTANBUL, { terminatedAt: at('2024-06-01T10:00') });
    const other = anAgreement({ version: 2 });
    const now = at('2024-05-01T00:00');
    expect(inForce(ISTANBUL, activation, now).inForce).toBe(true);
    expect(inForce(other, activation, now)).toEqual({ inForce: false, reason: 'other-version' });
    expect(inForce(ISTANBUL, activation, at('2024-06-01T10:00')).inForce).toBe(false);
    expect(inForce(ISTANBUL, activation, now).inForce).toBe(true);
  });

  test('does not take a property of every object for a signature', () => {
    const agreement = anAgreement();
    const parties = agreement.parties.map((party, index) =>
      index === 0 ? { ...party, id: 'constructor' } : party,
    );
    const odd = anAgreement({ parties });
    expect(verdict(odd, { signedOn: { beta: '2024-03-15' } }, '2024-04-01T00:00')).toBe('unsigned');
  });

  test('refuses to judge an activation whose dates are none', () => {
    const activation = anActivation(ISTANBUL, { noticeOn: '2024-02-30' });
    expect(() => inForce(ISTANBUL, activation, at('2024-04-01T00:00'))).toThrow(RangeError);
  });
});

describe('the dates of the current term', () => {
  function dates(overrides: Partial<Activation>, now: string, agreement = ISTANBUL): unknown {
    return termDates(agreement, anActivation(agreement, overrides), at(now, agreement));
  }

  test('are those of the first term from the day of signature', () => {
    expect(dates({}, '2024-03-15T00:00')).toEqual({
      start: '2024-03-15',
      end: '2025-03-15',
      lastDayForNotice: '2025-02-15',
      renewals: 0,
      renews: true,
    });
  });

  test('are those of the first term before it begins', () => {
    expect(dates({}, '2023-01-01T00:00')).toMatchObject({ start: '2024-03-15', renewals: 0 });
  });

  test('count renewals, each term beginning the day after the one before [R002-051]', () => {
    expect(dates({}, '2025-03-15T23:59')).toMatchObject({ end: '2025-03-15', renewals: 0 });
    expect(dates({}, '2025-03-16T00:00')).toEqual({
      start: '2025-03-16',
      end: '2026-03-15',
      lastDayForNotice: '2026-02-15',
      renewals: 1,
      renews: true,
    });
    expect(dates({}, '2034-01-01T00:00')).toMatchObject({
      start: '2033-03-16',
      end: '2034-03-15',
      renewals: 9,
    });
  });

  test('tell the last term by a notice [R002-050]', () => {
    expect(dates({ noticeOn: '2025-02-15' }, '2025-01-01T00:00')).toMatchObject({ renews: false });
    expect(dates({ noticeOn: '2025-02-16' }, '2025-03-01T00:00')).toMatchObject({
      renewals: 0,
      renews: true,
    });
    expect(dates({ noticeOn: '2025-02-16' }, '2025-06-01T00:00')).toMatchObject({
      renewals: 1,
      renews: false,
    });
  });

  test('stay those of the last term after the end', () => {
    expect(dates({ noticeOn: '2024-06-01' }, '2030-01-01T00:00')).toMatchObject({
      end: '2025-03-15',
      renewals: 0,
    });
    expect(dates({}, '2030-01-01T00:00', ONCE)).toMatchObject({ end: '2025-03-15', renews: false });
  });

  test('clamp 29 February year by year', () => {
    const leap = signed('2024-02-29');
    expect(dates(leap, '2024-06-01T00:00')).toMatchObject({
      end: '2025-02-28',
      lastDayForNotice: '2025-01-28',
    });
    expect(dates(leap, '2027-06-01T00:00')).toMatchObject({ start: '2027-03-01', end: '2028-02-29' });
    expect(dates(leap, '2028-02-29T12:00')).toMatchObject({ end: '2028-02-29', renewals: 3 });
    expect(dates(leap, '2028-03-01T00:00')).toMatchObject({ start: '2028-03-01', end: '2029-02-28' });
  });

  test.each([
    ['nothing is registered', undefined],
    ['a signature is missing', anActivation(ISTANBUL, { signedOn: {} })],
    ['another version was signed', anActivation(ISTANBUL, { hash: 'sha256:other' })],
  ])('are unknown where %s', (_what, activation) => {
    expect(termDates(ISTANBUL, activation, at('2024-06-01T00:00'))).toBeUndefined();
  });
});
