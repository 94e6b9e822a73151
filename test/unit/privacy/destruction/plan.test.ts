import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { Temporal } from 'temporal-polyfill';
import { kidOf, purgeAfter } from '../../../../src/audit/retention.ts';
import { type Hold, holds } from '../../../../src/privacy/destruction/hold.ts';
import { isDue, kidTerm } from '../../../../src/privacy/destruction/kid-term.ts';
import {
  dueKids,
  type DestructionFacts,
  makePlan,
  planHash,
  PLAN_LIFE,
  requireCurrent,
} from '../../../../src/privacy/destruction/plan.ts';
import { zonedDay } from '../../../../src/shared/zoned-day.ts';

const NOW = Date.parse('2036-12-01T09:00:00Z');
const KID = 'access-p10y-2026-11';

function hold(change: Partial<Hold> = {}): Hold {
  return { id: 'hold-1', scope: { kid: KID }, placedAt: 0, record: 'r', liftedAt: null, ...change };
}

function facts(change: Partial<DestructionFacts> = {}): DestructionFacts {
  return { today: '2036-12-01', parts: new Map([[KID, 7]]), holds: [], ...change };
}

function plan(of: DestructionFacts): NonNullable<ReturnType<typeof makePlan>> {
  const made = makePlan('plan-1', NOW, of);
  if (made === undefined) throw new Error('nothing is due');
  return made;
}

describe('what is under a kid', () => {
  test.each([
    ['access-p10y-2026-11', '2036-11-30'],
    ['access-p1y-2024-02', '2025-02-28'],
    ['access-p4y-2024-02', '2028-02-29'],
    ['access-p1m-2026-01', '2026-02-28'],
    ['access-p1m-2024-01', '2024-02-29'],
    ['access-p2y6m-2026-08', '2029-02-28'],
    ['access-p30d-2026-12', '2027-01-30'],
  ])('%s is due on %s and not a day before', (kid, day) => {
    const term = kidTerm(kid);
    const before = Temporal.PlainDate.from(day).subtract({ days: 1 }).toString();
    expect(term.dueOn).toBe(day);
    expect([isDue(term, before), isDue(term, day)]).toEqual([false, true]);
  });

  test('is never due in its own month, however short it is kept', () => {
    const term = kidTerm('access-p0d-2026-11');
    expect([isDue(term, '2026-11-30'), isDue(term, '2026-12-01')]).toEqual([false, true]);
  });

  test('is due on no day on which any record of the month is still kept', () => {
    const period = fc
      .tuple(
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 11 }),
        fc.integer({ min: 1, max: 40 }),
      )
      .map(([years, months, days]) => `P${String(years)}Y${String(months)}M${String(days)}D`);
    const date = fc.date({ min: new Date('2020-01-01'), max: new Date('2060-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(period, date, (kept, recorded) => {
        const day = recorded.toISOString().slice(0, 10);
        expect(purgeAfter(day, kept) <= kidTerm(kidOf('access', kept, day)).dueOn).toBe(true);
      }),
    );
  });

  test('is counted in days of the zone of the gateway', () => {
    const midnight = Date.parse('2036-11-29T21:00:00Z');
    const dueAt = (now: number): boolean => isDue(kidTerm(KID), zonedDay(now, 'Europe/Istanbul').date);
    expect([dueAt(midnight - 1), dueAt(midnight)]).toEqual([false, true]);
    expect(isDue(kidTerm(KID), zonedDay(midnight, 'UTC').date)).toBe(false);
  });

  test.each(['', 'access', 'access-p10y-2026-13', '../access-p10y-2026-11'])(
    'is unknown for "%s"',
    (text) => {
      expect(() => kidTerm(text)).toThrow(RangeError);
    },
  );
});

describe('a hold', () => {
  test('covers its kid alone, or every kid of its months', () => {
    const months = hold({ scope: { fromMonth: '2026-10', toMonth: '2026-11' } });
    expect(holds(hold(), KID)).toBe(true);
    expect(holds(hold(), 'act-p10y-2026-11')).toBe(false);
    expect(holds(months, 'act-p10y-2026-11')).toBe(true);
    expect(holds(months, 'act-p10y-2026-12')).toBe(false);
    expect(holds(months, 'act-p10y-2026-09')).toBe(false);
  });

  test('covers nothing once it is lifted', () => {
    expect(holds(hold({ liftedAt: 1 }), KID)).toBe(false);
  });
});

describe('a plan', () => {
  test('has every kid that is due and free of holds, in order, with counts and rule', () => {
    const parts = new Map([
      ['act-p10y-2026-10', 2],
      [KID, 7],
      ['access-p10y-2026-12', 9],
      ['access-p10y-2026-09', 1],
    ]);
    const scope = { fromMonth: '2026-09', toMonth: '2026-09' };
    const due = dueKids(facts({ parts, holds: [hold({ scope })] }));
    expect(due).toEqual([
      { kid: KID, parts: 7, rule: 'P10Y', from: '2026-11-01', until: '2026-11-30', dueOn: '2036-11-30' },
      { kid: 'act-p10y-2026-10', parts: 2, rule: 'P10Y', from: '2026-10-01', until: '2026-10-31', dueOn: '2036-10-31' },
    ]); // prettier-ignore
  });

  test('does not exist where nothing is due', () => {
    expect(makePlan('plan-1', NOW, facts({ today: '2036-11-29' }))).toBeUndefined();
  });

  test('has another hash when anything in it is another', () => {
    const first = plan(facts());
    const hashes = [first, { ...first, id: 'plan-2' }, plan(facts({ parts: new Map([[KID, 8]]) }))].map(
      planHash,
    );
    expect(new Set(hashes).size).toBe(3);
    expect(planHash(plan(facts()))).toBe(hashes[0]);
  });

  test('is current while nothing has changed', () => {
    const more = new Map([[KID, 7], ['act-p10y-2026-10', 1]]); // prettier-ignore
    expect(() => {
      requireCurrent(plan(facts()), NOW + PLAN_LIFE, facts({ parts: more }));
    }).not.toThrow();
  });

  test.each<[string, Partial<DestructionFacts>]>([
    ['another count', { parts: new Map([[KID, 8]]) }],
    ['a kid that is gone', { parts: new Map() }],
    ['a new hold over something else', { holds: [hold({ scope: { kid: 'act-p10y-2026-11' } })] }],
    ['a new hold over a kid of it', { holds: [hold()] }],
    ['a clock before its day', { today: '2036-11-29' }],
  ])('has to be made anew after %s', (_, change) => {
    expect(() => {
      requireCurrent(plan(facts()), NOW, facts(change));
    }).toThrow('no longer true');
  });

  test('is not good for longer than thirty days, nor before it was made', () => {
    for (const now of [NOW + PLAN_LIFE + 1, NOW - 1])
      expect(() => {
        requireCurrent(plan(facts()), now, facts());
      }).toThrow('older than 30 days');
  });
});
