import { writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { loadAgreements } from '../../../src/agreement/load-agreements.ts';
import { FaultsError } from '../../../src/shared/fault.ts';
import { agreementYaml, anActivation, anAgreement } from '../../support/agreement-builder.ts';
import { CommandLine } from '../../support/command-line.ts';
import { NOON } from '../../support/people-builder.ts';

describe('gecit agreement check', () => {
  test('says that valid files are valid, with their hash', async () => {
    using cli = new CommandLine();
    writeFileSync(cli.path('protocols/a.yaml'), agreementYaml());
    const said = await cli.say('agreement', 'check');
    expect(said.code).toBe(0);
    expect(said.out).toMatch(/a\.yaml: valid – alpha-beta-2024 v1 sha256:[0-9a-f]{64}$/);
  });

  test('names every finding with file, line, key and rule', async () => {
    using cli = new CommandLine();
    const file = cli.path('bad.yaml');
    writeFileSync(
      file,
      agreementYaml((draft) => Object.assign(draft, { surprise: 1, year: 'x' })),
    );
    const said = await cli.say('agreement', 'check', file);
    expect(said.code).toBe(1);
    expect(said.out).toMatch(/bad\.yaml:\d+ surprise: this key is not known\. .* \[AGREEMENT_KEY_UNKNOWN\]/);
    expect(said.out).toMatch(/bad\.yaml:\d+ year: .* \[AGREEMENT_/);
    const json = JSON.parse((await cli.say('agreement', 'check', file, '--json')).out) as {
      faults: unknown[];
    }[];
    expect(json[0]?.faults).toHaveLength(2);
  });

  test('refuses what a start refuses: text that is no UTF-8, another ending, a version given twice, no file', async () => {
    using cli = new CommandLine();
    expect(await cli.say('agreement', 'check')).toMatchObject({
      code: 2,
      err: expect.stringContaining('the folder holds no agreement file'),
    });
    writeFileSync(cli.path('protocols/a.yaml'), agreementYaml());
    writeFileSync(cli.path('protocols/b.yaml'), agreementYaml());
    writeFileSync(cli.path('protocols/c.yml'), agreementYaml());
    writeFileSync(cli.path('protocols/d.yaml'), Buffer.from(agreementYaml(), 'utf16le'));
    const { code, out } = await cli.say('agreement', 'check');
    expect(code).toBe(1);
    expect(out.split('\n').map((line) => /\/(.\.ya?ml).*?(\[.*\]|valid –)/.exec(line)?.slice(1))).toEqual([
      ['a.yaml', 'valid –'],
      ['b.yaml', '[AGREEMENT_VERSION_DUPLICATE]'],
      ['c.yml', '[AGREEMENT_FILE_NAME]'],
      ['d.yaml', '[AGREEMENT_FILE_UNREADABLE]'],
    ]);
    expect(() => loadAgreements(cli.path('protocols'))).toThrow(FaultsError);
  });

  test('names a file that is not there', async () => {
    using cli = new CommandLine();
    const said = await cli.say('agreement', 'check', cli.path('none.yaml'));
    expect(said).toMatchObject({ code: 1, out: expect.stringContaining('AGREEMENT_FILE_UNREADABLE') });
  });
});

describe('gecit agreement list and show', () => {
  test('tell whether an agreement is in force, and its term', async () => {
    using cli = new CommandLine();
    expect((await cli.say('agreement', 'list')).out).toBe(
      [
        'agreement        version  state     term                     title',
        'alpha-beta-2024  v1       in force  2025-03-16 … 2026-03-15  Data sharing (en)',
      ].join('\n'),
    );
    const { out } = await cli.say('agreement', 'show', 'alpha-beta-2024');
    expect(out).toContain('2025-03-16 … 2026-03-15, renews by itself unless notice is given');
    expect(out).toContain('last day for notice: 2026-02-15');
    expect(out).toMatch(/→ tckn +tckn +Identity number/);
    expect(out).toMatch(/← workers +integer \(may be null\)/);
    expect(out).toMatch(/official +100/);
  });

  test('tell why one is not in force', async () => {
    using cli = new CommandLine();
    cli.language = 'tr';
    const activation = anActivation(anAgreement(), { suspendedAt: NOON - 1 });
    cli.database.change({ kind: 'set-activation', activation });
    expect((await cli.say('agreement', 'list')).out).toContain('askıda');
    const { out } = await cli.say('agreement', 'show', 'alpha-beta-2024', '--json');
    expect(JSON.parse(out)).toMatchObject({
      id: 'alpha-beta-2024',
      state: { inForce: false, words: { en: 'suspended' } },
    });
  });

  test('say no for an unknown agreement', async () => {
    using cli = new CommandLine();
    expect((await cli.say('agreement', 'show', 'none')).code).toBe(1);
  });
});
