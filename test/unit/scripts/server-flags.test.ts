import { describe, expect, test } from '@jest/globals';
import { SERVER_FLAGS } from '../../../scripts/server-flags.mjs';
import { textOf } from '../../support/repository.ts';

describe('the flags of a process that serves', () => {
  test('are those of npm start, of the command and of every measurement', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    expect(scripts['start']).toBe(['node', ...SERVER_FLAGS, 'scripts/start.mjs'].join(' '));
    const [firstLine] = textOf('scripts/gecit.mjs').split('\n');
    expect(firstLine).toBe(['#!/usr/bin/env -S node', ...SERVER_FLAGS].join(' '));
  });
});
