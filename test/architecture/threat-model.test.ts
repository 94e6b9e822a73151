import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EVIDENCE, type EvidenceNode, newYearNode } from '../support/evidence-node.ts';
import { ROOT, textOf } from '../support/repository.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';

const page = textOf('docs/threat-model.md');

/** What the first column of a table under a heading names in code letters. */
function namedUnder(heading: string): string[] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const cells = [...section.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = '']) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

/** Whether the page names a file: `<…>` stands for one name, a folder for everything in it. */
function isNamed(path: string): boolean {
  return namedUnder('Every file and key').some((name) => {
    const form = name
      .split(/<[^>]+>/)
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^/]+');
    return new RegExp(`^${form}${name.endsWith('/') ? '' : '$'}`).test(path);
  });
}

/** Files below a folder, as the page would call them: under the name that the folder has by default. */
function filesBelow(folder: string, called: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(called, relative(folder, join(entry.parentPath, entry.name))).replaceAll(sep, '/'));
}

let gateway: TestGateway;
let node: EvidenceNode;

beforeAll(async () => {
  gateway = await startGateway({ realm: 'demo' });
  await gateway.official().query();
  node = await newYearNode();
}, 120_000);
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await node[Symbol.asyncDispose]();
});

describe('docs/threat-model.md', () => {
  test('names every table of the database, and no other', () => {
    const database = new Sqlite(join(gateway.settings.folders.data, 'gecit.db'), { readonly: true });
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
    database.close();
    expect(tables).toContain('audit_leaf');
    expect(namedUnder('Every table').sort()).toEqual(tables.sort());
  });

  test('names every file that a gateway makes', () => {
    const { data, certs, logs } = gateway.settings.folders;
    const made = [
      ...filesBelow(data, 'data'),
      ...filesBelow(certs, 'certs'),
      ...(existsSync(logs) ? filesBelow(logs, 'logs') : []),
    ];
    expect(made).toContain('data/keys/master.key');
    expect(made.filter((file) => !isNamed(file))).toEqual([]);
  });

  test('names every file of sealed evidence, and of the keys behind it', () => {
    const sealed = filesBelow(node.folder, EVIDENCE);
    const keys = filesBelow(join(node.place, 'keys'), 'data/keys');
    expect(sealed.filter((file) => file.includes('/stamps/')).length).toBeGreaterThan(0);
    expect(keys.filter((file) => file.endsWith('.destroyed')).length).toBeGreaterThan(0);
    expect([...sealed, ...keys].filter((file) => !isNamed(file))).toEqual([]);
  });

  test('names tests that exist', () => {
    const named = [...page.matchAll(/`((?:unit|property|integration|scenario|architecture)\/[^`]+)`/g)];
    const files = named.map(([, path = '']) => `test/${path.replace(/\.test\.ts$/, '')}.test.ts`);
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});
