import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { listedAbout } from '../support/demo-access.ts';
import { codeOf } from '../support/gateway-client.ts';
import { GatewayPlace } from '../support/gateway-place.ts';
import { fetchToken } from '../support/load.ts';

const MINUTE = 60_000;

describe('serving', () => {
  test(
    'makes a realm in an empty folder, answers its first query and keeps everything at the next start',
    async () => {
      await using place = await GatewayPlace.create();
      const first = await place.serve();
      expect(first.stdout).toContain(`https://localhost:${String(place.partnerPort)}`);
      expect(first.stdout).toContain('npx gecit query --demo');
      const made = filesOf(place);
      expect(await askOnce(place)).toBe('answered');
      const records = place.records().length;
      expect(await first.interrupt()).toEqual({ code: 0, signal: null });

      await using second = await place.serve();
      expect(filesOf(place)).toEqual(made);
      expect(await askOnce(place)).toBe('answered');
      expect(place.records()).toHaveLength(records + 1);
      expect(await second.interrupt()).toEqual({ code: 0, signal: null });
    },
    MINUTE,
  );

  test(
    'prints neither an identity number nor a secret in its example, but a command that reads them',
    async () => {
      await using place = await GatewayPlace.create();
      await using gateway = await place.serve();
      const { subjects, officials } = place.access;
      for (const { tckn } of subjects) expect(gateway.stdout).not.toContain(tckn);
      for (const { clientSecret } of officials) expect(gateway.stdout).not.toContain(clientSecret);
    },
    MINUTE,
  );

  test(
    'finishes the requests under way after Ctrl-C, takes no new ones and ends with 0',
    async () => {
      await using place = await GatewayPlace.initialised({
        settings: { 'limits.recordMilliseconds': 30_000 },
      });
      await using gateway = await place.serve();
      const client = place.connect('cgm');
      const token = await fetchToken(client, listedAbout(place.access.officials, 'may query'));
      const lock = place.lockDatabase();
      const underWay = client.query(token);
      await gateway.hasRead();
      gateway.signal('SIGINT');
      await gateway.says('Stopping');
      const late = await place
        .connect('cgm')
        .query(token)
        .then(codeOf, () => 'not connected');
      lock.release();
      expect(codeOf(await underWay)).toBe('answered');
      expect(late).toBe('not connected');
      expect(await gateway.exited).toEqual({ code: 0, signal: null });
      const { code, stdout } = await place.run('audit', 'verify');
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('SOUND') });
    },
    MINUTE,
  );
});

/** What must not change from one start to the next. */
function filesOf(place: GatewayPlace): Record<string, string> {
  const names = ['certs/demo/ca.crt', 'certs/demo/server.crt', 'certs/demo/cgm.key', 'data/demo.json'];
  return Object.fromEntries(names.map((name) => [name, readFileSync(place.path(name), 'utf8')]));
}

async function askOnce(place: GatewayPlace): Promise<string> {
  const client = place.connect('cgm');
  const token = await fetchToken(client, listedAbout(place.access.officials, 'may query'));
  const answer = await client.query(token, { tckn: place.access.subjects[0]?.tckn ?? '' });
  return codeOf(answer);
}
