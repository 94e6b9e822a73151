import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeCheckpoint, parseCheckpoint } from '../../src/audit/note/checkpoint.ts';
import { createNoteSigner } from '../../src/audit/note/note-signer.ts';
import { parseVkey } from '../../src/audit/note/note-key.ts';
import { encodeNote, parseNote, verifyNote } from '../../src/audit/note/signed-note.ts';
import { originHash } from '../../src/audit/witness/witness.ts';
import { encodeAddCheckpoint } from '../../src/audit/witness/add-checkpoint.ts';
import { type WitnessReport } from '../../src/cli/witness-desk.ts';
import { listedAbout } from '../support/demo-access.ts';
import { codeOf } from '../support/gateway-client.ts';
import { GatewayPlace } from '../support/gateway-place.ts';
import { type GatewayProcess, until } from '../support/gateway-process.ts';
import { fetchToken } from '../support/load.ts';
import { MemoryLog } from '../support/memory-log.ts';
import { witnessedRow } from '../support/witnessed-row.ts';

const MINUTE = 60_000;

type Name = 'ankara' | 'izmir';
type Report = Omit<WitnessReport, 'witnessed'>;

/** What the two gateways handed each other: certificates, keys, policies. */
let handed: string;
let ankara: GatewayPlace;
let izmir: GatewayPlace;
let serving: GatewayProcess;
/** Each one's key as a witness. */
let vkeys: ReadonlyMap<GatewayPlace, string>;

beforeAll(async () => {
  handed = mkdtempSync(join(tmpdir(), 'gecit-witness-'));
  [ankara, izmir] = await Promise.all([placeOf('ankara'), placeOf('izmir')]);
  const [one, other] = await Promise.all([reportOf(ankara), reportOf(izmir)]);
  vkeys = new Map([ankara, izmir].map((place, at) => [place, String([one, other][at]?.vkey)]));
  introduce('ankara', izmir, other);
  introduce('izmir', ankara, one);
  [, serving] = await Promise.all([ankara.serve(), izmir.serve()]);
}, 3 * MINUTE);

afterAll(async () => {
  await Promise.all([ankara[Symbol.asyncDispose](), izmir[Symbol.asyncDispose]()]);
  rmSync(handed, { recursive: true, force: true });
}, MINUTE);

describe('two gateways that are each a process', () => {
  test(
    'cosign each other, and each verifies what the other one signed',
    async () => {
      for (const [place, witness] of [
        [ankara, izmir],
        [izmir, ankara],
      ] as const) {
        const size = await cosigned(place);
        const { newest, quorum, logKey } = await reportOf(place);
        expect([newest?.size, quorum?.size]).toEqual([size, size]);
        const fetched = await place.connect('cgm').send({ path: '/v1/log/checkpoint' });
        const note = parseNote(fetched.text);
        expect(parseCheckpoint(note.text).size).toBe(size);
        const keys = [parseVkey(logKey ?? ''), parseVkey(vkeys.get(witness) ?? '')];
        expect(verifyNote(note, keys).map(({ key }) => key.vkey)).toEqual(keys.map(({ vkey }) => vkey));
      }
    },
    2 * MINUTE,
  );

  test(
    'go on with every record, and watching each other makes no records',
    async () => {
      const before = await cosigned(ankara);
      const still = await cosigned(izmir);
      const client = ankara.connect('cgm');
      const token = await fetchToken(client, listedAbout(ankara.access.officials, 'may query'));
      for (let round = 0; round < 3; round += 1) expect(codeOf(await client.query(token))).toBe('answered');
      expect(await cosigned(ankara, before + 3)).toBe(before + 3);
      expect(witnessedRow(izmir.databaseFile)).toMatchObject({ origin: ankara.origin, size: before + 3 });
      expect(await cosigned(izmir)).toBe(still);
    },
    MINUTE,
  );

  test(
    'refuse, record and alarm a history that whoever holds the key makes up',
    async () => {
      const { origin } = ankara;
      const size = await cosigned(ankara);
      const told = await izmir.connect('other').send(fork(origin, size));
      expect(told.status).toBe(422);
      expect(izmir.records().filter(({ type }) => type === 'witness')).toMatchObject([
        { facts: { event: 'fork-refused', origin, size: size + 2, recordedSize: size, agency: 'other' } },
      ]);
      const logged = (): string => readFileSync(izmir.path('logs', 'gateway.log'), 'utf8');
      await until(() => logged().includes('witness.fork-refused'), 'the alarm');
      const kept = izmir.path('logs', 'evidence', 'witnessed', `${originHash(origin)}.conflict-1`);
      expect(parseCheckpoint(parseNote(readFileSync(kept)).text)).toMatchObject({ origin, size: size + 2 });
    },
    MINUTE,
  );

  test(
    'remember each other over kill -9, and an operator may push by hand',
    async () => {
      const before = await cosigned(izmir);
      await serving.kill();
      const pushed = await ankara.run('audit', 'witness', '--push');
      expect([pushed.code, pushed.stdout]).toEqual([1, expect.stringContaining('unreachable')]);
      await izmir.serve();
      const again = await ankara.run('audit', 'witness', '--push');
      expect([again.code, again.stderr]).toEqual([0, '']);
      expect(await cosigned(izmir, before)).toBeGreaterThanOrEqual(before);
      expect(await izmir.run('audit', 'verify')).toMatchObject({ code: 0 });
    },
    2 * MINUTE,
  );
});

