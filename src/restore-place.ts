import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type PlacingPlan } from './backup/place-files.ts';
import { keyFolder, searchFolder } from './settings/places.ts';
import { type Settings } from './settings/settings.ts';
import { databaseFile } from './store/database-file.ts';

/** Where a gateway is put together before it takes its place: on the same file systems, so that files only change names. */
export interface RestorePlace {
  readonly database: string;
  readonly keys: string;
  readonly evidence: string;
  readonly protocols: string;
  readonly certs: string;
  /** Data and logs folder of the staged gateway. */
  readonly data: string;
  readonly logs: string;
  /** Says how to go on when putting in place was interrupted. */
  readonly journal: string;
}

const STAGE = 'restoring';

export function restorePlace({ folders, databaseUrl }: Settings): RestorePlace {
  const file = databaseFile(databaseUrl);
  const data = join(folders.data, STAGE);
  const logs = join(folders.logs, STAGE);
  return {
    database: join(dirname(file), STAGE, basename(file)),
    keys: join(data, 'keys'),
    evidence: join(logs, 'evidence'),
    protocols: join(data, 'protocols'),
    certs: join(data, 'certs'),
    data,
    logs,
    journal: join(data, 'journal.json'),
  };
}

/** The folders of a stage; nothing else is in them. */
export function stageFolders({ database, data, logs }: RestorePlace): readonly string[] {
  return [...new Set([dirname(database), data, logs])];
}

/** The gateway of these settings as it is staged. */
export function stagedSettings(
  settings: Settings,
  { keys, agreements }: { readonly keys: boolean; readonly agreements: boolean },
): Settings {
  const place = restorePlace(settings);
  const { data, protocols } = settings.folders;
  return {
    ...settings,
    databaseUrl: `sqlite:${place.database}`,
    folders: {
      ...settings.folders,
      logs: place.logs,
      data: keys ? place.data : data,
      keys: keys ? place.keys : settings.folders.keys,
      protocols: agreements ? place.protocols : protocols,
    },
  };
}

/**
 * What stands in the place and must not stay there, with where it goes. Side files of a database that is gone would be taken
 * for those of the new one, and an index of what was lost for one of the new log.
 * @param keys whether the keys there are replaced
 * @param at epoch milliseconds; stands in the name of the folder
 */
export function movesAside(settings: Settings, keys: boolean, at: number): PlacingPlan['aside'] {
  const file = databaseFile(settings.databaseUrl);
  const sides = ['', '-wal', '-shm', '-journal'].map((side) => `${file}${side}`);
  const moved = [...sides, searchFolder(settings), ...(keys ? [keyFolder(settings)] : [])].filter(existsSync);
  const folder = `replaced-${new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  return moved.map((from) => ({ from, to: join(dirname(from), folder, basename(from)) }));
}
