import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EVIDENCE, EvidenceNode, NODE } from '../../support/evidence-node.ts';

const ORIGIN = `${NODE}/2026`;

let node: EvidenceNode;
let given: ReadonlyMap<string, Buffer>;

beforeAll(async () => {
  node = await EvidenceNode.make('2026-12-29T08:00:00Z');
  await node.queries('2026-12-29T08:01:00Z', 3);
  await node.checkpoint();
  const mark = join(node.place, EVIDENCE, ...ORIGIN.split('/'), 'signed.checkpoint');
  given = new Map([['kept.checkpoint', readFileSync(mark)]]);
}, 60_000);
afterAll(async () => node[Symbol.asyncDispose]());

describe('before the first day is sealed', () => {
  test('a checkpoint kept elsewhere is judged by the database, and sound', () => {
    const { verdict, findings, logs } = node.verify({ given });
    expect(verdict).toBe('sound');
    expect(findings).toEqual([]);
    expect(logs).toMatchObject([{ origin: ORIGIN, kept: 'database', verdict: 'sound' }]);
  });

  test('a checkpoint of another node is foreign beside the folder as without it', async () => {
    await using other = await EvidenceNode.make('2026-12-29T08:00:00Z');
    await other.checkpoint();
    const note = other.newestNote(ORIGIN).replace(NODE, 'gecit.other/node-1');
    const foreign = new Map([['foreign.checkpoint', Buffer.from(note)]]);
    const { verdict, findings } = node.verify({ given: foreign });
    expect(verdict).toBe('incomplete');
    expect(findings.map(({ code }) => code)).toContain('given-foreign');
  });

  test('a folder alone says nothing of it: incomplete', () => {
    const { verdict, logs } = node.verify({ given, only: 'folder' });
    expect(verdict).toBe('incomplete');
    expect(logs).toEqual([]);
  });
});
