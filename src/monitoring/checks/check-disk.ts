import { type DiskRoom } from '../disk-room.ts';
import { type Check, fail, type Finding, warn } from './check.ts';

/** From when on room is too little, and from when on it is said. */
export interface RoomLimits {
  readonly leastBytes: number;
  readonly warnBytes: number;
  readonly leastInodes: number;
  readonly warnInodes: number;
}

/** The folders that the gateway writes to have room for what comes. */
export function checkDisk(room: DiskRoom, limits: RoomLimits): Check {
  return {
    name: 'disk',
    look: async () =>
      (await room.look()).flatMap((one) =>
        one.bytes === null ? [warn('DISK_NOT_SEEN', NOT_SEEN, one.folder)] : findingsOf(one, limits),
      ),
  };
}

function findingsOf(
  { folder, bytes, inodes }: { readonly folder: string; readonly bytes: number; readonly inodes: number | null },
  limits: RoomLimits,
): Finding[] {
  const left = inodes ?? Infinity;
  const found: Finding[] = [];
  if (bytes < limits.leastBytes) found.push(fail('DISK_SPACE_OUT', SPACE, folder));
  else if (bytes < limits.warnBytes) found.push(warn('DISK_SPACE_LOW', SPACE, folder));
  if (left < limits.leastInodes) found.push(fail('DISK_INODES_OUT', INODES, folder));
  else if (left < limits.warnInodes) found.push(warn('DISK_INODES_LOW', INODES, folder));
  return found;
} // prettier-ignore

const SPACE = { tr: 'Klasörün bulunduğu diskte yer azaldı.', en: 'The disk of the folder is running out of space.' }; // prettier-ignore
const INODES = {
  tr: 'Klasörün bulunduğu diskte yeni dosya yeri azaldı.',
  en: 'The disk of the folder is running out of inodes.',
};
const NOT_SEEN = {
  tr: 'Klasörün bulunduğu disk yanıt vermiyor.',
  en: 'The disk of the folder does not answer.',
};
