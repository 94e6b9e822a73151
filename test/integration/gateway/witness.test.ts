import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseNote, verifyNote } from '../../../src/audit/note/signed-note.ts';
import { parseCheckpoint } from '../../../src/audit/note/checkpoint.ts';
import { parseVkey } from '../../../src/audit/note/note-key.ts';
import { verifyConsistency } from '../../../src/audit/tree/consistency-proof.ts';
import { originHash } from '../../../src/audit/witness/witness.ts';
import { encodeAddCheckpoint } from '../../../src/audit/witness/add-checkpoint.ts';
import { type WitnessDesk } from '../../../src/cli/witness-desk.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { openWitnessDesk } from '../../../src/wire-witness-desk.ts';
import { type ClientAnswer } from '../../support/partner-client.ts';
import { realmCertificates } from '../../support/gateway-realm.ts';
import { startGateway, type TestGateway } from '../../support/start-gateway.ts';
import { ForeignLog } from '../../support/witness-rig.ts';
import { restoreWitnessedRow, witnessedRow } from '../../support/witnessed-row.ts';

const log = new ForeignLog({ size: 20 });
const forked = new ForeignLog({ size: 20, history: 'other' });
const POLICY = `${log.policyLine}\nquorum none\n`;

const post = async (gateway: TestGateway, body: string): Promise<ClientAnswer> =>
  gateway.agency('cgm').send({ method: 'POST', path: '/witness/v1/add-checkpoint', body });
const get = async (gateway: TestGateway, path: string): Promise<ClientAnswer> =>
  gateway.agency('cgm').send({ path });
const evidence = (gateway: TestGateway): string => join(gateway.settings.folders.logs, 'evidence');
const facts = (gateway: TestGateway) =>
  gateway.records().flatMap((record) => (record.type === 'witness' ? [record.facts] : []));
const deskOf = async ({ settings, administration, clock }: TestGateway): Promise<WitnessDesk> => {
  const store = await openStore({ databaseUrl: settings.databaseUrl, origin: administration.origin });
  return openWitnessDesk(settings, store, clock);
};
const sizesTold = (answers: readonly ClientAnswer[]): number[] => answers.map(({ status }) => status);

