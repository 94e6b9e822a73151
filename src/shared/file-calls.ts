import {
  closeSync,
  constants,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';

/** What making a file durable asks of the file system, step by step; each call is done or throws. */
export interface FileCalls {
  /** Writes a file that must not be there, and waits for the disk. */
  write(file: string, content: string | Buffer, mode: number): void;
  /** Gives a file a second name; throws EEXIST where it is taken. */
  link(file: string, name: string): void;
  /** Gives a file another name, which may be taken. */
  rename(file: string, name: string): void;
  /** Removes a file, or nothing where there is none. */
  remove(file: string): void;
  /** Waits until the names in a folder are on the disk. */
  syncFolder(folder: string): void;
}

/** The calls as the operating system has them. */
export const diskCalls: FileCalls = {
  write: (file, content, mode) => {
    const descriptor = openSync(file, 'wx', mode);
    try {
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  },
  link: linkSync,
  rename: renameSync,
  remove: (file) => {
    rmSync(file, { force: true });
  },
  syncFolder: (folder) => {
    if (process.platform === 'win32') return;
    const descriptor = openSync(folder, constants.O_RDONLY);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  },
};
