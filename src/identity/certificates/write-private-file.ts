import { OWNER_ONLY, writeNewFile } from '../../shared/new-file.ts';

const PUBLIC = 0o644;

/**
 * Writes a new file that only its owner may read and waits until it is on disk.
 * @throws NodeJS.ErrnoException EEXIST when the file exists: a key is never overwritten
 */
export async function writePrivateFile(file: string, content: string | Buffer): Promise<void> {
  return written(file, content, OWNER_ONLY);
}

/** Writes a new file that everybody may read, e.g. a certificate, and waits until it is on disk. */
export async function writePublicFile(file: string, content: string | Buffer): Promise<void> {
  return written(file, content, PUBLIC);
}

async function written(file: string, content: string | Buffer, mode: number): Promise<void> {
  return new Promise((resolve) => {
    writeNewFile(file, content, mode);
    resolve();
  });
}
