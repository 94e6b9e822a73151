import { type Command } from 'commander';
import { describe, expect, test } from '@jest/globals';
import { backupCommands } from '../../src/cli/backup.ts';
import { type CommandContext } from '../../src/cli/command.ts';
import { demoCommand } from '../../src/cli/demo.ts';
import { createProgram } from '../../src/cli/program.ts';
import { filesUnder, textOf } from '../support/repository.ts';

const PAGES = ['README.md', 'protocols/README.md', ...filesUnder('docs', '.md')];
const shell = { language: 'en', out: () => undefined, err: () => undefined };
const context = { shell, version: '1' } as unknown as CommandContext;
const never = (): never => {
  throw new Error('no page runs it here');
};
const program = createProgram(context, [backupCommands(never), demoCommand(never)]);

/** Every command of a page that begins with the name of the program, up to what follows it. */
function commandsOf(page: string): string[] {
  const text = textOf(page);
  const blocks = [...text.matchAll(/^ *```\w*\n(.*?)^ *```/gms)].flatMap(([, block = '']) =>
    block.split('\n'),
  );
  const inline = [...text.replaceAll(/^ *```.*?^ *```/gms, '').matchAll(/`([^`]+)`/g)].map(
    ([, code = '']) => code,
  );
  return [...blocks, ...inline].flatMap((line) => {
    const [, command] = /^\s*(?:npx )?gecit\s+([a-z][^#|>]*)/s.exec(line) ?? [];
    return command === undefined ? [] : [command.trim()];
  });
}

/** What is wrong with a command; undefined where nothing is. */
function faultOf(command: string): string | undefined {
  let found: Command = program;
  let isValue = false;
  for (const word of command.split(/\s+/)) {
    if (isValue) {
      isValue = false;
    } else if (word.startsWith('--')) {
      const known = optionOf(found, word);
      if (known === undefined) return `${word} in "${command}"`;
      isValue = known.required;
    } else {
      const next = found.commands.find((one) => one.name() === word);
      if (next === undefined && found.commands.length > 0 && word !== '…') return `${word} in "${command}"`;
      found = next ?? found;
    }
  }
  return undefined;
}

function optionOf({ options }: Command, word: string): { readonly required: boolean } | undefined {
  return options.find(({ long }) => long === word) ?? (word === '--help' ? { required: false } : undefined);
}

describe('the commands in documents', () => {
  test('exist, with the options that are named', () => {
    const commands = PAGES.flatMap((page) => commandsOf(page).map((command) => ({ page, command })));
    expect(commands.length).toBeGreaterThan(60);
    expect(commands.flatMap(({ page, command }) => faultOf(command)?.concat(` of ${page}`) ?? [])).toEqual(
      [],
    );
  });

  test('are told from those that do not exist', () => {
    expect(faultOf('audit serch --case 1')).toBeDefined();
    expect(faultOf('audit search --cases 1')).toBeDefined();
    expect(faultOf('audit search --case 1')).toBeUndefined();
  });

  test('and the codes beside them are codes of the product', () => {
    const source = filesUnder('src', '.ts').map(textOf).join('\n');
    const guides = PAGES.filter((page) => page.startsWith('docs/') && !page.startsWith('docs/decisions/'));
    const codes = guides.flatMap((page) =>
      [...textOf(page).matchAll(/`([A-Z]{2,}(?:_[A-Z]+)+)`/g)].map(([, code = '']) => code),
    );
    expect(codes.length).toBeGreaterThan(60);
    expect([...new Set(codes)].filter((code) => !source.includes(code))).toEqual([]);
  });
});
