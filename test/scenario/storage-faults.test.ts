import { describe, expect, test } from '@jest/globals';
import { listedAbout } from '../support/demo-access.ts';
import { codeOf, type GatewayClient } from '../support/gateway-client.ts';
import { GatewayPlace } from '../support/gateway-place.ts';
import { fetchToken } from '../support/load.ts';
import { type ClientAnswer } from '../support/partner-client.ts';
import { diskKinds, type FullDisk } from './full-disk.ts';

const MINUTE = 60_000;
const MOST_RECORDS = 1_000;
/** A node on a disk that is nearly full says so before it fails; here it is to fail. */
const NEVER_TOO_FULL = { 'monitoring.leastMegabytes': 0, 'monitoring.leastInodes': 0 };

describe.each(diskKinds())('on $name', ({ serve }) => {
  test(
    'answers and refusals become AUDIT_NOT_DURABLE without data; with room again the same process answers [R002-081]',
    async () => {
      await using place = await GatewayPlace.initialised({ withoutQuotas: true, settings: NEVER_TOO_FULL });
      const disk = await serve(place);
      await using gateway = disk.gateway;
      const { client, token } = await partner(place);
      expect(codeOf(await client.query(token))).toBe('answered');

      disk.fill();
      expectNothing(await firstFault(client, token));
      const before = (await proof(place, disk)).size;
      for (let round = 0; round < 3; round++) {
        expectNothing(await client.query(token));
        expectNothing(await client.query(token, { purpose: 'baska-bir-amac' }));
      }
      expect(await proof(place, disk)).toMatchObject({ verdict: 'sound', size: before });
      expect(gateway.running).toBe(true);
      expect(await gateway.health('/healthz')).toBe(true);

      disk.free();
      expect(codeOf(await client.query(token))).toBe('answered');
      expect(codeOf(await client.query(token, { purpose: 'baska-bir-amac' }))).toBe('PURPOSE_NOT_AGREED');
      expect(await proof(place, disk)).toMatchObject({ verdict: 'sound', size: before + 2 });
      expect(await gateway.interrupt()).toEqual({ code: 0, signal: null });
    },
    MINUTE,
  );
});

describe('while another process holds the database', () => {
  test(
    'answers and refusals become AUDIT_NOT_DURABLE without data; released, the same process answers [R002-081]',
    async () => {
      await using place = await GatewayPlace.initialised({ settings: { 'limits.recordMilliseconds': 300 } });
      await using gateway = await place.serve();
      const { client, token } = await partner(place);
      const before = place.records().length;

      const lock = place.lockDatabase();
      expectNothing(await client.query(token));
      expectNothing(await client.query(token, { purpose: 'baska-bir-amac' }));
      expect(place.records()).toHaveLength(before);
      lock.release();

      expect(codeOf(await client.query(token))).toBe('answered');
      expect(codeOf(await client.query(token, { purpose: 'baska-bir-amac' }))).toBe('PURPOSE_NOT_AGREED');
      expect(place.records()).toHaveLength(before + 2);
      expect(await gateway.interrupt()).toEqual({ code: 0, signal: null });
      expect(await place.run('audit', 'verify')).toMatchObject({ code: 0 });
    },
    MINUTE,
  );
});

async function partner(place: GatewayPlace): Promise<{ client: GatewayClient; token: string }> {
  const client = place.connect('cgm');
  return { client, token: await fetchToken(client, listedAbout(place.access.officials, 'may query')) };
}

async function proof(
  place: GatewayPlace,
  { beside }: FullDisk,
): Promise<{ readonly verdict: string; readonly size: number }> {
  const { stdout, stderr } = await place.runWith(beside, 'audit', 'verify', '--json');
  if (stdout === '') throw new Error(stderr);
  const { verdict, logs } = JSON.parse(stdout) as { verdict: string; logs: { size: number }[] };
  return { verdict, size: logs[0]?.size ?? 0 };
}

/** Asks until no record can be written any more. */
async function firstFault(client: GatewayClient, token: string): Promise<ClientAnswer> {
  for (let asked = 0; asked < MOST_RECORDS; asked++) {
    const answer = await client.query(token);
    if (answer.status !== 200) return answer;
  }
  throw new Error('the disk does not fill up');
}

function expectNothing(answer: ClientAnswer): void {
  expect([answer.status, codeOf(answer)]).toEqual([503, 'AUDIT_NOT_DURABLE']);
  expect(answer.headers['retry-after']).toMatch(/^\d+$/);
  expect(Object.keys(answer.json())).not.toContain('data');
}
