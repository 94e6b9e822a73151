import { type Database } from 'better-sqlite3';
import { DestructionError } from '../../privacy/destruction/destruction-error.ts';
import { type Cleaning } from '../../privacy/destruction/destruction-register.ts';
import { errorCode } from '../store-fault.ts';

/** Writing a file anew holds up every commit: about a second for so much. */
const MOST_TO_VACUUM = 256 * 1024 * 1024;

/**
 * Removes what nobody asks for any more, writes the file anew where it is small, and empties the write-ahead log, which
 * holds older pages. In a larger file deleted cells and freed pages hold zeros; copies that splits of pages left beside them
 * are boxes and tags without keys.
 * @param now epoch milliseconds
 * @throws DestructionError DATABASE_NOT_CLEANED
 */
export function cleanPages(connection: Database, now: number): Cleaning {
  try {
    connection.prepare('DELETE FROM idempotency WHERE expires_at <= ?').run(now);
    connection.prepare('DELETE FROM access_token WHERE expires_at <= ?').run(now);
    const small = bytesOf(connection) <= MOST_TO_VACUUM;
    if (small) connection.exec('VACUUM');
    emptyWriteAheadLog(connection);
    return small ? 'secure-delete and vacuum' : 'secure-delete';
  } catch (error) {
    throw errorCode(error).startsWith('SQLITE_BUSY') ? new DestructionError('DATABASE_NOT_CLEANED') : error;
  }
}

function bytesOf(connection: Database): number {
  const pages = connection.pragma('page_count', { simple: true }) as number;
  return pages * (connection.pragma('page_size', { simple: true }) as number);
}

function emptyWriteAheadLog(connection: Database): void {
  const [result] = connection.pragma('wal_checkpoint(TRUNCATE)') as { readonly busy: number }[];
  if (result?.busy !== 0) throw new DestructionError('DATABASE_NOT_CLEANED');
}
