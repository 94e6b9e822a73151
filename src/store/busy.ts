import { StoreBusyError } from '../gateway/commit/evidence-store.ts';
import { errorCode } from './store-fault.ts';

/** A lock that another connection holds becomes StoreBusyError; any other error stays what it is. */
export function asStoreError(error: unknown): unknown {
  const code = errorCode(error);
  const locked = code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED');
  return locked ? new StoreBusyError('the database is locked', { cause: error }) : error;
}

/** Runs one statement or a few; see `asStoreError` for what it throws. */
export function unlessBusy<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asStoreError(error);
  }
}
