import { type Command } from 'commander';
import { describe, expect, test } from '@jest/globals';
import { type CommandContext } from '../../../src/cli/command.ts';
import { createProgram } from '../../../src/cli/program.ts';
import { FaultsError } from '../../../src/shared/fault.ts';
import { CommandLine } from '../../support/command-line.ts';

const FAULT = {
  code: 'SETTING_VALUE_INVALID',
  file: 'config/gecit.yaml',
  line: 3,
  key: 'partner.port',
  message: { tr: 'sayı en çok 65535 olmalı', en: 'the number must be at most 65535' },
  remedy: { tr: 'Düzeltin.', en: 'Correct it.' },
};
const VARIABLE = { ...FAULT, file: 'environment', line: 0, key: 'GECIT_NODE' };

function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}

function pathOf(command: Command): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}

describe('the program', () => {
  test.each(['tr', 'en'] as const)(
    'explains every command in %s, with an example where one does something',
    async (language) => {
      using cli = new CommandLine();
      cli.language = language;
      const shell = { language, out: () => undefined, err: () => undefined };
      const all = commandsOf(createProgram({ shell, version: '1' } as unknown as CommandContext));
      expect(all.length).toBeGreaterThan(20);
      for (const command of all) {
        const path = pathOf(command);
        const { code, out } = await cli.say(...path, '--help');
        expect(code).toBe(0);
        expect(out.replace(/\s+/g, ' ')).toContain(command.description());
        if (command.commands.length === 0) expect(out).toContain(`npx gecit ${path.join(' ')}`);
      }
    },
  );

  test('tells its version', async () => {
    using cli = new CommandLine();
    expect(await cli.say('--version')).toEqual({ code: 0, out: '1.2.3', err: '' });
  });

  test.each([
    [['queery'], "unknown command 'queery'"],
    [['audit', 'verfy'], "unknown command 'verfy'"],
    [['serve', '--prot', '1'], "unknown option '--prot'"],
    [['audit', 'show'], "missing required argument 'queryId'"],
    [['agency', 'add', 'x'], "required option '--name <name>' not specified"],
    [['doctor', 'now'], 'too many arguments'],
  ])('refuses %j with one sentence and exit code 2', async (args, sentence) => {
    using cli = new CommandLine();
    const said = await cli.say(...args);
    expect(said).toMatchObject({ code: 2, out: '' });
    expect(said.err).toContain(sentence);
    expect(said.err.split('\n').length).toBeLessThanOrEqual(2);
  });

  test('refuses in Turkish as well', async () => {
    using cli = new CommandLine();
    cli.language = 'tr';
    expect((await cli.say('serve', '--prot')).err).toBe(
      'gecit: Bilinmeyen seçenek: --prot. Yardım için npx gecit --help yazın.',
    );
  });

  test('shows its help and exits with 2 when no command is given', async () => {
    using cli = new CommandLine();
    const said = await cli.say();
    expect(said.code).toBe(2);
    expect(said.err).toContain('Usage: gecit');
  });

  test('lists every fault of the settings, one a line, in the language of the person', async () => {
    using cli = new CommandLine();
    cli.place = () => {
      throw new FaultsError([FAULT, VARIABLE]);
    };
    expect(await cli.say('serve')).toEqual({
      code: 2,
      out: '',
      err: [
        'config/gecit.yaml:3 partner.port: the number must be at most 65535. Correct it. [SETTING_VALUE_INVALID]',
        'environment GECIT_NODE: the number must be at most 65535. Correct it. [SETTING_VALUE_INVALID]',
      ].join('\n'),
    });
    cli.language = 'tr';
    expect((await cli.say('serve')).err).toContain(
      'sayı en çok 65535 olmalı. Düzeltin. [SETTING_VALUE_INVALID]',
    );
    expect(JSON.parse((await cli.say('serve', '--json')).err)).toMatchObject({ faults: [FAULT, VARIABLE] });
  });

  test('hides the inside of an unexpected error unless it is asked for', async () => {
    using cli = new CommandLine();
    cli.administration.operators = async () =>
      Promise.reject(new Error('inside', { cause: new Error('deeper') }));
    const said = await cli.say('operator', 'list');
    expect(said.code).toBe(1);
    expect(said.err).toBe(
      'gecit: An unexpected error occurred. Run the command again with --debug for details.',
    );
    expect((await cli.say('operator', 'list', '--debug')).err).toMatch(/Error: inside[\s\S]*Error: deeper/);
  });
});