describe('a whole gateway as a witness', () => {
  test('refuses a fork with 422, records it, alarms and keeps the note that proves it', async () => {
    await using gateway = await startGateway({ witnessedLogs: POLICY });
    expect((await post(gateway, log.request(0, 9))).status).toBe(200);
    expect((await post(gateway, encodeAddCheckpoint(9, [], forked.note(9)))).status).toBe(422);
    expect((await post(gateway, forked.request(9, 12))).status).toBe(422);
    expect((await post(gateway, log.request(3, 4))).status).toBe(409);
    const known = { origin: log.origin, recordedSize: 9, agency: 'cgm' };
    expect(facts(gateway)).toMatchObject([
      { ...known, event: 'fork-refused', reason: 'root-differs', size: 9 },
      { ...known, event: 'fork-refused', reason: 'proof-fails', size: 12 },
      { ...known, event: 'rollback-refused', reason: 'smaller', size: 4 },
    ]);
    expect(gateway.logger.named('witness.fork-refused')).toHaveLength(2);
    expect(gateway.logger.named('witness.rollback-refused')).toHaveLength(1);
    const name = originHash(log.origin);
    expect(readdirSync(join(evidence(gateway), 'witnessed')).sort()).toEqual(
      [`${name}.checkpoint`, `${name}.conflict-1`, `${name}.conflict-2`, `${name}.conflict-3`].sort(),
    );
  });

  test('writes no leaf for what is the ordinary course of the protocol, or logs would grow by watching each other', async () => {
    await using gateway = await startGateway({ witnessedLogs: POLICY });
    const bodies = [log.request(0, 9), log.request(9, 12), log.request(3, 14), 'old 1\n', new ForeignLog({ origin: 'b.log', size: 2 }).request(0)]; // prettier-ignore
    const answers = [];
    for (const body of bodies) answers.push(await post(gateway, body));
    expect(sizesTold(answers)).toEqual([200, 200, 409, 400, 404]);
    expect(gateway.records()).toEqual([]);
  });

  test('serves neither an unknown certificate nor a revoked one', async () => {
    await using gateway = await startGateway({ witnessedLogs: POLICY });
    const { stranger } = await realmCertificates();
    const ask = { method: 'POST', path: '/witness/v1/add-checkpoint', body: log.request(0, 9) };
    expect((await gateway.connect(stranger).send(ask)).json()['code']).toBe('AGENCY_NOT_RECOGNISED');
    const { fingerprint } = gateway.access.agencies.cgm;
    await gateway.act('agency.revoke', { kind: 'revoke-certificate', fingerprint, at: gateway.clock.now() });
    await gateway.noticed();
    const refused = await post(gateway, log.request(0, 9));
    expect([refused.status, refused.json()['code']]).toEqual([401, 'AGENCY_NOT_RECOGNISED']);
    expect(gateway.recordOf(refused)).toMatchObject({ type: 'refusal', agency: 'cgm' });
    expect(existsSync(join(evidence(gateway), 'witnessed'))).toBe(false);
  });

  test('remembers across a restart and a database that was restored, and says so', async () => {
    await using gateway = await startGateway({ witnessedLogs: POLICY });
    await post(gateway, log.request(0, 5));
    const file = gateway.settings.databaseUrl.replace('sqlite:', '');
    const before = witnessedRow(file);
    expect((await post(gateway, log.request(5, 9))).status).toBe(200);
    await gateway.stop();
    restoreWitnessedRow(file, before);
    await gateway.start();
    // The fork that continues what the restored database still knows.
    const told = await post(gateway, encodeAddCheckpoint(5, [], forked.note(12)));
    expect([told.status, told.text]).toEqual([409, '9\n']);
    expect(gateway.logger.named('witness.database-behind')).toMatchObject([{ fileSize: 9, databaseSize: 5 }]);
    expect((await post(gateway, log.request(9, 12))).status).toBe(200);
  });

  test('stops when its file is gone, until an operator accepts', async () => {
    await using gateway = await startGateway({ witnessedLogs: POLICY });
    await post(gateway, log.request(0, 9));
    rmSync(join(evidence(gateway), 'witnessed'), { recursive: true });
    expect((await post(gateway, log.request(9, 12))).json()['code']).toBe('WITNESS_UNCERTAIN');
    const desk = await deskOf(gateway);
    expect((await desk.report()).witnessed).toMatchObject([
      { origin: log.origin, fault: 'WITNESS_RECORD_LOST', record: { size: 9 } },
    ]);
    await desk.accept(log.origin);
    expect((await desk.report()).witnessed).toMatchObject([{ fault: null, record: { size: 9 } }]);
    await desk.close();
    expect((await post(gateway, log.request(9, 12))).status).toBe(200);
  });

  test('reads its policy again when the file changes, and keeps the last good one', async () => {
    await using gateway = await startGateway({ witnessedLogs: 'quorum none\n' });
    const file = gateway.settings.witness.logs ?? '';
    expect((await post(gateway, log.request(0, 5))).status).toBe(404);
    writeFileSync(file, POLICY);
    expect((await post(gateway, log.request(0, 5))).status).toBe(200);
    writeFileSync(file, 'log nonsense\n');
    expect((await post(gateway, log.request(5, 9))).status).toBe(200);
    rmSync(file);
    expect((await post(gateway, log.request(9, 12))).status).toBe(200);
    expect(gateway.logger.named('witness.policy-unreadable')).toHaveLength(2);
  });

  test('does not start with a policy that is at fault', async () => {
    await using gateway = await startGateway({ witnessedLogs: POLICY });
    await gateway.stop();
    writeFileSync(gateway.settings.witness.logs ?? '', 'log nonsense\n');
    await expect(gateway.start()).rejects.toMatchObject({
      faults: [{ code: 'POLICY_KEY_MALFORMED', line: 1 }, { code: 'POLICY_QUORUM_COUNT' }],
    });
  });
});

describe('a partner of a whole gateway', () => {
  test('fetches checkpoints and what ties them together', async () => {
    await using gateway = await startGateway();
    const first = await get(gateway, '/v1/log/checkpoint');
    expect(first.status).toBe(200);
    const answered = await gateway.official().query();
    await get(gateway, `/v1/receipts/${String(answered.json()['queryId'])}`);
    const second = await get(gateway, '/v1/log/checkpoint');
    const desk = await deskOf(gateway);
    const { logKey } = await desk.report();
    await desk.close();
    const [old, now] = [first, second].map(({ text }) => {
      const note = parseNote(text);
      verifyNote(note, [parseVkey(logKey ?? '')]);
      return parseCheckpoint(note.text);
    });
    if (old === undefined || now === undefined) throw new Error('no checkpoints');
    expect(now.size).toBeGreaterThan(old.size);
    const answer = await get(gateway, `/v1/log/consistency?from=${String(old.size)}&to=${String(now.size)}`);
    const proof = answer.text.split('\n').slice(0, -1).map((line) => Buffer.from(line, 'base64')); // prettier-ignore
    verifyConsistency(old, now, proof);
    expect((await get(gateway, `/v1/log/checkpoint/${String(old.size)}`)).text).toBe(first.text);
  });
});
