import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { missing, notWritable } from './database-faults.ts';
import { storeFault } from './store-fault.ts';

const SCHEME = 'sqlite:';

/**
 * The file behind a `sqlite:<file>` address.
 * @throws FaultsError for any other address
 */
export function databaseFile(databaseUrl: string): string {
  const file = databaseUrl.startsWith(SCHEME) ? databaseUrl.slice(SCHEME.length).replace(/^\/\//, '') : '';
  if (file !== '') return file;
  throw storeFault(
    'DATABASE_URL_UNKNOWN',
    'databaseUrl',
    { tr: 'veritabanı adresi desteklenmiyor', en: 'the database address is not supported' },
    { tr: 'Adresi sqlite:<dosya> biçiminde yazın.', en: 'Write the address as sqlite:<file>.' },
  );
}

/**
 * Makes folder and file where they are missing, for their owner only; SQLite gives its side files the same mode.
 * @throws FaultsError when the folder cannot be written
 */
export function makeDatabaseFile(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
  } catch (error) {
    throw notWritable(file, error);
  }
}

/** @throws FaultsError when there is no file, or it and its folder cannot be written */
export function requireDatabaseFile(file: string): void {
  if (!existsSync(file)) throw missing(file);
  try {
    accessSync(dirname(file), constants.R_OK | constants.W_OK | constants.X_OK);
    accessSync(file, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw notWritable(file, error);
  }
}
