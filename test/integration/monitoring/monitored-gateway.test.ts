import { describe, expect, test } from '@jest/globals';
import { type ReadinessReport } from '../../../src/http/ops-server.ts';
import { codeOf } from '../../support/gateway-client.ts';
import { until } from '../../support/gateway-process.ts';
import { linesOf, valueOf } from '../../support/metric-lines.ts';
import { NOON } from '../../support/people-builder.ts';
import { proveSecrecy } from '../../support/prove-secrecy.ts';
import { textOf } from '../../support/repository.ts';
import { startGateway, type TestGateway } from '../../support/start-gateway.ts';

const QUERY = 'kind="query",agreement="tr-iskur-cgm-2024",operation="araci-sorgu"';

async function metricsOf(gateway: TestGateway): Promise<{ text: string }> {
  const answer = await fetch(`${gateway.running.opsUrl}/metrics`);
  expect(answer.status).toBe(200);
  return { text: await answer.text() };
}

async function readinessOf(gateway: TestGateway): Promise<ReadinessReport & { httpStatus: number }> {
  const answer = await fetch(`${gateway.running.opsUrl}/readyz`);
  return { ...((await answer.json()) as ReadinessReport), httpStatus: answer.status };
}

describe('a gateway that is watched', () => {
  test('counts what partners ask by catalogue names, and names no person, address or certificate', async () => {
    await using gateway = await startGateway();
    const official = gateway.official();
    expect((await official.query()).status).toBe(200);
    expect(codeOf(await official.query({ purpose: 'baska-bir-amac' }))).toBe('PURPOSE_NOT_AGREED');
    const metrics = await metricsOf(gateway);
    expect(valueOf(metrics, `gecit_requests_total{${QUERY},code="OK"}`)).toBe(1);
    expect(valueOf(metrics, `gecit_requests_total{${QUERY},code="PURPOSE_NOT_AGREED"}`)).toBe(1);
    expect(valueOf(metrics, 'gecit_requests_total{kind="token",agreement="",operation="",code="OK"}')).toBe(
      1,
    );
    expect(valueOf(metrics, 'gecit_agency_requests_total{agency="cgm",code="OK"}')).toBe(2);
    expect(valueOf(metrics, 'gecit_records_total')).toBe(2);
    expect(valueOf(metrics, 'gecit_quota_used{agreement="tr-iskur-cgm-2024",agency=""}')).toBe(1);
    expect(valueOf(metrics, 'gecit_quota_used{agreement="tr-iskur-cgm-2024",agency="cgm"}')).toBe(1);
    expect(valueOf(metrics, 'gecit_handshakes_total')).toBeGreaterThan(0);
    expect(linesOf(metrics, 'gecit_log_records')).toEqual([
      `gecit_log_records{origin="gecit.test/node-1/2026"} ${String(gateway.administration.log.head().size)}`,
    ]);
    proveSecrecy(metrics.text, gateway.access);
    const { officials, agencies } = gateway.access;
    const known = await gateway.registered(official);
    const hidden = [
      ...officials.flatMap(({ name, clientId }) => [name, clientId]),
      ...Object.values(agencies).map(({ fingerprint }) => fingerprint),
      known.id,
      '127.0.0.1',
    ];
    expect(hidden.filter((text) => metrics.text.includes(text))).toEqual([]);
  });

  test('has a figure for whatever the page on monitoring names', async () => {
    await using gateway = await startGateway({ realm: 'demo' });
    await gateway.official().query();
    const { text } = await metricsOf(gateway);
    const names = new Set([...text.matchAll(/^# TYPE (gecit_\w+) /gm)].map(([, name = '']) => name));
    const page = textOf('docs/monitoring.md');
    const named = new Set([...page.matchAll(/`(gecit_\w+)`/g)].map(([, name = '']) => name));
    const only = 'gecit_step_duration_seconds';
    expect([...named].filter((name) => !names.has(name) && name !== only)).toEqual([]);
    expect([...names].filter((name) => !named.has(name))).toEqual([]);
  });

  test('is ready with every check that the page on monitoring names', async () => {
    await using gateway = await startGateway();
    const found = await readinessOf(gateway);
    expect(found).toMatchObject({ httpStatus: 200, failed: [] });
    const page = textOf('docs/monitoring.md');
    for (const name of Object.keys(found.checks)) expect(page).toContain(`\n| \`${name}\` | `);
  });

  test('measures its steps only where the settings say so', async () => {
    await using plain = await startGateway();
    await plain.official().query();
    expect(linesOf(await metricsOf(plain), 'gecit_step_duration_seconds')).toEqual([]);
    await using measured = await startGateway({ stepCosts: true });
    await measured.official().query();
    expect(
      valueOf(await metricsOf(measured), 'gecit_step_duration_seconds_count{step="record-answer"}'),
    ).toBe(1);
  });
});

describe('a source that fails', () => {
  test('ends readiness once nothing can be answered any more, and the refusals are recorded', async () => {
    await using gateway = await startGateway();
    gateway.source.failWith();
    for (let time = 0; time < 3; time++)
      expect(codeOf(await gateway.official().query())).toBe('SOURCE_UNAVAILABLE');
    const found = await readinessOf(gateway);
    expect(found).toMatchObject({ httpStatus: 503, failed: ['sources'] });
    expect(JSON.stringify(found)).toContain('SOURCES_ALL_DOWN');
    expect(gateway.records().filter(({ type }) => type === 'failure')).toHaveLength(3);
    gateway.source.answerWith();
    expect((await gateway.official().query()).status).toBe(200);
    expect((await readinessOf(gateway)).httpStatus).toBe(200);
  });
});

describe('a clock that stands too far from the database’s', () => {
  test('refuses queries with CLOCK_UNRELIABLE, is named in /readyz, and answers again once it agrees', async () => {
    let ahead = 60_000;
    const reference = { name: 'database', now: async () => Promise.resolve(NOON + ahead) };
    await using gateway = await startGateway({ references: [reference], askMilliseconds: 5 });
    expect(codeOf(await gateway.official().query())).toBe('CLOCK_UNRELIABLE');
    const found = await readinessOf(gateway);
    expect(found.failed).toEqual(['clock']);
    expect(JSON.stringify(found.checks['clock'])).toContain('CLOCK_DRIFT');
    const metrics = await metricsOf(gateway);
    expect(valueOf(metrics, 'gecit_clock_drift_seconds{reference="database"}')).toBeCloseTo(60, 0);
    expect(valueOf(metrics, 'gecit_clock_reliable')).toBe(0);
    ahead = 0;
    await until(async () => (await readinessOf(gateway)).httpStatus === 200, 'a clock that agrees');
    expect((await gateway.official().query()).status).toBe(200);
  });
});

describe('an orderly stop', () => {
  test('lets a query under way be answered, makes its record durable, and signs the newest head', async () => {
    await using gateway = await startGateway();
    await gateway.official().token();
    const letGo = gateway.source.hold();
    const answer = gateway.official().query();
    await gateway.sourceAsked(1);
    const stopped = gateway.running.close();
    await until(async () => (await readinessOf(gateway)).httpStatus === 503, 'the word that it stops');
    expect((await readinessOf(gateway)).failed).toEqual(['running']);
    letGo();
    expect((await answer).status).toBe(200);
    await stopped;
    const { size } = gateway.administration.log.head();
    const [log] = gateway.logs.all();
    expect(log?.newestCheckpoint()?.size).toBe(size);
    expect(gateway.recordOf(await answer)?.type).toBe('disclosure');
  });
});
