import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type EvidenceNode, newYearNode } from '../../support/evidence-node.ts';

let node: EvidenceNode;
beforeAll(async () => {
  node = await newYearNode();
}, 120_000);
afterAll(async () => node[Symbol.asyncDispose]());

describe('a node over the turn of a year', () => {
  test('is sound in database and folder, with its personal parts opened', () => {
    const report = node.verify({ open: true });
    expect(report.verdict).toBe('sound');
  });
});
