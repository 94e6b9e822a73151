import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Finished, GatewayPlace } from '../support/gateway-place.ts';
import { runHereWith } from '../support/run-here.ts';

const MINUTE = 60_000;

let place: GatewayPlace;
let taken: Server;

beforeAll(async () => {
  place = await GatewayPlace.initialised();
  taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
}, MINUTE);

afterAll(async () => {
  taken.close();
  await place[Symbol.asyncDispose]();
}, MINUTE);

describe('a start that cannot succeed ends with 2 and one sentence that says why and what to do:', () => {
  test.each(['GECIT_PARTNER_PORT', 'GECIT_OPS_PORT'])(
    'the port of %s is taken',
    async (variable) => {
      const { port } = taken.address() as { port: number };
      const refused = await serve({ [variable]: String(port) });
      expectOneSentence(refused, `127.0.0.1:${String(port)}: the port is taken by another process`);
    },
    MINUTE,
  );

  test(
    'another gateway serves the same log, and goes on doing so',
    async () => {
      await using first = await place.serve();
      expectOneSentence(await serve({}), 'One process writes one log.');
      expect(await first.health('/readyz')).toBe(true);
      expect(await first.interrupt()).toEqual({ code: 0, signal: null });
    },
    MINUTE,
  );

  test.each(['GECIT_DATA_DIR', 'GECIT_LOGS_DIR', 'GECIT_CERTS_DIR'])(
    'a file stands where %s should be a folder',
    async (variable) => {
      const file = place.path('file');
      writeFileSync(file, '');
      expectOneSentence(
        await serveHere({ [variable]: file }),
        `${file}: there is a file in its place, not a folder`,
      );
    },
    MINUTE,
  );

  test(
    'the folder cannot be made',
    async () => {
      const impossible = process.platform === 'linux' ? '/proc/gecit' : '/dev/null/gecit';
      expectOneSentence(await serveHere({ GECIT_DATA_DIR: impossible }), impossible);
    },
    MINUTE,
  );

  test(
    'the settings are not YAML',
    async () => {
      const file = place.path('broken.yaml');
      writeFileSync(file, 'realm: demo\npartner:\n  port: [8443\nops: {}\n');
      const refused = await serveHere({ GECIT_CONFIG: file });
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      for (const line of lines(refused)) expect(line).toMatch(/broken\.yaml:\d+/);
    },
    MINUTE,
  );

  test(
    'an agreement is not YAML',
    async () => {
      const folder = place.path('broken-protocols');
      mkdirSync(folder);
      writeFileSync(`${folder}/tr-iskur-cgm-2024.yaml`, 'id: tr-iskur-cgm-2024\n\tversion: 1\n');
      const refused = await serveHere({ GECIT_PROTOCOLS_DIR: folder });
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      for (const line of lines(refused)) expect(line).toMatch(/tr-iskur-cgm-2024\.yaml:\d+/);
    },
    MINUTE,
  );
});

describe('a start with several mistakes', () => {
  test(
    'names all of them at once, each with its place, and ends with 2',
    async () => {
      const file = place.path('mistakes.yaml');
      writeFileSync(file, 'realm: demo\ncolour: blue\nlimits:\n  exchanges: many\n');
      const refused = await serveHere({ GECIT_CONFIG: file, GECIT_PORT: '1' });
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(/mistakes\.yaml:2 colour/);
      expect(refused.stderr).toMatch(/mistakes\.yaml:4 limits\.exchanges/);
      expect(refused.stderr).toMatch(/GECIT_PORT/);
    },
    MINUTE,
  );
});

async function serve(environment: Record<string, string>): Promise<Finished> {
  return place.runWith({ environment }, 'serve', '--first-run');
}

/** In this process, where what is wrong is found before anything is opened. */
async function serveHere(environment: Record<string, string>): Promise<Finished> {
  return runHereWith(place, environment, 'serve', '--first-run');
}

function lines({ stderr }: Finished): string[] {
  return stderr.trimEnd().split('\n');
}

function expectOneSentence(refused: Finished, words: string): void {
  expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
  expect(lines(refused)).toHaveLength(1);
}
