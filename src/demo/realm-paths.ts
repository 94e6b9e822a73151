import { isAbsolute, join, relative, resolve, sep } from 'node:path';

/** Where the demo realm stands. All absolute. */
export interface DemoFolders {
  /** Relative paths in `demo.json` stand on it. */
  readonly projectRoot: string;
  readonly data: string;
  readonly certs: string;
}

/** Agencies of the realm: the two parties of the agreement, and one that is a party to nothing. */
export const DEMO_AGENCIES = ['cgm', 'iskur', 'other'] as const;

export type DemoAgencyId = (typeof DEMO_AGENCIES)[number];

export interface RealmPaths {
  readonly certificates: string;
  readonly demoFile: string;
  /** The demo file before the registers know its people. */
  readonly preparedFile: string;
}

export function realmPaths(folders: DemoFolders): RealmPaths {
  return {
    certificates: join(folders.certs, 'demo'),
    demoFile: join(folders.data, 'demo.json'),
    preparedFile: join(folders.data, 'demo.json.prepared'),
  };
}

/** The path as `demo.json` gives it: relative with forward slashes inside the project, absolute elsewhere. */
export function pathInFile(folders: DemoFolders, file: string): string {
  const inside = relative(folders.projectRoot, file);
  return inside.startsWith('..') || isAbsolute(inside) ? file : inside.split(sep).join('/');
}

export function pathOnDisk(folders: DemoFolders, written: string): string {
  return resolve(folders.projectRoot, written);
}
