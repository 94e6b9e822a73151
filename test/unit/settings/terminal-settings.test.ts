import { describe, expect, test } from '@jest/globals';
import { readTerminalSettings } from '../../../src/settings/terminal-settings.ts';

describe('readTerminalSettings', () => {
  test.each([
    [{ LANG: 'tr_TR.UTF-8' }, 'tr'],
    [{ LANG: 'en_GB.UTF-8' }, 'en'],
    [{ LANG: 'C' }, 'en'],
    [{}, 'en'],
    [{ LC_ALL: 'en_US.UTF-8', LANG: 'tr_TR.UTF-8' }, 'en'],
    [{ LC_ALL: '', LC_MESSAGES: 'tr', LANG: 'en' }, 'tr'],
    [{ LANG: 'true' }, 'en'],
  ])('takes the language of %j as %s', (environment, language) => {
    expect(readTerminalSettings(environment).language).toBe(language);
  });

  test('uses no colour where the person asked for none', () => {
    expect(readTerminalSettings({ NO_COLOR: '1' }).colour).toBe(false);
    expect(readTerminalSettings({ TERM: 'dumb' }).colour).toBe(false);
    expect(readTerminalSettings({ TERM: 'xterm', NO_COLOR: '' }).colour).toBe(true);
  });
});
