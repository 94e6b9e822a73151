import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createOperatorKey } from '../../src/identity/operator-key.ts';
import { listedAbout } from '../support/demo-access.ts';
import { codeOf, type GatewayClient } from '../support/gateway-client.ts';
import { GatewayPlace, type StoredRecord } from '../support/gateway-place.ts';
import { type GatewayProcess, until } from '../support/gateway-process.ts';
import { fetchToken } from '../support/load.ts';
import { runHere } from '../support/run-here.ts';

const MINUTE = 60_000;
const AGREEMENT = 'tr-iskur-cgm-2024';

/** Acts that are a process of their own; the others run in this process, which is not the gateway's. */
const AS_PROCESS = new Set(['quota.set', 'operator.add', 'agency.revoke']);

interface ListedPerson {
  readonly official: string;
  readonly name: string;
}

let place: GatewayPlace;
let gateway: GatewayProcess;
let client: GatewayClient;

beforeAll(async () => {
  place = await GatewayPlace.initialised();
  gateway = await place.serve();
  // One connection that stays open: what is revoked must not live on in it.
  client = place.connect('cgm', 1);
}, MINUTE);

afterAll(async () => place[Symbol.asyncDispose](), MINUTE);

describe('a command beside a running gateway', () => {
  test(
    'lowers a quota that holds for the very next call, and restores it [R002-032]',
    async () => {
      const token = await tokenOf('may query');
      expect(codeOf(await client.query(token))).toBe('answered');
      await act('quota.set', 'quota', 'set', AGREEMENT, '--agency', 'cgm', '--limit', '1');
      expect(codeOf(await client.query(token))).toBe('QUOTA_EXCEEDED');
      await act('quota.restore', 'quota', 'set', AGREEMENT, '--agency', 'cgm', '--restore');
      await until(async () => codeOf(await client.query(token)) === 'answered', 'an answer', 5_000);
    },
    MINUTE,
  );

  test(
    'ends the authority of an official for the next call on an open connection [R002-029]',
    async () => {
      const official = listedAbout(place.access.officials, 'may query, with a daily quota of 100');
      const token = await fetchToken(client, official);
      expect(codeOf(await client.query(token))).toBe('answered');
      const { stdout } = await runHere(place, 'personnel', 'list', '--json');
      const people = JSON.parse(stdout) as ListedPerson[];
      const id = people.find(({ name }) => name === official.name)?.official ?? '';
      await act('personnel.end', 'personnel', 'end', AGREEMENT, id);
      expect(codeOf(await client.query(token))).toBe('OFFICIAL_NOT_AUTHORISED');
    },
    MINUTE,
  );

  test(
    'registers an operator who may act from then on, and ends the authority of the one before [R002-082]',
    async () => {
      const key = place.path('ayse.key');
      await act('operator.add', 'operator', 'add', 'ayse.demir', '--name', 'Ayşe Demir', '--create', key);
      expect((await runHere(place, 'operator', 'list')).stdout).toMatch(/ayse\.demir +Ayşe Demir .*may act/);
      await act('operator.end', 'operator', 'end', 'demo', '--operator-key', key);
      const refused = await runHere(place, 'quota', 'set', AGREEMENT, '--limit', '3');
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('belongs to no operator who may act');
    },
    MINUTE,
  );

  test(
    'refuses the key of a stranger with 1 and records and makes nothing',
    async () => {
      const stranger = place.path('stranger.key');
      createOperatorKey(stranger);
      const before = place.records().length;
      const key = place.path('never-made.key');
      for (const args of [
        ['quota', 'set', AGREEMENT, '--limit', '3'],
        ['operator', 'add', 'mallory', '--name', 'Mallory', '--create', key],
        ['audit', 'search'],
      ]) {
        const { code, stdout, stderr } = await runHere(place, ...args, '--operator-key', stranger);
        expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({
          code: 1,
          stdout: '',
          lines: 1,
        });
      }
      expect(place.records()).toHaveLength(before);
      expect(existsSync(key)).toBe(false);
    },
    MINUTE,
  );

  test(
    'revokes a certificate for the next call on its open connection [R002-002]',
    async () => {
      const token = await tokenOf('may query');
      expect(codeOf(await client.query(token))).toBe('answered');
      const { fingerprint } = place.access.agencies.cgm;
      await act('agency.revoke', 'agency', 'revoke', fingerprint, '--operator-key', place.path('ayse.key'));
      const refused = await client.query(token);
      expect([refused.status, codeOf(refused)]).toEqual([401, 'AGENCY_NOT_RECOGNISED']);
    },
    MINUTE,
  );

  test(
    'leaves a sound log and a gateway that stops with 0',
    async () => {
      expect(await place.run('audit', 'verify')).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('SOUND'),
      });
      expect(await gateway.interrupt()).toEqual({ code: 0, signal: null });
    },
    MINUTE,
  );
});

async function tokenOf(about: string): Promise<string> {
  return fetchToken(client, listedAbout(place.access.officials, about));
}

/** Runs the command and expects exactly one new record: the act. */
async function act(action: string, ...args: string[]): Promise<void> {
  const before = place.records().length;
  const { code, stderr } = await (AS_PROCESS.has(action) ? place.run(...args) : runHere(place, ...args));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const made: StoredRecord[] = place.records().slice(before);
  expect(made).toMatchObject([{ type: 'act', action, agency: null, proof: 'operator-key' }]);
}
