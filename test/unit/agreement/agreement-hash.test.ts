import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { agreementHash } from '../../../src/agreement/agreement-hash.ts';
import { readAgreement } from '../../../src/agreement/read-agreement.ts';
import { agreementYaml } from '../../support/agreement-builder.ts';

function hashOf(text: string): string | undefined {
  return readAgreement('a.yaml', text).agreement?.hash;
}

describe('the hash of an agreement', () => {
  test('is SHA-256 over canonical JSON', () => {
    const expected = createHash('sha256').update('{"a":[1,"ş"],"b":null}').digest('hex');
    expect(agreementHash({ b: null, a: [1, 'ş'] })).toBe(`sha256:${expected}`);
  });

  test('does not change with comments, blank lines, quotes or style', () => {
    const text = readFileSync('protocols/tr-iskur-cgm-2024.yaml', 'utf8');
    const bare = text
      .split('\n')
      .map((line) => line.replace(/(^|\s)# .*$/, ''))
      .join('\n\n')
      .replace('language: tr', 'language: "tr"')
      .replace('official: 100', 'official: 0x64');
    expect(bare).not.toBe(text);
    expect(hashOf(bare)).toBe(hashOf(text));
    expect(hashOf(text)).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test('changes with any value', () => {
    const lower = agreementYaml((draft) => (draft.quotas['official'] = 99));
    expect(hashOf(lower)).toBeDefined();
    expect(hashOf(lower)).not.toBe(hashOf(agreementYaml()));
  });

  test('changes with the order of a list, which is the order of the fields', () => {
    const turned = agreementYaml((draft) => draft.operations[0]?.output.reverse());
    expect(hashOf(turned)).toBeDefined();
    expect(hashOf(turned)).not.toBe(hashOf(agreementYaml()));
  });
});
