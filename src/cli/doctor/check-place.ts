import { existsSync, statSync } from 'node:fs';
import { type CommandContext } from '../command.ts';
import { type Place } from '../command-ports.ts';
import { clockFaults, permissionFaults, writtenFolders } from '../preflight.ts';
import { type Finding, findingsOf, FINE } from './finding.ts';

/** Settings, clock, folders, and that nobody else can read what must stay private. Makes nothing. */
export async function checkPlace({ ports }: CommandContext): Promise<readonly Finding[]> {
  const place = ports.place();
  return Promise.resolve([
    { what: 'settings', status: 'ok', message: FINE },
    ...findingsOf('clock', clockFaults(ports.clock)),
    ...writtenFolders(place).flatMap(checkFolder),
    ...privatePlaces(place).map(checkMode),
  ]);
}

function checkFolder(folder: string): Finding[] {
  if (existsSync(folder)) return findingsOf(folder, permissionFaults(folder));
  return [{ what: folder, status: 'warn', message: NO_FOLDER, remedy: MADE_LATER }];
}

function privatePlaces({ folders, operatorKey, partner, databaseUrl }: Place): string[] {
  const file = databaseUrl.replace(/^sqlite:/, '');
  // The logs folder may be shared: its files hold no personal data and are open to their owner only.
  return [folders.data, partner.key, operatorKey, file].filter((one) => existsSync(one));
}

function checkMode(place: string): Finding {
  const { mode, isDirectory } = look(place);
  const open = process.platform !== 'win32' && (mode & 0o077) !== 0;
  if (!open) return { what: place, status: 'ok', message: PRIVATE };
  return { what: place, status: 'warn', message: OPEN, remedy: isDirectory ? CLOSE_FOLDER : CLOSE_FILE };
}

function look(place: string): { readonly mode: number; readonly isDirectory: boolean } {
  const found = statSync(place);
  return { mode: found.mode, isDirectory: found.isDirectory() };
}

const PRIVATE = { tr: 'yalnızca sahibine açık', en: 'open to its owner only' };
const OPEN = { tr: 'başka kullanıcılara da açık', en: 'it is open to other users' };
const CLOSE_FILE = { tr: 'chmod 600 ile yalnızca sahibine açın.', en: 'Close it with chmod 600.' };
const CLOSE_FOLDER = { tr: 'chmod 700 ile yalnızca sahibine açın.', en: 'Close it with chmod 700.' };
const NO_FOLDER = { tr: 'klasör henüz yok', en: 'there is no such folder yet' };
const MADE_LATER = {
  tr: 'gecit init ve gecit serve onu oluşturur; yolu GECIT_DATA_DIR, GECIT_LOGS_DIR veya GECIT_CERTS_DIR ile seçilir.',
  en: 'gecit init and gecit serve make it; GECIT_DATA_DIR, GECIT_LOGS_DIR or GECIT_CERTS_DIR choose its place.',
};
