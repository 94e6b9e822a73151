import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EvidenceFiles } from '../../../src/evidence/evidence-files.ts';
import { diskOperations, type FileOperations } from '../../../src/evidence/file-operations.ts';
import { readEvidenceFile } from '../../../src/evidence/read-evidence-file.ts';
import { holdSealing } from '../../../src/evidence/seal-lock.ts';

const ORIGIN = 'gecit.test/node-1/2026';
let place = '';
let base = '';

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'gecit-files-'));
  base = join(place, 'logs', 'evidence');
});
afterEach(() => {
  rmSync(place, { recursive: true, force: true });
});

const file = (path: string): string => join(base, ORIGIN, path);

/** The disk, with some operations replaced; says in which order they were asked for. */
function operations(change: Partial<FileOperations> = {}): FileOperations & { readonly asked: string[] } {
  const asked: string[] = [];
  const all = { ...diskOperations, ...change };
  const told = (name: keyof FileOperations) =>
    ((...args: readonly [string, string & Buffer]) => {
      asked.push(`${name} ${args[0].slice(place.length + 1)}`);
      return all[name](...args);
    }) as never;
  return {
    asked,
    makeFolder: told('makeFolder'),
    writeDraft: told('writeDraft'),
    link: told('link'),
    rename: told('rename'),
    remove: told('remove'),
    syncFolder: told('syncFolder'),
  };
}

describe('a file of evidence', () => {
  test('is written as a draft, gets its name without replacing, and its folders are synced up to the known one', () => {
    const disk = operations();
    const files = new EvidenceFiles(base, ORIGIN, disk);
    files.create('tile/0/000', Buffer.from('hashes'));
    files.settle();
    const folder = `logs/evidence/${ORIGIN}/tile/0`;
    expect(disk.asked.slice(0, 4)).toEqual([
      `makeFolder ${folder}`,
      `writeDraft ${folder}/000.new`,
      `link ${folder}/000.new`,
      `remove ${folder}/000.new`,
    ]);
    const above = ['/tile/0', '/tile', ''].map((path) => `syncFolder logs/evidence/${ORIGIN}${path}`);
    expect(disk.asked.slice(4)).toEqual([
      ...above,
      'syncFolder logs/evidence/gecit.test/node-1',
      'syncFolder logs/evidence/gecit.test',
      'syncFolder logs/evidence',
      'syncFolder logs',
    ]);
    expect(files.read('tile/0/000', 100)?.toString()).toBe('hashes');
    expect(files.created).toBe(1);
  });

  test('that is there already is as good, and its folder is synced again', () => {
    new EvidenceFiles(base, ORIGIN).create('keys.vkey', Buffer.from('key'));
    const disk = operations();
    const files = new EvidenceFiles(base, ORIGIN, disk);
    files.create('keys.vkey', Buffer.from('key'));
    files.settle();
    expect(files.created).toBe(0);
    expect(disk.asked.filter((one) => one.startsWith('writeDraft'))).toEqual([]);
    expect(disk.asked).toContain(`syncFolder logs/evidence/${ORIGIN}`);
  });

  test.each(['shorter', 'the same size, other bytes', 'much longer than what is to be written'])(
    'that is there and differs is never overwritten: %s',
    (content) => {
      mkdirSync(file('.'), { recursive: true });
      writeFileSync(file('tile'), content);
      const files = new EvidenceFiles(base, ORIGIN);
      const bytes = Buffer.from('the same size, more bytes ');
      expect(() => {
        files.create('tile', bytes);
      }).toThrow(expect.objectContaining({ code: 'EVIDENCE_FILE_DIFFERS' }));
      expect(files.read('tile', 100)?.toString()).toBe(content);
    },
  );

  test('that appears while it is written is compared, not replaced', () => {
    const rival = (content: string): FileOperations =>
      operations({
        link: (_draft, name) => {
          writeFileSync(name, content);
          return false;
        },
      });
    new EvidenceFiles(base, ORIGIN, rival('same')).create('one', Buffer.from('same'));
    const files = new EvidenceFiles(base, ORIGIN, rival('other'));
    expect(() => {
      files.create('two', Buffer.from('same'));
    }).toThrow(expect.objectContaining({ code: 'EVIDENCE_FILE_DIFFERS' }));
  });

  test('whose bytes or whose name did not reach the disk counts as not written', () => {
    const fail = (): never => {
      throw Object.assign(new Error('EIO'), { code: 'EIO' });
    };
    const failed = expect.objectContaining({ code: 'EVIDENCE_NOT_WRITABLE' });
    const noDraft = new EvidenceFiles(base, ORIGIN, operations({ writeDraft: fail }));
    expect(() => {
      noDraft.create('one', Buffer.from('x'));
    }).toThrow(failed);
    expect(existsSync(file('one'))).toBe(false);
    const noSync = new EvidenceFiles(base, ORIGIN, operations({ syncFolder: fail }));
    noSync.create('two', Buffer.from('x'));
    // What did not reach the disk is not forgotten.
    for (let attempt = 0; attempt < 2; attempt += 1)
      expect(() => {
        noSync.settle();
      }).toThrow(failed);
  });

  test('of those that change is replaced whole, and removed', () => {
    const files = new EvidenceFiles(base, ORIGIN);
    files.replace('checkpoint', Buffer.from('one'));
    files.replace('checkpoint', Buffer.from('two'));
    expect(files.read('checkpoint', 10)?.toString()).toBe('two');
    files.remove('checkpoint');
    files.settle();
    expect(files.list('.')).toEqual([]);
  });

  test('is read within its bound, and only where it is a regular file that may be read', () => {
    mkdirSync(file('folder'), { recursive: true });
    writeFileSync(file('large'), Buffer.alloc(11));
    expect(readEvidenceFile(file('none'), 10)).toBeUndefined();
    expect(readEvidenceFile(file('large'), 11)).toHaveLength(11);
    for (const path of ['large', 'folder'])
      expect(() => readEvidenceFile(file(path), 10)).toThrow(
        expect.objectContaining({ code: 'EVIDENCE_FILE_INVALID' }),
      );
    symlinkSync('loop', file('loop'));
    expect(() => readEvidenceFile(file('loop'), 10)).toThrow(
      expect.objectContaining({ code: 'EVIDENCE_NOT_READABLE' }),
    );
  });

  test('never lies outside the folder of its log', () => {
    for (const origin of ['../up', 'a/../../b', '', 'a//b', '/a', 'a\\b'])
      expect(() => new EvidenceFiles(base, origin)).toThrow(RangeError);
  });
});

