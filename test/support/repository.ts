import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of package.json. */
export const ROOT: string = folderOfPackage(import.meta.dirname);

const MADE = new Set(['node_modules', 'dist', 'data', 'coverage', 'out', '.git']);

export function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Paths below a folder, relative to the root, sorted. */
export function filesUnder(folder: string, ending = ''): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .sort();
}

/** Every file that is, or would be, committed: git's list, or all but what the product makes where there is no git. */
export function sourceFiles(): string[] {
  if (existsSync(join(ROOT, '.git'))) {
    const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: ROOT,
    });
    return list.toString('utf8').split('\0').filter((file) => file !== '' && existsSync(join(ROOT, file))); // prettier-ignore
  }
  return readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) => {
    if (MADE.has(entry.name) || entry.name === 'logs') return [];
    return entry.isDirectory() ? filesUnder(entry.name) : [entry.name];
  });
}

/** Also where campaigns run what was compiled elsewhere. */
function folderOfPackage(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : folderOfPackage(dirname(folder));
}