/** A place that knows no partner yet. */
async function placeOf(name: Name): Promise<GatewayPlace> {
  const file = (ending: string): string => join(handed, `${name}.${ending}`);
  for (const ending of ['policy', 'logs']) writeFileSync(file(ending), 'quorum none\n');
  return GatewayPlace.initialised({
    environment: {
      GECIT_GATEWAY_NAME: `gecit.${name}`,
      GECIT_WITNESS_POLICY: file('policy'),
      GECIT_WITNESS_LOGS: file('logs'),
    },
    settings: {
      'witness.certificate': file('crt'),
      'witness.key': file('key'),
      'witness.ca': file('ca'),
      'witness.pushSeconds': 1,
    },
  });
}

/** Gives a gateway what it needs of its partner: a certificate there, its authority, its two keys and its address. */
function introduce(name: Name, partner: GatewayPlace, { vkey, logKey }: Report): void {
  const { ca, agencies } = partner.access;
  const url = `https://localhost:${String(partner.partnerPort)}/witness/v1`;
  const files = {
    crt: agencies.other.certificate,
    key: agencies.other.key,
    ca,
    policy: `witness partner ${String(vkey)} ${url}\nquorum partner\n`,
    logs: `log ${String(logKey)}\nquorum none\n`,
  };
  for (const [ending, text] of Object.entries(files)) {
    writeFileSync(join(handed, `${name}.${ending}`), text, { mode: 0o600 });
  }
}

async function reportOf(place: GatewayPlace): Promise<Report> {
  const { code, stdout, stderr } = await place.run('audit', 'witness', '--json');
  if (code !== 0) throw new Error(`audit witness failed:\n${stderr}`);
  return JSON.parse(stdout) as Report;
}

/** Waits until the newest checkpoint, of at least this size, is cosigned; gives its size. */
async function cosigned(place: GatewayPlace, size = 1): Promise<number> {
  const newest = (table: string): number =>
    place.read((database) => Number(database.prepare(`select max(size) from ${table}`).pluck().get()));
  let found = 0;
  const done = (): boolean => {
    found = newest('audit_checkpoint');
    return found >= size && newest('audit_cosignature') === found;
  };
  await until(done, `a cosigned checkpoint of ${String(size)}`, MINUTE);
  return found;
}

/** A checkpoint of another history, signed with the key of the log as somebody who took it could. */
function fork(origin: string, size: number): { method: string; path: string; body: string } {
  const file = ankara.path('data', 'keys', `log-${origin.replaceAll('/', '_')}.key`);
  const signer = createNoteSigner(origin, Buffer.from(readFileSync(file, 'utf8').trim(), 'hex'));
  const tree = new MemoryLog(size + 2);
  const text = encodeCheckpoint({ origin, size: tree.size, root: tree.rootAt(tree.size) });
  const body = encodeAddCheckpoint(size, [], encodeNote(text, [signer.sign(text)]));
  return { method: 'POST', path: '/witness/v1/add-checkpoint', body };
}
