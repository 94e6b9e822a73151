import { describe, expect, test } from '@jest/globals';
import { leafHash } from '../../../src/audit/merkle.ts';
import { parseCheckpoint } from '../../../src/audit/note/checkpoint.ts';
import { parseVkey } from '../../../src/audit/note/note-key.ts';
import { parseNote, verifyNote } from '../../../src/audit/note/signed-note.ts';
import { verifyInclusion } from '../../../src/audit/tree/inclusion-proof.ts';
import { parseTlogProof } from '../../../src/audit/tree/tlog-proof.ts';
import { openLogOf } from '../../../src/store/find-log.ts';
import { until } from '../../support/gateway-process.ts';
import { type ClientAnswer } from '../../support/partner-client.ts';
import { startGateway, type TestGateway } from '../../support/start-gateway.ts';

interface Answered {
  readonly queryId: string;
  readonly receipt: { readonly origin: string; readonly index: number; readonly leaf: string };
}

async function ask(gateway: TestGateway): Promise<Answered> {
  const answer = await gateway.official().query();
  expect(answer.status).toBe(200);
  return JSON.parse(answer.text) as Answered;
}

async function proofOf(
  gateway: TestGateway,
  agency: 'cgm' | 'iskur' | 'other',
  id: string,
): Promise<ClientAnswer> {
  return gateway.agency(agency).send({ path: `/v1/receipts/${id}` });
}

/** Proves the answer's leaf from the proof file and the log's own key, as a partner does offline. */
function prove(gateway: TestGateway, { receipt }: Answered, text: string): number {
  const reader = openLogOf(gateway.settings.databaseUrl, receipt.origin);
  const vkey = reader.vkey() ?? '';
  reader.close();
  const { index, hashes, checkpoint } = parseTlogProof(text);
  const note = parseNote(checkpoint);
  verifyNote(note, [parseVkey(vkey)]);
  const { origin, size, root } = parseCheckpoint(note.text);
  expect({ origin, index }).toEqual({ origin: receipt.origin, index: receipt.index });
  verifyInclusion({ index, size, root }, leafHash(Buffer.from(receipt.leaf, 'base64')), hashes);
  return size;
}

describe('the receipt of an answer', () => {
  test('is proven by a file with a signed checkpoint, given to the agency that got the answer', async () => {
    await using gateway = await startGateway();
    const first = await ask(gateway);
    const proof = await proofOf(gateway, 'cgm', first.queryId);
    expect(proof).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    prove(gateway, first, proof.text);
    const second = await ask(gateway);
    prove(gateway, second, (await proofOf(gateway, 'cgm', second.queryId)).text);
  });

  test('is covered by a signature once the gateway was stopped', async () => {
    await using gateway = await startGateway();
    const { receipt } = await ask(gateway);
    await gateway.stop();
    const reader = openLogOf(gateway.settings.databaseUrl, receipt.origin);
    expect(reader.checkpointFrom(receipt.index + 1)?.size).toBe(reader.head().size);
    reader.close();
  });

  test('is provable soon, although nobody asks for it', async () => {
    await using gateway = await startGateway({ signSeconds: 1 });
    const { receipt } = await ask(gateway);
    const reader = openLogOf(gateway.settings.databaseUrl, receipt.origin);
    const covering = (): boolean => reader.checkpointFrom(receipt.index + 1) !== undefined;
    await until(covering, 'a checkpoint that covers it');
    expect(covering()).toBe(true);
    reader.close();
  });

  test('is the same file for everybody who asks again, whatever was recorded since', async () => {
    await using gateway = await startGateway();
    const answered = await ask(gateway);
    const proof = await proofOf(gateway, 'cgm', answered.queryId);
    await ask(gateway);
    expect((await proofOf(gateway, 'cgm', answered.queryId)).text).toBe(proof.text);
  });

  test('exists for nobody else, nor for what is no answer; each attempt is a refusal on record', async () => {
    await using gateway = await startGateway();
    const { queryId } = await ask(gateway);
    const refused = await gateway.official().query({ purpose: 'baska-amac' });
    const refusedId = (JSON.parse(refused.text) as { instance: string }).instance.slice('urn:uuid:'.length);
    const attempts = [
      await proofOf(gateway, 'iskur', queryId),
      await proofOf(gateway, 'other', queryId),
      await proofOf(gateway, 'cgm', refusedId),
      await proofOf(gateway, 'cgm', 'no-id'),
    ];
    for (const attempt of attempts) {
      expect(attempt.status).toBe(404);
      expect(JSON.parse(attempt.text)).toMatchObject({ code: 'RECEIPT_NOT_FOUND' });
    }
    expect(gateway.records().filter(({ code }) => code === 'RECEIPT_NOT_FOUND')).toHaveLength(4);
  });
});

describe('a log whose year is over', () => {
  test('is followed by the next one; the receipts of both stay provable', async () => {
    await using gateway = await startGateway();
    const before = await ask(gateway);
    gateway.clock.set(Date.parse('2026-12-31T21:00:00.000Z'));
    gateway.official().forgetToken();
    const after = await ask(gateway);
    expect(before.receipt.origin).toMatch(/\/2026$/);
    expect(after.receipt.origin).toMatch(/\/2027$/);
    for (const answered of [before, after]) {
      prove(gateway, answered, (await proofOf(gateway, 'cgm', answered.queryId)).text);
    }
    const closed = openLogOf(gateway.settings.databaseUrl, before.receipt.origin);
    const last = [...closed.leaves()].at(-1);
    expect(last?.bytes.toString()).toContain('"type":"rollover"');
    expect(closed.head().next).toBe(after.receipt.origin);
    closed.close();
  });
});
