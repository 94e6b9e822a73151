import { describe, expect, test } from '@jest/globals';
import { errorsPage } from '../../scripts/errors-doc.mjs';
import { VARIABLES } from '../../src/settings/environment.ts';
import { PROBLEM_MESSAGES } from '../../src/shared/problem-messages.ts';
import { PROBLEMS } from '../../src/shared/problem.ts';
import { textOf } from '../support/repository.ts';

describe('documents', () => {
  test('docs/errors.md is what the catalogue says; node scripts/errors-doc.mjs writes it', () => {
    expect(textOf('docs/errors.md')).toBe(errorsPage(PROBLEMS, PROBLEM_MESSAGES));
  });

  test('every problem has its two sentences, each a whole one', () => {
    expect(Object.keys(PROBLEM_MESSAGES).sort()).toEqual(Object.keys(PROBLEMS).sort());
    for (const { tr, en } of Object.values(PROBLEM_MESSAGES)) {
      expect(tr).toMatch(/^\p{Lu}.*\.$/su);
      expect(en).toMatch(/^\p{Lu}.*\.$/su);
      expect(tr).not.toBe(en);
    }
  });

  test('config/gecit.yaml names every variable of the environment', () => {
    const text = textOf('config/gecit.yaml');
    expect(Object.keys(VARIABLES).filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });

  test('every key of config/gecit.yaml has a comment before it', () => {
    const lines = textOf('config/gecit.yaml').split('\n');
    const bare = lines.filter((line, place) => {
      const above = lines[place - 1] ?? '';
      const isKey = /^\s*(- )?[a-zA-Z]+:( |$)/.test(line);
      const isSection = /^[a-z]+:$/.test(line) || /^\s+operations:$/.test(line);
      const follows = /^\s*- agreement:/.test(above) || /^\s+operation:/.test(above);
      return isKey && !isSection && !/^\s*#/.test(above) && !follows;
    });
    expect(bare).toEqual([]);
  });
});
