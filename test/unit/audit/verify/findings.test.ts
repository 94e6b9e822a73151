import { describe, expect, test } from '@jest/globals';
import { FINDINGS } from '../../../../src/audit/verify/finding.ts';
import { Findings } from '../../../../src/audit/verify/findings.ts';

describe('findings', () => {
  test('of a sound log are none, or worth knowing only', () => {
    const findings = new Findings();
    expect(findings.verdict).toBe('sound');
    findings.add('key-not-pinned');
    expect(findings.verdict).toBe('sound');
    expect(findings.first()).toBeUndefined();
  });

  test('that contradict outweigh those that are missing, whatever came first', () => {
    const findings = new Findings();
    findings.add('part-missing', { index: 1 });
    expect(findings.verdict).toBe('incomplete');
    findings.add('hash-differs', { index: 9 });
    expect(findings.verdict).toBe('tampered');
    expect(findings.first()).toMatchObject({ code: 'hash-differs', index: 9 });
  });

  test.each([
    [[5, undefined], [0, 10], 5],
    [[0, 10], [5, undefined], 5],
    [[12, undefined], [0, 10], 0],
    [[7, undefined], [3, undefined], 3],
    [[undefined, undefined], [3, undefined], 3],
  ])('at %j and %j begin at %d: an exact place beats a range that holds it', (one, other, first) => {
    const findings = new Findings();
    for (const [index, until] of [one, other]) findings.add('checkpoint-contradicts', { index, until });
    expect(findings.first()?.index).toBe(first);
  });

  test('are kept in bounded number and counted beyond it', () => {
    const findings = new Findings();
    for (let index = 0; index < 1_000; index += 1) findings.add('subtree-differs', { index });
    expect(findings.list()).toHaveLength(50);
    expect(findings.omitted).toBe(950);
    expect(findings.count).toBe(1_000);
  });

  test('name the file of their log unless they name one', () => {
    const findings = new Findings('gecit.db');
    findings.add('key-differs', { row: 'audit_key' });
    findings.add('given-signature', { file: 'kept.checkpoint' });
    expect(findings.list().map(({ file }) => file)).toEqual(['gecit.db', 'kept.checkpoint']);
  });

  test('say in two whole sentences what is wrong and what to do', () => {
    for (const [code, { text }] of Object.entries(FINDINGS)) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)+$/);
      expect(text.tr).toMatch(/^\p{Lu}.*\.$/su);
      expect(text.en).toMatch(/^\p{Lu}.*\.$/su);
      expect(text.tr).not.toBe(text.en);
    }
  });
});