describe('the right to seal', () => {
  const held = expect.objectContaining({ code: 'SEAL_IN_PROGRESS' });
  const lockOf = (pid: number): string => join(base, `_sealing-${String(pid)}.lock`);
  /** Above what systems give out. */
  const DEAD = 2 ** 31 - 2;

  test('is held by one process at a time, and given back', () => {
    const release = holdSealing(base);
    expect(() => holdSealing(base)).toThrow(held);
    release();
    holdSealing(base)();
    expect(readdirSync(base)).toEqual([]);
  });

  test('is taken over from a process that died, also in the middle of writing its name', () => {
    mkdirSync(base, { recursive: true });
    writeFileSync(lockOf(DEAD), JSON.stringify({ host: hostname(), pid: DEAD, started: null }));
    writeFileSync(lockOf(DEAD - 1), '');
    holdSealing(base)();
    expect(readdirSync(base)).toEqual([]);
  });

  test('stays with a process of another machine, of which nothing can be known', () => {
    mkdirSync(base, { recursive: true });
    writeFileSync(lockOf(DEAD), JSON.stringify({ host: 'elsewhere', pid: DEAD, started: null }));
    expect(() => holdSealing(base)).toThrow(held);
    expect(readdirSync(base)).toEqual([`_sealing-${String(DEAD)}.lock`]);
  });

  test('is not given where the folder cannot be made', () => {
    writeFileSync(join(place, 'logs'), 'a file');
    expect(() => holdSealing(base)).toThrow(expect.objectContaining({ code: 'EVIDENCE_NOT_WRITABLE' }));
  });
});
