import { createServer } from 'node:net';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { OpsServer, type OpsParts, type ReadinessReport } from '../../../src/http/ops-server.ts';
import { FaultsError } from '../../../src/shared/fault.ts';
import { partnerAnswer } from '../../support/fake-partner-gateway.ts';
import { NOON } from '../../support/people-builder.ts';
import { PartnerListener, until } from '../../support/partner-listener.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';

describe('stopping the partner listener', () => {
  test('lets a running request finish and takes no new connection', async () => {
    await using listener = await PartnerListener.start();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => { release = resolve; }); // prettier-ignore
    listener.gateway.onAnswer = async () => held.then(() => partnerAnswer());
    const running = listener.client().query();
    await until(() => listener.gateway.requests.length === 1);
    const closed = listener.server.close(60_000);
    await expect(listener.client().query()).rejects.toThrow('ECONNREFUSED');
    release();
    expect((await running).status).toBe(200);
    await expect(closed).resolves.toBeUndefined();
  });

  test('closes what is left when the grace is over, unfinished handshakes included', async () => {
    await using listener = await PartnerListener.start();
    listener.gateway.onAnswer = async () => new Promise(() => undefined);
    const running = listener.client().query();
    const silent = connect(listener.options.port, '127.0.0.1');
    const silentClosed = once(silent, 'close');
    await until(() => listener.gateway.requests.length === 1);
    await listener.server.close(10);
    await expect(running).rejects.toThrow();
    await expect(silentClosed).resolves.toBeDefined();
  });

  test('closes connections that only wait', async () => {
    await using listener = await PartnerListener.start();
    await listener.client().query();
    await expect(listener.server.close(60_000)).resolves.toBeUndefined();
    await expect(listener.server.close(60_000)).resolves.toBeUndefined();
  });
});

const STAMPS = { configured: true, unstamped: 12, stampedAt: NOON, firstFailedAt: NOON + 5, stale: false };

const READY: ReadinessReport = { ready: true, failed: [], warned: [], checks: { store: { status: 'ok' } } };

function opsServer(change: Partial<OpsParts> = {}): OpsServer {
  return new OpsServer({
    readiness: async () => Promise.resolve(READY),
    metrics: async () => Promise.resolve({ type: 'text/plain; version=0.0.4', text: 'gecit_figure 1\n' }),
    timeStamps: () => STAMPS,
    logger: new RecordingLogger(),
    ...change,
  });
}

describe('a listener whose port is taken', () => {
  test('says so in one sentence with the key of the setting', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const ops = opsServer();
    const error: unknown = await ops.listen({ host: '127.0.0.1', port }).catch((thrown: unknown) => thrown);
    other.close();
    expect(error).toBeInstanceOf(FaultsError);
    expect((error as FaultsError).faults).toMatchObject([{ code: 'LISTENER_NOT_OPENED', key: 'ops.port' }]);
    expect((error as FaultsError).message).toContain(`127.0.0.1:${String(port)}: the port is taken`);
    expect((error as FaultsError).faults[0]?.remedy.en).toContain('GECIT_OPS_PORT');
    expect((error as FaultsError).faults[0]?.remedy.tr).toContain('başka bir port');
  });
});

describe('the ops listener', () => {
  async function ask(
    path: string,
    change: Partial<OpsParts> = {},
    method: 'get' | 'post' = 'get',
  ): Promise<supertest.Response> {
    const ops = opsServer(change);
    const port = await ops.listen({ host: '127.0.0.1', port: 0 });
    try {
      return await supertest(`http://127.0.0.1:${String(port)}`)[method](path);
    } finally {
      await ops.close(0);
    }
  }

  test('says that the process is alive', async () => {
    const answer = await ask('/healthz');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: 'alive' });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('says that the process is alive whatever its checks say', async () => {
    const answer = await ask('/healthz', { readiness: async () => Promise.reject(new Error('hush')) });
    expect(answer.status).toBe(200);
  });

  test('is ready while no check fails, and shows what each found', async () => {
    const answer = await ask('/readyz');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      status: 'ready',
      failed: [],
      warned: [],
      checks: { store: { status: 'ok' } },
    });
  });

  test('shows the records that have no time stamp, and since when none is received', async () => {
    expect((await ask('/readyz')).body).toMatchObject({
      timeStamps: {
        configured: true,
        unstamped: 12,
        stampedAt: new Date(NOON).toISOString(),
        failingSince: new Date(NOON + 5).toISOString(),
        stale: false,
      },
    });
  });

  test('gives the figures under their own media type', async () => {
    const answer = await ask('/metrics');
    expect(answer.headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(answer.text).toBe('gecit_figure 1\n');
  });

  test('names the checks that fail and those that warn', async () => {
    const found = { ready: false, failed: ['store'], warned: ['disk'], checks: {} };
    const answer = await ask('/readyz', { readiness: async () => Promise.resolve(found) });
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ status: 'not-ready', failed: ['store'], warned: ['disk'] });
  });

  test('is not ready when the checks cannot run', async () => {
    const answer = await ask('/readyz', { readiness: async () => Promise.reject(new Error('hush')) });
    expect(answer.status).toBe(503);
    expect(answer.text).not.toContain('hush');
  });

  test('tells of the checks although time stamps cannot be read', async () => {
    const timeStamps = (): never => {
      throw new Error('hush');
    };
    const answer = await ask('/readyz', { timeStamps });
    expect(answer.body).toMatchObject({ status: 'ready', timeStamps: null });
  });

  test.each<[string, 'get' | 'post']>([
    ['/', 'get'],
    ['/metrics', 'post'],
    ['/healthz', 'post'],
    ['/healthz?x', 'get'],
  ])('has nothing at %s by %s', async (path, method) => {
    expect((await ask(path, {}, method)).status).toBe(404);
  });
});
