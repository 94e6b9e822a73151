import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { diskCalls } from '../shared/file-calls.ts';

/** What writing evidence asks of the file system, step by step; each call is done or throws. */
export interface FileOperations {
  /** Makes a folder and those above it, where they are missing. */
  makeFolder(folder: string): void;
  /** Writes a draft, over what an interrupted run may have left there, and waits for the disk. */
  writeDraft(draft: string, bytes: Buffer): void;
  /** Gives the draft a second name. @returns false where the name is taken: nothing is ever written over */
  link(draft: string, file: string): boolean;
  /** Gives the draft the name of a file that may be there. */
  rename(draft: string, file: string): void;
  /** Removes a file, or nothing where there is none. */
  remove(file: string): void;
  /** Waits until the names in a folder are on the disk. */
  syncFolder(folder: string): void;
}

/** Evidence is to be handed out; the folder of all logs is for the gateway's user only. */
const MODE = 0o644;

export const diskOperations: FileOperations = {
  ...diskCalls,
  makeFolder: (folder) => {
    mkdirSync(folder, { recursive: true });
  },
  writeDraft: (draft, bytes) => {
    const descriptor = openSync(draft, 'w', MODE);
    try {
      writeFileSync(descriptor, bytes);
      // A failure throws, and the draft never gets its name: after a failed sync, what is read back may not be on the disk.
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  },
  link: (draft, file) => {
    try {
      linkSync(draft, file);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
  },
};

/** Code of a system error, e.g. `ENOSPC`; empty where there is none. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
