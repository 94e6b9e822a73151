import { FaultsError } from '../shared/fault.ts';
import { type Sentence } from '../shared/problem.ts';

/** A start that the place of the data does not allow, as the one fault it is. */
export function storeFault(code: string, file: string, message: Sentence, remedy: Sentence): FaultsError {
  return new FaultsError([{ code, file, line: 0, key: '', message, remedy }]);
}

/** Code of a system or SQLite error, e.g. `EACCES`, `SQLITE_BUSY`; empty where there is none. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
