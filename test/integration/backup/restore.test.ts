import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeLeaf, type Leaf } from '../../../src/audit/leaf.ts';
import { preflight } from '../../../src/cli/preflight.ts';
import { filesBelow } from '../../../src/backup/snapshot-folder.ts';
import { evidenceFolder, keyFolder } from '../../../src/settings/places.ts';
import { startGateway as serve } from '../../../src/wiring.ts';
import { type BackedUp, BackupLine, BackupRig, codesOf } from '../../support/backup-rig.ts';
import { GatewayClient } from '../../support/gateway-client.ts';
import { NodeLogs } from '../../support/node-logs.ts';
import { queryIdOf } from '../../support/prove-recorded.ts';
import { ROOT } from '../../support/repository.ts';
import { startGateway, type TestGateway } from '../../support/start-gateway.ts';

const OPEN = 'gecit.test/node-1/2026';

/** A gateway that was backed up, answered four more queries, gave a receipt for one, and is gone. */
let gateway: TestGateway;
let rig: BackupRig;
let backup: BackedUp;
/** Its evidence folder as it stood at the end. */
let evidence: string;
/** Proof of a lost answer, as the partner keeps it. */
let proof: string;
let size: number;
let signed: number;

beforeAll(async () => {
  gateway = await startGateway();
  rig = await BackupRig.make(gateway);
  const official = gateway.official();
  for (let asked = 0; asked < 3; asked += 1) await official.query();
  backup = await rig.backUp('first');
  size = gateway.logs.all()[0]?.head().size ?? 0;
  for (let asked = 0; asked < 3; asked += 1) await official.query();
  const last = queryIdOf(await official.query());
  const { text } = await gateway.agency('cgm').send({ path: `/v1/receipts/${last}` });
  proof = join(rig.folder, 'kept.tlog-proof');
  writeFileSync(proof, text);
  signed = gateway.logs.all()[0]?.head().size ?? 0;
  await gateway.stop();
  evidence = evidenceFolder(gateway.settings);
});
afterAll(async () => {
  rig[Symbol.dispose]();
  await gateway[Symbol.asyncDispose]();
});

async function restored(place: BackupLine, ...more: readonly string[]): ReturnType<BackupLine['json']> {
  return place.json('restore', ...rig.withIdentities(backup), ...more);
}

function leavesOf({ settings }: BackupLine): Leaf[] {
  const logs = new NodeLogs(settings);
  const leaves = logs.leaves().map(({ bytes }) => decodeLeaf(bytes));
  logs.close();
  return leaves;
}

/** Nothing but what was there. */
function expectUntouched({ settings }: BackupLine): void {
  const { data, logs } = settings.folders;
  expect(existsSync(join(data, 'gecit.db'))).toBe(false);
  expect([...filesBelow(data), ...filesBelow(logs)].filter((name) => name.includes('restoring'))).toEqual([]);
}

describe('a backup', () => {
  test('was made beside the running gateway, proven, signed, recorded and with its own record in it', async () => {
    expect(backup).toMatchObject({
      code: 0,
      verdict: 'sound',
      unsigned: null,
      logs: [{ origin: OPEN, size }],
    });
    const checked = await rig.line.json('backup', 'check', ...rig.withIdentities(backup));
    expect(checked).toMatchObject({
      code: 0,
      keysMissing: [],
      signature: { operator: 'test-operator' },
      report: { verdict: 'sound', logs: [{ size, checkpoints: { newest: size } }] },
    });
    const acts = gateway.logs.leaves().map(({ bytes }) => decodeLeaf(bytes));
    expect(acts[size - 1]).toMatchObject({
      action: 'backup.create',
      facts: { backup: backup['id'], keys: 'apart' },
    });
  });

  test('keeps keys and data apart', async () => {
    const { manifest } = await rig.line.json('backup', 'check', ...rig.withIdentities(backup));
    const names = (manifest as { members: { name: string }[] }).members.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'database/gecit.db',
        `evidence/${OPEN}/signed.checkpoint`,
        'protocols/tr-iskur-cgm-2024.yaml',
        'settings/gecit.yaml',
      ]),
    );
    expect(names.filter((name) => /\.key$|keys\//.test(name))).toEqual([]);
    const master = readFileSync(join(keyFolder(gateway.settings), 'master.key'));
    expect(readFileSync(backup.dataFile).includes(master)).toBe(false);
  });

  test('leaves nothing behind, and is made for nobody who reads both', async () => {
    const { data, logs } = gateway.settings.folders;
    expect([...readdirSync(data), ...readdirSync(logs)]).not.toContain('backing-up');
    const { recipient } = rig.data;
    const both = ['--recipient', recipient, '--keys-to', rig.folder, '--keys-recipient', recipient];
    const { code, err } = await rig.line.say('backup', '--to', rig.folder, ...both);
    expect([code, err]).toEqual([2, expect.stringContaining('[BACKUP_RECIPIENT_SHARED]')]);
  });
});

