import { describe, expect, test } from '@jest/globals';
import { AgreementBook } from '../../../src/gateway/agreement-book.ts';
import { gatewayFigures } from '../../../src/gateway/gateway-figures.ts';
import { QuotaBook } from '../../../src/gateway/quota/quota-book.ts';
import { anAgreement } from '../../support/agreement-builder.ts';
import { aRequest } from '../../support/exchange-builder.ts';
import { GatewayRig } from '../../support/gateway-rig.ts';
import { aCertificate, NOON } from '../../support/people-builder.ts';
import { SetClock } from '../../support/set-clock.ts';
import { aStanding } from '../../support/standing-builder.ts';

const AGREEMENT = 'alpha-beta-2024';
const LOG = { origin: 'gecit.test/node-1/2026', size: 7, lastTime: NOON };

function figures(
  change: { quota?: QuotaBook; standing?: ReturnType<typeof aStanding> } = {},
): ReturnType<typeof gatewayFigures> {
  const parts = {
    clock: new SetClock(NOON),
    agreements: new AgreementBook([anAgreement()], () => undefined),
    quota: change.quota ?? new QuotaBook(),
    standing: { current: () => change.standing ?? aStanding() },
    places: { taken: 3 },
    queue: { waiting: 2 },
    floods: { collapsed: 5 },
    strangers: { count: 4 },
    limits: { exchanges: 100 },
  };
  return gatewayFigures(parts, LOG);
}

describe('the figures of a gateway', () => {
  test('say what is under way and what came together', () => {
    expect(figures()).toMatchObject({
      exchanges: 3,
      waiting: 2,
      mostWaiting: 100,
      collapsed: 5,
      strangers: 4,
      log: LOG,
    });
  });

  test('know the quotas of the agreement and of its asking agency today, and of no person', () => {
    const quota = new QuotaBook();
    quota.note('2026-03-02', `agreement:${AGREEMENT}`, 12);
    quota.note('2026-03-02', `agency:${AGREEMENT}/alpha`, 7);
    quota.note('2026-03-01', `agency:${AGREEMENT}/alpha`, 99);
    quota.note('2026-03-02', `official:${AGREEMENT}/official-1`, 7);
    const { quotas } = figures({ quota });
    const { agreement, agency } = anAgreement().quotas;
    expect(quotas).toEqual([
      { agreement: AGREEMENT, agency: null, used: 12, limit: agreement },
      { agreement: AGREEMENT, agency: 'alpha', used: 7, limit: agency },
    ]);
  });

  test('show a limit that was lowered', () => {
    const standing = aStanding({ loweredLimits: { [`agency:${AGREEMENT}/alpha`]: 1 } });
    expect(figures({ standing }).quotas[1]?.limit).toBe(1);
  });

  test('tell when the last certificate of an agency ends that is not revoked', () => {
    const certificates = [
      aCertificate({ fingerprint: 'a', validTo: 10 }),
      aCertificate({ fingerprint: 'b', validTo: 30 }),
      aCertificate({ fingerprint: 'c', validTo: 50, revokedAt: 5 }),
      aCertificate({ fingerprint: 'd', agencyId: 'gamma', validTo: 50, revokedAt: 5 }),
    ];
    const { agencyCertificates } = figures({ standing: aStanding({ certificates }) });
    expect([...agencyCertificates]).toEqual([['alpha', 30]]);
  });

  test('count refusals of a flood that share one record', async () => {
    const rig = new GatewayRig({ parts: { burst: { take: () => 1 } } });
    const outcomes = Array.from({ length: 10 }, async () => rig.outcomeOf());
    await Promise.all(outcomes);
    expect(rig.floods.collapsed).toBe(9);
  });
});

describe('a commit', () => {
  test('tells how long it took, with what it wrote', async () => {
    const rig = new GatewayRig();
    await rig.gateway.answer(aRequest());
    expect(rig.outcomes.map(({ recorded }) => recorded.length)).toEqual([1]);
    expect(rig.commitMilliseconds).toHaveLength(1);
    expect(rig.commitMilliseconds[0]).toBeGreaterThan(0);
  });
});

describe('the book of agreements', () => {
  test('says which names are of its catalogue', () => {
    const book = new AgreementBook([anAgreement()], () => undefined);
    expect(book.has(AGREEMENT)).toBe(true);
    expect(book.has('made-up')).toBe(false);
    expect(book.lists(AGREEMENT, 'permit-lookup')).toBe(true);
    expect(book.lists(AGREEMENT, 'made-up')).toBe(false);
    expect(book.lists('made-up', 'permit-lookup')).toBe(false);
  });
});
