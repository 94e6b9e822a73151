import { describe, expect, test } from '@jest/globals';
import { QuotaBook } from '../../../../src/gateway/quota/quota-book.ts';
import { checkClock } from '../../../../src/gateway/steps/check-clock.ts';
import { checkEvidence } from '../../../../src/gateway/steps/check-evidence.ts';
import { limitBurst } from '../../../../src/gateway/steps/limit-burst.ts';
import { limitLoad } from '../../../../src/gateway/steps/limit-load.ts';
import { reserveQuota } from '../../../../src/gateway/steps/reserve-quota.ts';
import { anExchange } from '../../../support/exchange-builder.ts';
import { ALPHA_CERTIFICATE, anAuthority, NOON } from '../../../support/people-builder.ts';
import { errorOf, refusalOf } from '../../../support/refusal.ts';

describe('limit-burst', () => {
  test('asks the limiter for this certificate at the time of the exchange', async () => {
    const taken: unknown[] = [];
    const limiter = { take: (key: string, now: number) => taken.push([key, now]) - 1 };
    expect(await refusalOf(async () => limitBurst(limiter).run(anExchange()))).toBe('nothing');
    expect(taken).toEqual([[ALPHA_CERTIFICATE, NOON]]);
  });

  test('tells how many seconds to wait', async () => {
    const error = await errorOf(async () => limitBurst({ take: () => 7 }).run(anExchange()));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 7 });
  });
});

describe('limit-load', () => {
  test('gives the place of the agency back when the exchange ends', async () => {
    const places: string[] = [];
    const undo: (() => void)[] = [];
    const giver = {
      take: (agency: string) => {
        places.push(agency);
        return () => places.pop();
      },
    };
    await limitLoad(giver).run(anExchange({ onExit: (step) => undo.push(step) }));
    expect(places).toEqual(['alpha']);
    for (const step of undo) step();
    expect(places).toEqual([]);
  });

  test('refuses when all places are taken', async () => {
    const error = await errorOf(async () => limitLoad({ take: () => undefined }).run(anExchange()));
    expect(error).toMatchObject({ code: 'OVERLOADED', retryAfterSeconds: 1 });
  });
});

describe('check-clock', () => {
  const run = async (lastRecordedAt: number): Promise<string> =>
    refusalOf(async () =>
      checkClock({ lastRecordedAt: () => lastRecordedAt, reliable: () => true }).run(anExchange()),
    );

  test('lets a clock pass that was set back by at most five seconds', async () => {
    expect(await run(0)).toBe('nothing');
    expect(await run(NOON + 5_000)).toBe('nothing');
  });

  test('refuses a clock that stands further behind the newest record', async () => {
    expect(await run(NOON + 5_001)).toBe('CLOCK_UNRELIABLE');
  });
});

describe('check-evidence', () => {
  const run = async (stale: boolean): Promise<string> =>
    refusalOf(async () => checkEvidence({ evidenceStale: () => stale }).run(anExchange()));

  test('refuses while the log has gone unconfirmed for too long, and only then', async () => {
    expect(await run(true)).toBe('EVIDENCE_STALE');
    expect(await run(false)).toBe('nothing');
  });
});

describe('reserve-quota', () => {
  const book = (): QuotaBook => {
    const quota = new QuotaBook();
    quota.note('2026-03-02', 'official:alpha-beta-2024/official-1', 99);
    return quota;
  };

  test('reserves a unit until the exchange ends [R002-031]', async () => {
    const quota = book();
    const undo: (() => void)[] = [];
    const state = anExchange({ onExit: (step) => undo.push(step) });
    const step = reserveQuota(quota);
    expect(await refusalOf(async () => step.run(state))).toBe('nothing');
    expect(await refusalOf(async () => step.run(state))).toBe('QUOTA_EXCEEDED');
    for (const release of undo) release();
    expect(await refusalOf(async () => step.run(state))).toBe('nothing');
  });

  test('lets a retry of an answered query pass without quota', async () => {
    const quota = book();
    quota.note('2026-03-02', 'official:alpha-beta-2024/official-1', 100);
    expect(await refusalOf(async () => reserveQuota(quota).run(anExchange({ repeats: true })))).toBe(
      'nothing',
    );
  });

  test("names the seconds until midnight in the agreement's zone, not in UTC [R002-031]", async () => {
    const state = anExchange({ authority: anAuthority({ dailyQuota: 0 }) });
    const error = await errorOf(async () => reserveQuota(new QuotaBook()).run(state));
    expect(error.retryAfterSeconds).toBe(12 * 60 * 60);
  });
});
