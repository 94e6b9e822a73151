import { existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { syncFolder } from '../shared/new-file.ts';
import { type ArchiveKind } from './archive-format.ts';
import { BackupError, causeText } from './backup-error.ts';

/**
 * The file that an archive gets: the one that is named, or one of its own in the folder that is named.
 * @param at epoch milliseconds; stands in the name
 * @throws BackupError BACKUP_EXISTS; BACKUP_NOT_WRITTEN where its folder is not there
 */
export function archiveFile(to: string, kind: ArchiveKind, node: string, at: number): string {
  const target = resolve(to);
  const isFolder = to.endsWith(sep) || to.endsWith('/') || isDirectory(target);
  const file = isFolder ? join(target, nameOf(kind, node, at)) : target;
  if (!isDirectory(dirname(file)))
    throw new BackupError('BACKUP_NOT_WRITTEN', { place: dirname(file), detail: 'ENOENT' });
  if (existsSync(file)) throw new BackupError('BACKUP_EXISTS', { place: file });
  return file;
}

/** Where an archive is written before it is whole. */
export function draftOf(file: string): string {
  return `${file}.${randomBytes(6).toString('hex')}.new`;
}

/**
 * Gives a whole archive its name, after reading it back; on the disk when this resolves.
 * @param sha256 of what was written
 * @throws BackupError BACKUP_EXISTS, BACKUP_NOT_WRITTEN
 */
export async function publishArchive(draft: string, file: string, sha256: string): Promise<void> {
  try {
    if ((await hashOf(draft)) !== sha256) throw new Error('read back differently');
    giveName(draft, file);
    rmSync(draft, { force: true });
    syncFolder(dirname(file));
  } catch (error) {
    if (causeText(error) === 'EEXIST') throw new BackupError('BACKUP_EXISTS', { place: file }, error);
    throw new BackupError('BACKUP_NOT_WRITTEN', { place: file, detail: causeText(error) }, error);
  }
}

/** A link never replaces what has the name already; file systems without links are asked first. */
function giveName(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    if (causeText(error) === 'EEXIST') throw error;
    if (existsSync(file)) throw Object.assign(new Error('exists'), { code: 'EEXIST' });
    renameSync(draft, file);
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

/** e.g. `gecit.demo_node-1_data_20261130T101500Z.tar.age` */
function nameOf(kind: ArchiveKind, node: string, at: number): string {
  const time = new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${node.replaceAll('/', '_')}_${kind}_${time}.tar.age`;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
