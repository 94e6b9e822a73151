import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { build, isBuilt } from '../../../scripts/ready/build.mjs';
import { install, isInstalled, markInstalled } from '../../../scripts/ready/install.mjs';
import { linkCommand } from '../../../scripts/ready/link.mjs';
import { missingSentence } from '../../../scripts/ready/native.mjs';
import { checkNodeVersion } from '../../../scripts/ready/node-version.mjs';
import { SmallProject } from '../../support/small-project.ts';

const silent = (): void => undefined;

describe('what npm installed', () => {
  test('is taken as it is when it fits the lockfile, though packages of other machines are absent', () => {
    using project = new SmallProject();
    expect(isInstalled(project.root)).toBe(false);
    const said: string[] = [];
    install(project.root, (text) => said.push(text));
    markInstalled(project.root);
    expect(said).toEqual([]);
    expect(isInstalled(project.root)).toBe(true);
  });

  test('is asked for again once the lockfile changes or the folder is gone', () => {
    using project = new SmallProject();
    markInstalled(project.root);
    const lock = readFileSync(project.path('package-lock.json'), 'utf8');
    project.write('package-lock.json', lock.replaceAll('1.0.0', '1.0.1'));
    expect(isInstalled(project.root)).toBe(false);
    project.write('package-lock.json', lock);
    expect(isInstalled(project.root)).toBe(true);
    project.remove('node_modules');
    expect(isInstalled(project.root)).toBe(false);
  });
});

describe('the build', () => {
  test('runs once and then only when a source or a setting changes, also to an older file', () => {
    using project = new SmallProject();
    const said: string[] = [];
    const say = (text: string): void => void said.push(text);
    expect(isBuilt(project.root)).toBe(false);
    build(project.root, say);
    expect(isBuilt(project.root)).toBe(true);
    project.write('src/more.ts', '');
    expect(isBuilt(project.root)).toBe(false);
    build(project.root, say);
    project.remove('src/more.ts');
    expect(isBuilt(project.root)).toBe(false);
    project.write('src/more.ts', '');
    expect(isBuilt(project.root)).toBe(true);
    project.write('package.json', '{ }');
    expect(isBuilt(project.root)).toBe(false);
    expect(said).toEqual(['building …', 'building …']);
    expect(existsSync(project.path('dist/more.js'))).toBe(true);
  });

  test('leaves nothing behind of a source that is gone', () => {
    using project = new SmallProject();
    project.write('src/more.ts', '');
    build(project.root, silent);
    project.remove('src/more.ts');
    build(project.root, silent);
    expect(existsSync(project.path('dist/main.js'))).toBe(true);
    expect(existsSync(project.path('dist/more.js'))).toBe(false);
  });

  test('does not count as done when the compiler failed', () => {
    using project = new SmallProject();
    project.write('src/broken.ts', 'const');
    expect(() => {
      build(project.root, silent);
    }).toThrow('the build failed');
    expect(isBuilt(project.root)).toBe(false);
  });

  test('is not asked for where no sources were delivered', () => {
    using project = new SmallProject();
    project.remove('src');
    expect(isBuilt(project.root)).toBe(true);
  });
});

describe('the command', () => {
  test('is put where npx looks first, and put once', () => {
    using project = new SmallProject();
    linkCommand(project.root);
    linkCommand(project.root);
    expect(lstatSync(project.path('node_modules/.bin/gecit')).isSymbolicLink()).toBe(true);
  });
});

describe('what is missing', () => {
  test.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('is not Node.js %s', (version) => {
    expect(() => {
      checkNodeVersion(version);
    }).not.toThrow();
  });

  test.each(['18.20.0', '20.18.3'])('is a newer Node.js than %s, said in one sentence', (version) => {
    expect(() => {
      checkNodeVersion(version);
    }).toThrow(`Node.js ${version} is too old; install Node.js 20.19 or newer`);
  });

  test('is named tool by tool when the database cannot be built', () => {
    expect(missingSentence(['a C++ compiler', 'python3'])).toBe(
      'better-sqlite3 could not be built because this machine lacks a C++ compiler, python3; install it and run this command again.',
    );
    expect(missingSentence([])).toContain('needs a C++ compiler, make, python3');
  });
});