describe('a restore on another machine', () => {
  test('answers again; the restored log is closed, and verifying says that what followed is unknown', async () => {
    const place = rig.place();
    const { code, next, lostRecords, record } = await restored(place);
    expect({ code, next, lostRecords, record }).toMatchObject({
      code: 0,
      lostRecords: 0,
      next: { origin: `${OPEN}-2` },
      record: { origin: OPEN, index: size },
    });
    const { clock, logger, source, access } = gateway;
    const running = await serve(place.settings, ROOT, { clock, logger, sources: [source] });
    const port = Number(new URL(running.partnerUrl).port);
    const client = new GatewayClient(access.agencies.cgm, { port, ca: access.ca, seen: () => undefined });
    const { clientId, clientSecret } = gateway.official().listed;
    const token = await client.askToken(clientId, clientSecret);
    const { access_token: bearer } = JSON.parse(token.text) as { access_token: string };
    const answer = await client.query(bearer);
    client.close();
    await running.close();
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
      200,
      { receipt: { origin: `${OPEN}-2` } },
    ]);

    const report = await place.verify(clock.now());
    expect(codesOf(report, '/2026')).toEqual(['cut-unknown']);
    expect(codesOf(report, '/2026-2')).toEqual([]);
    // The key of a log that may have been signed further never signs what was put in the place of that.
    expect(report.logs.find(({ origin }) => origin === OPEN)?.checkpoints.newest).toBe(size);
    expect(leavesOf(place).slice(size)).toMatchObject([
      { type: 'act', action: 'backup.restore', facts: { backup: backup['id'], size, lost: 0 } },
      { type: 'rollover', facts: { reason: 'restore', restoredSize: size } },
      { type: 'log-opened', facts: { previous: OPEN } },
      { type: 'disclosure' },
    ]);
  });

  test('goes on in the same log where its operator states that nothing followed', async () => {
    const place = rig.place();
    expect(await restored(place, '--nothing-followed')).toMatchObject({ code: 0, next: null });
    expect((await place.verify(gateway.clock.now())).verdict).toBe('sound');
    expect(leavesOf(place).at(-1)).toMatchObject({
      action: 'backup.restore',
      facts: { nothingFollowed: 'stated' },
    });
  });

  test('needs keys, an empty place, and a gateway of the same name', async () => {
    const place = rig.place();
    const [data = '', , identity = ''] = rig.withIdentities(backup);
    const without = await place.say('restore', data, '--identity', identity);
    expect([without.code, without.err]).toEqual([1, expect.stringContaining('[RESTORE_KEYS_MISSING]')]);
    const swapped = await place.say('restore', data, '--identity', rig.keys.identity, '--keys', data, '--keys-identity', identity); // prettier-ignore
    expect(swapped.err).toContain('[BACKUP_IDENTITY_WRONG]');
    expectUntouched(place);
    await restored(place);
    const again = await place.say('restore', ...rig.withIdentities(backup));
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('[RESTORE_PLACE_TAKEN]')]);
    const { settings } = rig.place();
    const other = new BackupLine({ ...settings, node: 'node-2' }, gateway.clock);
    const foreign = await other.say('restore', ...rig.withIdentities(backup));
    expect(foreign.err).toContain('[BACKUP_OF_ANOTHER]');
  });
});

