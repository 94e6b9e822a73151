import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { listedAbout } from '../support/demo-access.ts';
import { codeOf, type GatewayClient } from '../support/gateway-client.ts';
import { GatewayPlace } from '../support/gateway-place.ts';
import { fetchToken } from '../support/load.ts';

const MINUTE = 60_000;

/** Made to hold these values: the demo's own notes for its partners, the provider's register, and the partners' keys. */
const MAY_HOLD = /^(data\/demo\.json|data\/demo\/|certs\/demo\/)/;

let place: GatewayPlace;
/** What nobody but the partner may ever read, by what it is. */
let secrets: Map<string, string>;
/** All that the server and the commands printed, but for what a command was asked to show. */
let printed = '';
const answersShown: string[] = [];
/** Every file while the gateway was running. */
let snapshot = new Map<string, Buffer>();

beforeAll(async () => {
  place = await GatewayPlace.initialised({
    environment: { GECIT_LOG_LEVEL: 'debug' },
    settings: { 'limits.recordMilliseconds': 200 },
  });
  secrets = new Map();
  await using gateway = await place.serve();
  collectRegister();
  for (const { clientId, clientSecret } of place.access.officials) {
    secrets.set(`secret of ${clientId}`, clientSecret);
    secrets.set(`credentials of ${clientId}`, Buffer.from(`${clientId}:${clientSecret}`).toString('base64'));
  }
  const client = place.connect('cgm');
  await askEverything(client);
  await makeFaults(client);
  await useCommands();
  snapshot = filesOf(place.folder);
  await gateway.interrupt();
  printed += gateway.stdout + gateway.stderr;
}, MINUTE);

afterAll(async () => place[Symbol.asyncDispose](), MINUTE);

describe('after queries, refusals, wrong secrets, faults and commands, identity numbers, secrets, tokens and values', () => {
  test('stand in nothing that server and commands printed [R002-078]', () => {
    expect(printed).toContain('gateway.started');
    expect(found(Buffer.from(printed))).toEqual([]);
  });

  test('stand in no file: no log, no database, no journal [R002-080]', () => {
    const files = [...snapshot, ...filesOf(place.folder)].filter(([name]) => !MAY_HOLD.test(name));
    const names = files.map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining(['logs/gateway.log', 'data/gecit.db', 'data/gecit.db-wal']));
    expect(snapshot.get('data/gecit.db-wal')?.length).toBeGreaterThan(0);
    expect(files.flatMap(([name, bytes]) => found(bytes).map((what) => `${what} in ${name}`))).toEqual([]);
  });

  test('the search would find them where they may stand', () => {
    const demoFile = snapshot.get('data/demo.json') ?? Buffer.alloc(0);
    const register = snapshot.get('data/demo/iskur-register.db') ?? Buffer.alloc(0);
    const everywhere = new Set([...found(demoFile), ...found(register)]);
    const neverStored = [...secrets.keys()].filter((what) => /^(token|credentials|typed)/.test(what));
    expect([...secrets.keys()].filter((what) => !everywhere.has(what)).sort()).toEqual(neverStored.sort());
  });

  test("official's names stand in no log [R002-078]", () => {
    const log = snapshot.get('logs/gateway.log')?.toString('utf8') ?? '';
    for (const { name } of place.access.officials) expect(log).not.toContain(name);
  });

  test('a partner reads its answer without the identity number [R002-078]', () => {
    expect(answersShown).not.toHaveLength(0);
    for (const shown of answersShown) {
      expect(shown).toMatch(/\+90 \d/);
      for (const { tckn } of place.access.subjects) expect(shown).not.toContain(tckn);
    }
  });
});

/** Identity numbers and the text values that the provider's register holds of the subjects. */
function collectRegister(): void {
  const register = new Database(place.path('data', 'demo', 'iskur-register.db'), { readonly: true });
  for (const { tckn } of place.access.subjects) {
    secrets.set(`number ${tckn}`, tckn);
    const row = register.prepare('select ad_soyad, unvan, telefon from tarim_araci where tckn = ?').get(tckn);
    for (const [column, value] of Object.entries((row ?? {}) as Record<string, string | null>)) {
      if (value !== null) secrets.set(`${column} of ${tckn}`, value);
    }
  }
  register.close();
}

