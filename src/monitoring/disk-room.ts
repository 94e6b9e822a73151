import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InTime } from './checks/in-time.ts';

/** Room that is left where a folder stands, for users without privileges. */
export interface Room {
  /** As the operator knows the folder: `data`, `logs`, `evidence`. */
  readonly folder: string;
  readonly bytes: number;
  /** Null on file systems that do not count them. */
  readonly inodes: number | null;
}

/** What the operating system says of a file system (statfs): blocks of `bsize` bytes, inodes. */
export interface FileSystemFigures {
  readonly bavail: number;
  readonly bsize: number;
  readonly files: number;
  readonly ffree: number;
}

const MILLISECONDS = 1_000;

/** Looks at the room of the folders that the gateway writes to. */
export class DiskRoom {
  readonly #looks: readonly {
    readonly folder: string;
    readonly look: InTime<FileSystemFigures | undefined>;
  }[];

  /** @param folders absolute paths by name; one that is not there yet stands where the nearest folder above it stands */
  constructor(
    folders: Readonly<Record<string, string>>,
    ask: (folder: string) => Promise<FileSystemFigures> = async (folder) => statfs(folder),
  ) {
    this.#looks = Object.entries(folders).map(([folder, path]) => ({
      folder,
      look: new InTime(async () => figuresAt(path, ask), MILLISECONDS),
    }));
  }

  /** Null in place of the room of a folder that cannot be looked at in time. */
  async look(): Promise<readonly (Room | { readonly folder: string; readonly bytes: null })[]> {
    return Promise.all(
      this.#looks.map(async ({ folder, look }) => {
        const figures = await look.now();
        if (figures === undefined) return { folder, bytes: null };
        const { bavail, bsize, files, ffree } = figures;
        return { folder, bytes: bavail * bsize, inodes: files === 0 ? null : ffree };
      }),
    );
  }
}

async function figuresAt(
  path: string,
  ask: (folder: string) => Promise<FileSystemFigures>,
): Promise<FileSystemFigures | undefined> {
  try {
    return await ask(path);
  } catch (error) {
    const above = dirname(path);
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT' && above !== path;
    return absent ? figuresAt(above, ask) : undefined;
  }
}
