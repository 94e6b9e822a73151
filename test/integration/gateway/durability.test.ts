import { describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { codeOf } from '../../support/gateway-client.ts';
import { until } from '../../support/gateway-process.ts';
import { type GatewayOptions, startGateway, type TestGateway } from '../../support/start-gateway.ts';
import { queryIdOf } from '../../support/prove-recorded.ts';
import { BreakableEvidence, type FaultPlace } from './breakable-evidence.ts';

const SHORT_WAIT: GatewayOptions['limits'] = { recordMilliseconds: 150 };

/** Every place at which a transaction of an answer can fail; `applyChange` belongs to acts, `standing` to changed registers. */
const PLACES: readonly FaultPlace[] = [
  'begin',
  'standingVersion',
  'head',
  'idempotency',
  'counters',
  'moveCounters',
  'rememberRequests',
  'appendLeaves',
  'moveHead',
  'commit',
];

/** Another program holds the database for writing until this is disposed of. */
function lock(gateway: TestGateway): Disposable & { readonly open: boolean } {
  const connection = new Database(gateway.settings.databaseUrl.slice('sqlite:'.length));
  connection.exec('BEGIN IMMEDIATE');
  return {
    get open() {
      return connection.open;
    },
    [Symbol.dispose]: () => {
      if (connection.open) connection.close();
    },
  };
}

describe('while another program locks the database', () => {
  test('nobody gets data, refusals are not told either, and nothing is recorded [R002-081]', async () => {
    await using gateway = await startGateway({ limits: SHORT_WAIT });
    await gateway.official().token();
    using locked = lock(gateway);
    const asked = await Promise.all([
      gateway.official().query(),
      gateway.official().query({ purpose: 'istatistik' }),
      gateway.official().query({ token: null }),
      gateway.agency('iskur').send({ path: '/' }),
    ]);
    expect(asked.map(codeOf)).toEqual(Array(4).fill('AUDIT_NOT_DURABLE'));
    expect(locked.open).toBe(true);
    for (const answer of asked) {
      expect(answer.status).toBe(503);
      expect(answer.headers['retry-after']).toBe('5');
      expect(answer.text).not.toContain('adSoyad');
    }
    expect(gateway.records()).toEqual([]);
    expect(gateway.logger.named('audit.commit-late').length).toBeGreaterThan(0);
  });

  test('the gateway waits, and answers as soon as the lock is gone', async () => {
    await using gateway = await startGateway();
    await gateway.official().token();
    const locked = lock(gateway);
    const waiting = gateway.official().query();
    await gateway.sourceAsked(1);
    expect(gateway.records()).toEqual([]);
    locked[Symbol.dispose]();
    expect(codeOf(await waiting)).toBe('answered');
  });

  test('and after it, the gateway works again without a restart; what was given up is not recorded late', async () => {
    await using gateway = await startGateway({ limits: SHORT_WAIT });
    await gateway.official().token();
    const locked = lock(gateway);
    expect(codeOf(await gateway.official().query())).toBe('AUDIT_NOT_DURABLE');
    locked[Symbol.dispose]();
    const answer = await gateway.official().query();
    expect(answer.headers['ratelimit']).toContain('r=49;');
    expect(gateway.records()).toHaveLength(1);
  });
});

describe('a store that fails', () => {
  test.each(PLACES)(
    'at %s gives 503 and no data, moves no counter, and leaves the tree sound',
    async (place) => {
      const evidence = new BreakableEvidence();
      await using gateway = await startGateway({ evidence: evidence.wrap });
      const official = gateway.official();
      const withKey = { headers: { 'idempotency-key': 'key-1' } };
      await official.query();
      evidence.failAt = place;
      const failed = await official.query(withKey);
      expect([failed.status, codeOf(failed)]).toEqual([503, 'AUDIT_NOT_DURABLE']);
      expect(failed.text).not.toContain('adSoyad');
      expect(gateway.records()).toHaveLength(1);
      const counters = await gateway.administration.countersOn('2026-03-02');
      expect(counters.map(({ used }) => used)).toEqual([1, 1, 1]);
      evidence.failAt = undefined;
      const answer = await official.query(withKey);
      expect(answer.headers['ratelimit']).toContain('r=48;');
      expect(gateway.records().map(({ type }) => type)).toEqual(['disclosure', 'disclosure']);
      expect(gateway.logger.named('audit.commit-failed')).toHaveLength(1);
    },
  );

  test.each(['head', 'appendLeaves', 'moveHead', 'commit'] as const)(
    'at %s tells nobody of a refusal that is not recorded',
    async (place) => {
      const evidence = new BreakableEvidence();
      await using gateway = await startGateway({ evidence: evidence.wrap });
      await gateway.official().token();
      evidence.failAt = place;
      const failed = await gateway.official().query({ purpose: 'istatistik' });
      expect(codeOf(failed)).toBe('AUDIT_NOT_DURABLE');
      expect(gateway.records()).toEqual([]);
    },
  );

  test('by being busy for a moment is tried again, and the answer leaves once', async () => {
    const evidence = new BreakableEvidence();
    await using gateway = await startGateway({ evidence: evidence.wrap });
    await gateway.official().token();
    evidence.busyTimes = 7;
    expect(codeOf(await gateway.official().query())).toBe('answered');
    expect(evidence.busyTimes).toBe(0);
    expect(gateway.records()).toHaveLength(1);
  });
});

describe('a commit that outlives its request', () => {
  test('is answered with 503 and followed by a not-delivered record', async () => {
    const evidence = new BreakableEvidence();
    await using gateway = await startGateway({ evidence: evidence.wrap, limits: SHORT_WAIT });
    await gateway.official().token();
    const release = evidence.hold();
    const late = await gateway.official().query();
    expect([late.status, codeOf(late)]).toEqual([503, 'AUDIT_NOT_DURABLE']);
    expect(late.text).not.toContain('adSoyad');
    release();
    await until(() => gateway.records().length === 2, 'the late record and what follows it');
    const [disclosure, notDelivered] = gateway.records();
    expect(disclosure).toMatchObject({ type: 'disclosure', queryId: queryIdOf(late), outcome: 'found' });
    expect(notDelivered).toMatchObject({
      type: 'not-delivered',
      about: queryIdOf(late),
      code: 'AUDIT_NOT_DURABLE',
      outcome: null,
      answer: null,
    });
  });

  test('of a refusal needs no further record: nothing could have left', async () => {
    const evidence = new BreakableEvidence();
    await using gateway = await startGateway({ evidence: evidence.wrap, limits: SHORT_WAIT });
    await gateway.official().token();
    const release = evidence.hold();
    const late = await gateway.official().query({ purpose: 'istatistik' });
    expect(codeOf(late)).toBe('AUDIT_NOT_DURABLE');
    release();
    await gateway.restart();
    expect(gateway.records()).toMatchObject([{ type: 'refusal', code: 'PURPOSE_NOT_AGREED' }]);
  });

  test('and a stop of the gateway: every record is written before it ends', async () => {
    const evidence = new BreakableEvidence();
    await using gateway = await startGateway({ evidence: evidence.wrap });
    await gateway.official().token();
    const release = evidence.hold();
    const waiting = gateway.official().query();
    await until(() => evidence.begun === 2, 'a commit');
    const stopping = gateway.running.close();
    release();
    expect(codeOf(await waiting)).toBe('answered');
    await stopping;
    expect(gateway.records()).toMatchObject([{ type: 'disclosure' }]);
  });
});