async function askEverything(client: GatewayClient): Promise<void> {
  const { officials, subjects } = place.access;
  const other = place.connect('other');
  for (const official of officials) {
    const agency = official.agency === 'other' ? other : client;
    const token = await fetchToken(agency, official);
    secrets.set(`token of ${official.clientId}`, token);
    for (const { tckn } of subjects) await agency.query(token, { tckn });
  }
  const [official, subject] = [listedAbout(officials, 'may query'), subjects[0]?.tckn ?? ''];
  const token = await fetchToken(client, official);
  secrets.set('token', token);
  secrets.set('typed by mistake', 'yanlis-gizli-deger-4711');
  const wrong = await client.askToken(official.clientId, 'yanlis-gizli-deger-4711');
  expect(wrong.status).toBe(401);
  await client.askToken(subject, official.clientSecret);
  const authorization = `Bearer ${token}`;
  await client.query(`${token.slice(0, -1)}x`);
  await client.query(token, { caseReference: subject });
  await client.query(token, { purpose: subject });
  await client.query(token, { operation: subject });
  await client.query(token, { agreement: subject });
  await client.query(token, { body: `{"input":{"tckn":"${subject}","${subject}":1},"purpose":` });
  await client.query(token, { body: `{"input":{"tckn":"${subject}","${subject}":1}}` });
  await client.query(token, { tckn: subject, headers: { 'idempotency-key': subject, traceparent: subject } });
  await client.send({ path: `/v1/receipts/${subject}?tckn=${subject}`, headers: { authorization } });
  await client.send({ method: 'DELETE', path: `/${subject}`, headers: { authorization, cookie: subject } });
}

async function makeFaults(client: GatewayClient): Promise<void> {
  const token = await fetchToken(client, listedAbout(place.access.officials, 'may query'));
  secrets.set('token among faults', token);
  const change = { tckn: place.access.subjects[0]?.tckn ?? '' };
  const lock = place.lockDatabase();
  expect(codeOf(await client.query(token, change))).toBe('AUDIT_NOT_DURABLE');
  lock.release();
  const register = new Database(place.path('data', 'demo', 'iskur-register.db'));
  register.exec('alter table tarim_araci rename to elsewhere');
  expect(codeOf(await client.query(token, change))).toBe('SOURCE_UNAVAILABLE');
  register.exec('alter table elsewhere rename to tarim_araci');
  register.exec(`update tarim_araci set izin_baslangic = ad_soyad where tckn = '${change.tckn}'`);
  expect(codeOf(await client.query(token, change))).toBe('SOURCE_ANSWER_INVALID');
  register.close();
}

async function useCommands(): Promise<void> {
  const { officials, subjects } = place.access;
  const official = listedAbout(officials, 'may query');
  const [, second = { tckn: '' }] = subjects;
  const asOfficial = [
    'query',
    '--official',
    official.clientId,
    '--purpose',
    'cocuk-isciligi-takip',
    '--case',
    '2026/118',
  ];
  const demo = await place.run('query', '--demo', '--subject', '2');
  const typed = await place.runWith({ input: `${second.tckn}\n` }, ...asOfficial, '--json');
  expect([demo.code, typed.code]).toEqual([0, 0]);
  answersShown.push(demo.stdout, typed.stdout);
  printed += demo.stderr + typed.stderr;
  const { queryId } = JSON.parse(typed.stdout) as { queryId: string };
  const opened = await place.run('audit', 'show', queryId);
  expect(opened.stdout).toContain(second.tckn);
  printed += opened.stderr;
  for (const [input, ...line] of [
    [`${second.tckn}\n`, 'audit', 'search', '--subject'],
    [`${second.tckn}1\n`, ...asOfficial, '--debug'],
    [`${second.tckn}1\n`, 'audit', 'search', '--subject', '--debug'],
    ['', 'query', '--demo', '--purpose', second.tckn, '--debug'],
    ['', 'audit', 'verify', '--debug'],
    ['', 'quota', 'show'],
    ['', 'doctor'],
  ] as [string, ...string[]][]) {
    const { stdout, stderr } = await place.runWith({ input }, ...line);
    printed += stdout + stderr;
  }
}

/** Which of the values stand in these bytes. */
function found(bytes: Buffer): string[] {
  return [...secrets].filter(([, value]) => bytes.includes(value)).map(([what]) => what);
}

/** Every file below the folder, by its path there. */
function filesOf(folder: string): Map<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const files = entries.map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [relative(folder, file), readFileSync(file)]));
}
