import { FaultsError } from '../shared/fault.ts';
import { folderFault } from './preflight.ts';

const FILE_CODES = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EISDIR']);

/** A file that could not be opened or made, as a fault with its remedy; anything else as it is. */
export function startFault(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof FaultsError) return thrown;
  const { code, path } = thrown as NodeJS.ErrnoException;
  if (code === undefined || !FILE_CODES.has(code)) return thrown;
  return new FaultsError([folderFault(path ?? '?', code)]);
}
