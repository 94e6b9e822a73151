import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadAgreements } from '../../../src/agreement/load-agreements.ts';
import { type Fault, FaultsError } from '../../../src/shared/fault.ts';
import { agreementYaml } from '../../support/agreement-builder.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gecit-agreements-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: string | Buffer): void {
  writeFileSync(join(folder, name), content);
}

function faults(): readonly Fault[] {
  try {
    loadAgreements(folder);
  } catch (thrown) {
    if (thrown instanceof FaultsError) return thrown.faults;
    throw thrown;
  }
  return [];
}

describe('loading a folder of agreements', () => {
  test('gives every agreement by id and every version of it in order', () => {
    write('z.yaml', agreementYaml());
    write(
      'a.yaml',
      agreementYaml((draft) => (draft['version'] = 10)),
    );
    write(
      'b.yaml',
      agreementYaml((draft) => (draft['version'] = 9)),
    );
    write(
      'c.yaml',
      agreementYaml((draft) => (draft['id'] = 'aaa')),
    );
    expect(loadAgreements(folder).map(({ id, version }) => `${id} ${String(version)}`)).toEqual([
      'aaa 1',
      'alpha-beta-2024 1',
      'alpha-beta-2024 9',
      'alpha-beta-2024 10',
    ]);
  });

  test('passes over other files and hidden ones', () => {
    write('a.yaml', agreementYaml());
    write('README.md', '# read me');
    write('.a.yaml', 'id: [');
    expect(loadAgreements(folder)).toHaveLength(1);
  });

  test('refuses a version that two files give, and names both', () => {
    write('a.yaml', agreementYaml());
    write(
      'b.yaml',
      agreementYaml((draft) => (draft['year'] = 2025)),
    );
    expect(faults()).toMatchObject([
      { code: 'AGREEMENT_VERSION_DUPLICATE', file: join(folder, 'b.yaml'), key: 'version' },
    ]);
    expect(faults()[0]?.message.en).toContain(join(folder, 'a.yaml'));
  });

  test('reports the faults of all files at once', () => {
    write(
      'a.yaml',
      agreementYaml((draft) => (draft['year'] = 'soon')),
    );
    write('b.yaml', 'id: [');
    write('c.yml', agreementYaml());
    write('d.yaml', Buffer.from([0x69, 0x64, 0x3a, 0x20, 0xff, 0xfe]));
    expect(faults().map((fault) => `${fault.code} ${fault.file.slice(folder.length + 1)}`)).toEqual([
      'AGREEMENT_VALUE_INVALID a.yaml',
      'YAML_INVALID b.yaml',
      'AGREEMENT_FILE_NAME c.yml',
      'AGREEMENT_FILE_UNREADABLE d.yaml',
    ]);
  });

  test('refuses an empty folder', () => {
    expect(faults()).toMatchObject([{ code: 'AGREEMENT_FOLDER_EMPTY', file: folder, line: 0 }]);
  });

  test('refuses a folder that is not there', () => {
    rmSync(folder, { recursive: true });
    expect(faults()).toMatchObject([{ code: 'AGREEMENT_FOLDER_UNREADABLE', file: folder }]);
  });
});