describe('a log that is shorter than what was signed', () => {
  test('is not restored before its operator says how many records are lost', async () => {
    const place = rig.place(evidence);
    const lost = signed - size;
    const refused = await place.say('restore', ...rig.withIdentities(backup));
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('[RESTORE_LOST_RECORDS]')]);
    expect(refused.err).toContain(
      `${String(lost)} – ${OPEN}: ${String(lost)} (${String(signed)} – ${String(size)}`,
    );
    const wrong = await place.say(
      'restore',
      ...rig.withIdentities(backup),
      '--accept-lost',
      String(lost - 1),
    );
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('[RESTORE_LOSS_DIFFERS]')]);
    expectUntouched(place);

    const done = await restored(place, '--accept-lost', String(lost));
    expect(done).toMatchObject({ code: 0, lostRecords: lost, next: { origin: `${OPEN}-2` } });
    const report = await place.verify(gateway.clock.now());
    expect(codesOf(report, '/2026')).toEqual(['cut-by-restore']);
    expect(report.verdict).toBe('incomplete');
    expect(leavesOf(place)[size]?.facts).toMatchObject({ lost });
    const later = await place.json(...['backup', '--to', rig.folder, '--recipient', rig.data.recipient]);
    // Known, and admitted: no news that each night has to alarm about.
    expect(later).toMatchObject({ code: 0, verdict: 'incomplete', findings: ['cut-by-restore'] });
  });

  test('is found by what a partner kept, also where no evidence is left', async () => {
    const place = rig.place();
    const kept = ['--checkpoint', proof];
    const { code, err } = await place.say('restore', ...rig.withIdentities(backup), ...kept);
    expect([code, err]).toEqual([1, expect.stringContaining(proof)]);
    const done = await restored(place, ...kept, '--accept-lost', String(signed - size));
    expect(done).toMatchObject({ code: 0, lostRecords: signed - size });
    expect(leavesOf(place).find(({ type }) => type === 'log-opened')?.facts).toMatchObject({
      signedSize: signed,
    });
  });

  test('is found in the database that it would replace, which is moved aside and kept', async () => {
    const place = rig.place();
    await restored(place, '--nothing-followed');
    const before = readFileSync(join(place.settings.folders.data, 'gecit.db'));
    const again = ['restore', ...rig.withIdentities(backup), '--replace'];
    expect((await place.say(...again)).err).toContain('[RESTORE_LOST_RECORDS]');
    const done = await place.json(...again, '--accept-lost', '1');
    const aside = String(done['aside']);
    expect(readFileSync(join(aside, 'gecit.db')).equals(before)).toBe(true);
    expect(existsSync(join(aside, 'keys', 'master.key'))).toBe(true);
  });

  test('of another history is never restored', async () => {
    const place = rig.place(evidence);
    const mark = join(evidenceFolder(place.settings), OPEN, 'signed.checkpoint');
    writeFileSync(mark, readFileSync(mark, 'utf8').replace(/\n\d+\n/, '\n3\n'));
    const { code, err } = await place.say('restore', ...rig.withIdentities(backup), '--accept-lost', '1');
    expect([code, err]).toEqual([1, expect.stringContaining('[RESTORE_CONTRADICTS]')]);
    expectUntouched(place);
  });
});

test('evidence that stands in the place stays, and a log that it says is whole goes on', async () => {
  const place = rig.place();
  await restored(place, '--nothing-followed');
  rmSync(join(place.settings.folders.data, 'gecit.db'));
  const data = ['restore', backup.dataFile, '--identity', rig.data.identity];
  expect(await place.json(...data)).toMatchObject({ code: 0, next: null, lostRecords: 0 });
  expect((await place.verify(gateway.clock.now())).verdict).toBe('sound');
});

test('nobody restores under a gateway that serves', async () => {
  const place = rig.place();
  await restored(place, '--nothing-followed');
  const { clock, logger, source } = gateway;
  const running = await serve(place.settings, ROOT, { clock, logger, sources: [source] });
  const { code, err } = await place.say('restore', ...rig.withIdentities(backup), '--replace');
  await running.close();
  expect([code, err]).toEqual([2, expect.stringContaining('[LOG_IN_USE]')]);
});

test('a restore in the year after opens the log of that year, and admits what was lost of the old one', async () => {
  const place = rig.place(evidence);
  const now = gateway.clock.now();
  gateway.clock.set(Date.parse('2027-01-05T09:00:00Z'));
  const done = await restored(place, '--accept-lost', String(signed - size));
  gateway.clock.set(now);
  expect(done).toMatchObject({ next: { origin: 'gecit.test/node-1/2027' } });
  expect(codesOf(await place.verify(Date.parse('2027-01-05T09:00:00Z')), '/2026')).toEqual([
    'cut-by-restore',
  ]);
});

test('a restore that could not be put in place to its end is ended by the next command, and by no start', async () => {
  const { settings } = rig.place(evidence);
  const blocked = join(settings.folders.data, '..', 'blocked');
  const partner = { ...settings.partner, certificate: join(blocked, 'server.crt') };
  const place = new BackupLine({ ...settings, partner }, gateway.clock);
  writeFileSync(blocked, 'a file where the folder should be');
  const accept = ['--accept-lost', String(signed - size)];
  const { code, err } = await place.say('restore', ...rig.withIdentities(backup), ...accept);
  expect([code, err]).toEqual([1, expect.stringContaining('[RESTORE_NOT_WRITTEN]')]);
  expect(existsSync(join(settings.folders.data, 'gecit.db'))).toBe(false);
  expect(() => {
    preflight(settings, gateway.clock);
  }).toThrow(expect.objectContaining({ faults: [expect.objectContaining({ code: 'RESTORE_UNFINISHED' })] }));

  rmSync(blocked);
  expect(await place.json('restore')).toMatchObject({ code: 0, finished: backup['id'] });
  expect(existsSync(partner.certificate)).toBe(true);
  expect(codesOf(await place.verify(gateway.clock.now()), '/2026')).toEqual(['cut-by-restore']);
  const nothing = await place.say('restore');
  expect([nothing.code, nothing.err]).toEqual([2, expect.stringContaining('no restore was interrupted')]);
});
