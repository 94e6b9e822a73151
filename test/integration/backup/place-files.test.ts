import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { finishPlacing, placeFiles, type PlacingPlan } from '../../../src/backup/place-files.ts';
import { filesBelow } from '../../../src/backup/snapshot-folder.ts';

const MARK = 'gecit.test/node-1/2026/signed.checkpoint';
const noteOf = (size: number): string =>
  `gecit.test/node-1/2026\n${String(size)}\n${Buffer.alloc(32, size).toString('base64')}\n\n— gecit.test/node-1/2026 KrEMrtq/zZn2vfLkNOdGNUdDuqSn+C8i7xQFcWRYX4mLolBgIi/0ebYcPlYVDdE7lhGknbc5U+p0LeyjOlR00NaOsQM=\n`;

/** What is staged, below the stage; and what stands in the place before. */
const STAGED = {
  'gecit.db': 'restored database',
  'keys/master.key': 'restored key',
  'keys/log.key': 'another one',
  'certs/partner.key': 'restored certificate',
  'evidence/gecit.test/node-1/2026/tile/0/000': 'tile',
  [`evidence/${MARK}`]: noteOf(9),
  'evidence/gecit.test/node-1/2026/checkpoint': 'older pointer',
  'evidence/witnessed/aa.checkpoint': 'what was cosigned',
  'evidence/witnessed/aa.conflict-1': 'a fork',
  'protocols/a.yaml': 'agreement',
};
const BEFORE = {
  'data/gecit.db': 'old database',
  'data/gecit.db-wal': 'old log of writes',
  'data/keys/master.key': 'old key',
  'data/search/index.db': 'old index',
  [`logs/evidence/${MARK}`]: noteOf(4),
  'logs/evidence/gecit.test/node-1/2026/checkpoint': 'newer pointer',
};
const AFTER = {
  'data/gecit.db': 'restored database',
  'data/keys/log.key': 'another one',
  'data/keys/master.key': 'restored key',
  'data/replaced/gecit.db': 'old database',
  'data/replaced/gecit.db-wal': 'old log of writes',
  'data/replaced/keys/master.key': 'old key',
  'data/replaced/search/index.db': 'old index',
  'certs/server.key': 'restored certificate',
  'logs/evidence/gecit.test/node-1/2026/checkpoint': 'newer pointer',
  [`logs/evidence/${MARK}`]: noteOf(9),
  'logs/evidence/gecit.test/node-1/2026/tile/0/000': 'tile',
  'logs/evidence/witnessed/aa.conflict-1': 'a fork',
  'protocols/a.yaml': 'agreement',
};

let root: string;
let plan: PlacingPlan;
const at = (...names: string[]): string => join(root, ...names);
const journal = (): string => at('stage', 'journal.json');

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function found(): Record<string, string> {
  return Object.fromEntries(filesBelow(root).map((name) => [name, readFileSync(at(name), 'utf8')]));
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gecit-place-'));
  write(at('stage'), STAGED);
  write(root, BEFORE);
  const aside = ['gecit.db', 'gecit.db-wal', 'search', 'keys'];
  plan = {
    id: 'a backup',
    aside: aside.map((name) => ({ from: at('data', name), to: at('data', 'replaced', name) })),
    keys: { from: at('stage', 'keys'), to: at('data', 'keys') },
    missing: [{ from: at('stage', 'certs', 'partner.key'), to: at('certs', 'server.key') }],
    evidence: { from: at('stage', 'evidence'), to: at('logs', 'evidence') },
    witnessed: false,
    agreements: { from: at('stage', 'protocols'), to: at('protocols') },
    database: { from: at('stage', 'gecit.db'), to: at('data', 'gecit.db') },
    stage: [at('stage')],
  };
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

test('a staged gateway takes its place, and what stood there is kept', () => {
  const steps: (readonly [number, number])[] = [];
  placeFiles(plan, journal(), (done, total) => steps.push([done, total]));
  expect(found()).toEqual(AFTER);
  expect(steps.at(-1)).toEqual([4, 4]);
  expect(finishPlacing(journal(), () => undefined)).toBeUndefined();
});

test('what was cosigned of other logs comes back only where it is the newest', () => {
  placeFiles({ ...plan, witnessed: true }, journal(), () => undefined);
  expect(found()).toEqual({ ...AFTER, 'logs/evidence/witnessed/aa.checkpoint': 'what was cosigned' });
});

describe('a process that dies while it puts in place', () => {
  /** A file where a folder must be, or a folder where a file must be, ends it there. */
  const obstacles: readonly (readonly [string, string])[] = [
    ['moving the old database away', 'data/replaced'],
    ['the keys', 'data/keys'],
    ['the certificates', 'certs'],
    ['the first file of evidence', 'logs/evidence/gecit.test/node-1/2026/tile'],
    ['what was refused to others', 'logs/evidence/witnessed'],
    ['the agreements', 'protocols'],
  ];

  test.each(obstacles)('at %s leaves no database in place, and the next one ends it', (_, obstacle) => {
    const asideKeys = plan.aside.filter(({ from }) => !from.endsWith('keys'));
    // Keys that nobody moved away are met by those that are restored.
    if (obstacle === 'data/keys') {
      rmSync(at('data', 'keys'), { recursive: true });
      plan = { ...plan, aside: asideKeys };
    }
    write(root, { [obstacle]: 'in the way' });
    expect(() => {
      placeFiles(plan, journal(), () => undefined);
    }).toThrow(expect.objectContaining({ name: 'RESTORE_NOT_WRITTEN' }));
    const isOld = obstacle === 'data/replaced';
    expect(existsSync(at('data', 'gecit.db'))).toBe(isOld);
    rmSync(at(obstacle));
    expect(finishPlacing(journal(), () => undefined)).toBe('a backup');
    const kept = obstacle === 'data/keys' ? withoutOldKeys(AFTER) : AFTER;
    expect(found()).toEqual(kept);
  });

  test('at each file of evidence, again and again, ends in the same', () => {
    for (let died = 1; died <= 4; died += 1) {
      const dies = (done: number): void => {
        if (done === died) throw new Error('died');
      };
      expect(() => {
        if (died === 1) placeFiles(plan, journal(), dies);
        else finishPlacing(journal(), dies);
      }).toThrow('died');
      expect(existsSync(at('data', 'gecit.db'))).toBe(false);
    }
    expect(finishPlacing(journal(), () => undefined)).toBe('a backup');
    expect(found()).toEqual(AFTER);
  });

  test('after the database was put in place only tidies up', () => {
    const text = JSON.stringify(plan);
    placeFiles(plan, journal(), () => undefined);
    write(at('stage'), { 'journal.json': text });
    expect(finishPlacing(journal(), () => undefined)).toBe('a backup');
    expect(found()).toEqual(AFTER);
  });
});

function withoutOldKeys({ ...files }: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([name]) => !name.startsWith('data/replaced/keys')));
}
