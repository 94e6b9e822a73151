import { StoreBusyError } from '../../gateway/commit/evidence-store.ts';
import { type FaultsError } from '../../shared/fault.ts';
import { errorCode, storeFault } from '../store-fault.ts';

/** PostgreSQL: serialization failure, deadlock, lock not available. */
const PG_BUSY = new Set(['40001', '40P01', '55P03']);
/** PostgreSQL: integrity constraints, and what a guard raises. */
const PG_REFUSED = /^(23|P0001$)/;
/** SQL Server: deadlock victim, lock time-out, snapshot update conflict. */
const MSSQL_BUSY = new Set([1205, 1222, 3960]);
/** SQL Server: null, foreign key or check, the two codes of duplicates, and what a guard throws. */
const MSSQL_REFUSED = new Set([515, 547, 2627, 2601]);

/** Lowest number that a guard throws in SQL Server. */
export const GUARD_NUMBER = 51_000;

/** A lock that others hold, a deadlock or a conflict of snapshots becomes StoreBusyError; any other error stays. */
export function asServerError(error: unknown): unknown {
  const busy = PG_BUSY.has(errorCode(error)) || MSSQL_BUSY.has(errorNumber(error));
  return busy ? new StoreBusyError('the database is locked', { cause: error }) : error;
}

/** Whether a constraint or a guard refused the statement. In both engines the transaction can then only be rolled back. */
export function isRefused(error: unknown): boolean {
  const number = errorNumber(error);
  return PG_REFUSED.test(errorCode(error)) || MSSQL_REFUSED.has(number) || number === GUARD_NUMBER;
}

/** An insert whose key another node took at the same moment: the transaction is undone, and the next try finds the row. */
export async function orBusy(insert: Promise<void>): Promise<void> {
  try {
    await insert;
  } catch (cause) {
    if (!isRefused(cause)) throw cause;
    throw new StoreBusyError('another node wrote the same row', { cause });
  }
}

/** Number of an error of SQL Server, 0 for anything else. */
function errorNumber(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('number' in error)) return 0;
  return typeof error.number === 'number' ? error.number : 0;
}

/** The server cannot be asked, or does not let us in. */
export function unreachable(place: string, error: unknown): FaultsError {
  const code = errorCode(error) || String(errorNumber(error));
  return storeFault(
    'DATABASE_UNREACHABLE',
    place,
    {
      tr: `veritabanı sunucusuna ulaşılamıyor ya da bağlantı reddedildi (${code})`,
      en: `the database server cannot be reached, or refuses the connection (${code})`,
    },
    {
      tr: 'Adresi, kullanıcıyı, parolayı, sertifikayı ve sunucunun çalıştığını denetleyin.',
      en: 'Check address, user, password, certificate, and that the server runs.',
    },
  );
}

/** The server is set in a way under which records would not be durable or exact. */
export function unsuitable(place: string, what: string, statement: string): FaultsError {
  return storeFault(
    'DATABASE_UNSUITABLE',
    place,
    {
      tr: `veritabanı uygun ayarda değil: ${what}`,
      en: `the database is not set as it must be: ${what}`,
    },
    {
      tr: `Veritabanı yöneticisi şunu çalıştırmalı: ${statement}`,
      en: `The database administrator should run: ${statement}`,
    },
  );
}

/** The database has no schema of the gateway yet. */
export function noSchema(place: string): FaultsError {
  return storeFault(
    'DATABASE_MISSING',
    place,
    { tr: 'veritabanında Geçit tabloları yok', en: 'the database has no tables of the gateway' },
    {
      tr: 'Yeni bir kurulumda "gecit init" çalıştırın, değilse adresi denetleyin ya da yedeği geri yükleyin.',
      en: 'Run "gecit init" for a new installation; otherwise check the address, or restore the backup.',
    },
  );
}
