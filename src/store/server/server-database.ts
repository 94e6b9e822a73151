import { type Knex } from 'knex';
import { FaultsError } from '../../shared/fault.ts';
import { migrate, isMigrated } from '../migrations/migrate.ts';
import { connectServer } from './connect-server.ts';
import { type ServerAddress, type ServerEngine } from './server-address.ts';
import { requireSuitable } from './server-settings.ts';
import { noSchema, unreachable } from './server-errors.ts';

/** A database on a server that several nodes share, with its schema up to date. */
export interface ServerDatabase {
  readonly engine: ServerEngine;
  /** Names it in messages: no user, no password. */
  readonly place: string;
  readonly knex: Knex;
  close(): Promise<void>;
}

/**
 * Connects and brings the schema up to date.
 * @param create whether an empty database gets its tables; without it, none is a fault
 * @throws FaultsError DATABASE_UNREACHABLE, DATABASE_MISSING, DATABASE_UNSUITABLE, DATABASE_NEWER
 */
export async function openServerDatabase(address: ServerAddress, create = false): Promise<ServerDatabase> {
  const { engine, place } = address;
  const database = connectServer(address);
  try {
    await requireSuitable(database, address);
    if (!create && !(await isMigrated(database))) throw noSchema(place);
    await migrate(database, place);
    return { engine, place, knex: database, close: async () => database.destroy() };
  } catch (error) {
    await database.destroy();
    throw error instanceof FaultsError ? error : unreachable(place, error);
  }
}
