import { describe, expect, test } from '@jest/globals';
import { type EvidenceReader, type StoredCheckpoint } from '../../../src/audit/audit-log.ts';
import { publishedLog } from '../../../src/audit/published-log.ts';
import { verifyConsistency } from '../../../src/audit/tree/consistency-proof.ts';
import { type ClientAnswer } from '../../support/partner-client.ts';
import { PartnerListener } from '../../support/partner-listener.ts';
import { ForeignLog, WitnessRig } from '../../support/witness-rig.ts';

const log = new ForeignLog({ size: 300 });
const SIZES = [1, 5, 256, 300];
const COSIGNER = new WitnessRig([]).cosigner;

function checkpointAt(size: number): StoredCheckpoint {
  return { size, root: log.tree.rootAt(size), note: log.note(size), at: 0 };
}

/** A log of which four checkpoints were given out; the one of 300 bears a cosignature. */
function readerOf(tree = log.tree): EvidenceReader {
  const line = COSIGNER.cosign(`${log.note(300).split('\n\n')[0] ?? ''}\n`, 1);
  const reader: Partial<EvidenceReader> = {
    leafHashes: (from, count) => tree.leafHashes(from, count),
    subtree: (level, index) => tree.subtree(level, index),
    checkpointFrom: (size) => {
      const next = SIZES.find((one) => one >= size);
      return next === undefined ? undefined : checkpointAt(next);
    },
    newestCheckpoint: () => checkpointAt(300),
    cosignaturesAt: (size) => (size === 300 ? [{ size, name: COSIGNER.key.name, line, at: 1 }] : []),
  };
  return reader as EvidenceReader;
}

async function listen(reader: EvidenceReader = readerOf()): Promise<PartnerListener> {
  const evidence = { witness: new WitnessRig([]).witness, published: publishedLog(() => reader) };
  return PartnerListener.start({ evidence });
}

async function get(listener: PartnerListener, path: string): Promise<ClientAnswer> {
  return listener.client().send({ path: `/v1/log/${path}` });
}

describe('a partner that fetches checkpoints', () => {
  test('gets the newest one with its cosignatures', async () => {
    await using listener = await listen();
    const answer = await get(listener, 'checkpoint');
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(answer.text.startsWith(log.note(300))).toBe(true);
    expect(answer.text).toContain(`— ${COSIGNER.key.name} `);
  });

  test('gets one of a size that was given out, and none of any other', async () => {
    await using listener = await listen();
    expect((await get(listener, 'checkpoint/5')).text).toBe(log.note(5));
    for (const size of ['4', '301', '0', '05', '-1', '5x', '1e1', '99999999999999999', '9007199254740993']) {
      const answer = await get(listener, `checkpoint/${size}`);
      expect([size, answer.status, answer.json()['code']]).toEqual([size, 404, 'CHECKPOINT_NOT_FOUND']);
    }
  });

  test('gets a proof between two of them that holds', async () => {
    await using listener = await listen();
    for (const [from, to] of [
      [1, 5],
      [5, 300],
      [256, 300],
      [300, 300],
    ] as const) {
      const answer = await get(listener, `consistency?from=${String(from)}&to=${String(to)}`);
      expect(answer.status).toBe(200);
      const proof = answer.text.split('\n').slice(0, -1).map((line) => Buffer.from(line, 'base64')); // prettier-ignore
      verifyConsistency(checkpointAt(from), checkpointAt(to), proof);
    }
  });

  test.each([
    'consistency',
    'consistency?from=5',
    'consistency?from=5&to=6',
    'consistency?from=4&to=300',
    'consistency?from=300&to=5',
    'consistency?from=0&to=5',
    'consistency?from=5&from=1&to=300',
    'consistency?from=5&to=300&more=1',
    'consistency?from=5&to=',
  ])('gets nothing for %s', async (path) => {
    await using listener = await listen();
    const answer = await get(listener, path);
    expect([answer.status, answer.json()['code']]).toEqual([404, 'CHECKPOINT_NOT_FOUND']);
  });

  test('gets no proof that does not hold', async () => {
    const forged = new ForeignLog({ size: 300 }).tree;
    forged.stored = () => false;
    forged.forgeHash(299, Buffer.alloc(32));
    await using listener = await listen(readerOf(forged));
    const answer = await get(listener, 'consistency?from=5&to=300');
    expect([answer.status, answer.json()['code']]).toEqual([500, 'INTERNAL_ERROR']);
  });

  test('gets nothing at all where it is not recognised', async () => {
    await using listener = await listen();
    listener.gateway.attending = undefined;
    for (const path of ['checkpoint', 'checkpoint/5', 'consistency?from=5&to=300']) {
      const answer = await get(listener, path);
      expect([answer.status, answer.json()['code']]).toEqual([401, 'AGENCY_NOT_RECOGNISED']);
    }
  });

  test.each(['tile/0/000', 'tile/entries/000', 'entries', 'leaves/0'])(
    'gets neither tile nor entry: %s',
    async (path) => {
      await using listener = await listen();
      expect((await get(listener, path)).json()).toMatchObject({ code: 'ROUTE_NOT_FOUND' });
    },
  );
});
