import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listedAbout } from '../support/demo-access.ts';
import { codeOf } from '../support/gateway-client.ts';
import { type Finished, GatewayPlace, ROOT } from '../support/gateway-place.ts';
import { type GatewayProcess, ProductProcess, until } from '../support/gateway-process.ts';
import { fetchToken } from '../support/load.ts';
import { testCertificates } from '../support/test-certificates.ts';

const MINUTE = 60_000;

let place: GatewayPlace;

beforeAll(async () => {
  place = await GatewayPlace.initialised();
}, MINUTE);

afterAll(async () => place[Symbol.asyncDispose](), MINUTE);

describe('when nobody reads what it prints,', () => {
  test.each([
    ['personnel list', 0],
    ['agreement show none', 1],
    ['quota set', 2],
  ])(
    'gecit %s ends quietly with its own code',
    async (line, code) => {
      await using command = new ProductProcess({
        line: [process.execPath, `${ROOT}/dist/bundled/main.js`, ...line.split(' ')],
        cwd: ROOT,
        environment: place.environment,
      });
      command.stopReading('stdout');
      expect(await command.exited).toEqual({ code, signal: null });
      expect(command.stderr).not.toContain('EPIPE');
    },
    MINUTE,
  );

  test(
    'the gateway goes on answering, and still stops cleanly',
    async () => {
      await using gateway = await place.serve();
      gateway.stopReading('stdout', 'stderr');
      await disturbed(gateway, 1);
      await disturbed(gateway, 2);
      const client = place.connect('cgm', 1);
      const token = await fetchToken(client, listedAbout(place.access.officials, 'may query'));
      expect(codeOf(await client.query(token))).toBe('answered');
      expect(await gateway.interrupt()).toEqual({ code: 0, signal: null });
    },
    MINUTE,
  );
});

test.each(['CI', 'FORCE_COLOR'])(
  'a command prints no colour into a pipe, also where %s is set',
  async (variable) => {
    const { stdout } = await place.runWith({ environment: { [variable]: 'true' } }, 'agreement', 'check');
    expect(stdout).toMatch(/: valid /);
  },
  MINUTE,
);

describe('production', () => {
  test(
    'refuses what a demo realm made, wherever it was moved, and the log that it began',
    async () => {
      cpSync(place.path('certs', 'demo'), place.path('moved'), { recursive: true });
      const moved = await serve({ ...production('moved/ca.crt', 'moved/server.crt', 'moved/server.key') });
      expect(moved.code).toBe(2);
      for (const key of ['GECIT_PARTNER_CERTIFICATE', 'GECIT_PARTNER_CLIENT_CA', 'sources.0.url']) {
        expect(moved.stderr).toContain(key);
      }

      for (const remains of ['demo.json', 'operators', 'demo']) {
        rmSync(place.path('data', remains), { recursive: true });
      }
      const { ca, server } = testCertificates();
      mkdirSync(place.path('own'));
      writeFileSync(place.path('own', 'ca.crt'), ca.certificate);
      writeFileSync(place.path('own', 'server.crt'), server.certificate);
      writeFileSync(place.path('own', 'server.key'), server.key, { mode: 0o600 });
      writeFileSync(place.path('gecit.yaml'), 'sources: []\n');
      const own = production('own/ca.crt', 'own/server.crt', 'own/server.key');
      const refused = await serve({ ...own, GECIT_CONFIG: place.path('gecit.yaml') });
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain('the demo realm began this log');
      expect(refused.stderr.trimEnd().split('\n')).toHaveLength(1);
    },
    MINUTE,
  );
});

function production(ca: string, certificate: string, key: string): Record<string, string> {
  return {
    GECIT_REALM: 'production',
    GECIT_PARTNER_CLIENT_CA: place.path(ca),
    GECIT_PARTNER_CERTIFICATE: place.path(certificate),
    GECIT_PARTNER_KEY: place.path(key),
  };
}

async function serve(environment: Record<string, string>): Promise<Finished> {
  return place.runWith({ environment }, 'serve');
}

/** Sends the gateway something that is no TLS, which it says on standard error and in its file. */
async function disturbed(gateway: GatewayProcess, times: number): Promise<void> {
  const socket = connect(place.partnerPort, '127.0.0.1');
  socket.on('error', () => undefined).end('GET / HTTP/1.1\r\n\r\n');
  const warnings = (): number =>
    readFileSync(place.path('logs', 'gateway.log'), 'utf8').split('"level":"warn"').length - 1;
  await until(() => !gateway.running || warnings() >= times, 'a warning in the log');
  expect(await gateway.health('/healthz')).toBe(true);
}
