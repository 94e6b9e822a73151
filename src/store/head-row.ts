import { type Database } from 'better-sqlite3';
import { type LogHead } from '../audit/audit-log.ts';
import { type FaultsError } from '../shared/fault.ts';
import { storeFault } from './store-fault.ts';

/** The head as it is stored; the frontier is its hashes one after the other. */
export interface HeadRow {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  readonly frontier: Buffer;
  readonly last_time: number;
  readonly next_origin: string | null;
}

/** Columns of a head. */
export const HEAD = 'origin, size, root, frontier, last_time, next_origin';

const HASH_BYTES = 32;

export function headOf(row: HeadRow): LogHead {
  const frontier: Buffer[] = [];
  for (let place = 0; place < row.frontier.length; place += HASH_BYTES) {
    frontier.push(row.frontier.subarray(place, place + HASH_BYTES));
  }
  const { origin, size, root, last_time: lastTime, next_origin: next } = row;
  return { origin, size, root, frontier, lastTime, next };
}

/**
 * Number under which the tables know the log.
 * @throws FaultsError when the database holds no log of this origin
 */
export function logNumber(connection: Database, file: string, origin: string): number {
  const find = connection.prepare<[string], number>('SELECT log FROM audit_head WHERE origin = ?').pluck();
  const log = find.get(origin);
  if (log === undefined) throw logMissing(file, origin);
  return log;
}

/** The database is there and holds no log of this origin, or of this node. */
export function logMissing(file: string, origin: string): FaultsError {
  return storeFault(
    'LOG_MISSING',
    file,
    { tr: `veritabanında "${origin}" günlüğü yok`, en: `the database has no log "${origin}"` },
    {
      tr: 'Yeni bir kurulumda "gecit init" çalıştırın, değilse gateway adını, düğümü ve yılı denetleyin ya da yedeği geri yükleyin.',
      en: 'Run "gecit init" for a new installation; otherwise check gateway name, node and year, or restore the backup.',
    },
  );
}
