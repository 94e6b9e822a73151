import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Clock } from '../shared/clock.ts';
import { type Fault, FaultsError } from '../shared/fault.ts';
import { type Place } from './command-ports.ts';

/** No version of this product is older; a clock before it was never set. */
const EARLIEST = Date.UTC(2024, 0, 1);

/**
 * What must hold before anything is opened or made: a clock that was set, folders that can be written to.
 * @throws FaultsError with every fault
 */
export function preflight(place: Place, clock: Clock): void {
  const faults = [
    ...clockFaults(clock),
    ...unfinishedRestore(place),
    ...writtenFolders(place).flatMap(folderFaults),
  ];
  if (faults.length > 0) throw new FaultsError(faults);
}

/** Half of a gateway is in place: nobody must make another one around it. */
function unfinishedRestore({ folders }: Place): Fault[] {
  const file = join(folders.data, 'restoring', 'journal.json');
  if (!existsSync(file)) return [];
  return [
    {
      code: 'RESTORE_UNFINISHED',
      file,
      line: 0,
      key: '',
      message: {
        tr: 'yedekten dönüş yarıda kalmış',
        en: 'a restore was interrupted while it was put in place',
      },
      remedy: {
        tr: 'gecit restore komutunu yedek adı vermeden çalıştırın; kaldığı yerden bitirir.',
        en: 'Run gecit restore without naming a backup; it ends what was begun.',
      },
    },
  ];
}

/** The folders that the gateway writes to. */
export function writtenFolders({ realm, folders }: Place): string[] {
  return realm === 'demo' ? [folders.data, folders.logs, folders.certs] : [folders.data, folders.logs];
}

export function clockFaults(clock: Clock): Fault[] {
  const now = clock.now();
  if (now >= EARLIEST) return [];
  const year = String(new Date(now).getUTCFullYear());
  return [
    {
      code: 'CLOCK_NOT_SET',
      file: 'clock',
      line: 0,
      key: '',
      message: {
        tr: `sistem saati ${year} yılını gösteriyor`,
        en: `the system clock is in ${year}`,
      },
      remedy: {
        tr: 'Saati ayarlayın veya zaman eşitlemesini (NTP) açın.',
        en: 'Set the clock or turn on time synchronisation (NTP).',
      },
    },
  ];
}

function folderFaults(folder: string): Fault[] {
  return faultsOf(folder, () => {
    makeFolder(folder);
    requirePermission(folder);
  });
}

/** What does not allow writing to a folder that exists. */
export function permissionFaults(folder: string): Fault[] {
  return faultsOf(folder, () => {
    requirePermission(folder);
  });
}

function requirePermission(folder: string): void {
  if (!statSync(folder).isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
  accessSync(folder, constants.W_OK | constants.X_OK);
}

function faultsOf(folder: string, check: () => void): Fault[] {
  try {
    check();
    return [];
  } catch (cause) {
    return [folderFault(folder, (cause as NodeJS.ErrnoException).code ?? 'unknown')];
  }
}

/** Parents first, one by one: `recursive` never returns where a file system takes no folders, such as /proc. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (cause) {
    // Another process may have made it in between.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw cause;
  }
}

export function folderFault(folder: string, reason: string): Fault {
  return {
    code: 'FOLDER_NOT_WRITABLE',
    file: folder,
    line: 0,
    key: '',
    message: NOT_A_FOLDER.has(reason) ? FILE_IN_PLACE : notWritable(reason),
    remedy: {
      tr: 'İzinlerini düzeltin ya da GECIT_DATA_DIR, GECIT_LOGS_DIR veya GECIT_CERTS_DIR ile başka bir klasör gösterin.',
      en: 'Mend its permissions, or name another folder with GECIT_DATA_DIR, GECIT_LOGS_DIR or GECIT_CERTS_DIR.',
    },
  };
}

const NOT_A_FOLDER = new Set(['EEXIST', 'ENOTDIR']);
const FILE_IN_PLACE = {
  tr: 'burada klasör değil, bir dosya var',
  en: 'there is a file in its place, not a folder',
};

function notWritable(reason: string): Fault['message'] {
  return { tr: `bu klasöre yazılamıyor (${reason})`, en: `this folder cannot be written to (${reason})` };
}
