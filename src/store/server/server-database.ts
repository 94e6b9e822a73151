import { type Knex } from 'knex';
import pRetry from 'p-retry';
import { FaultsError } from '../../shared/fault.ts';
import { migrate, missingSteps } from '../migrations/migrate.ts';
import { errorCode } from '../store-fault.ts';
import { connectServer } from './connect-server.ts';
import { type ServerAddress, type ServerEngine } from './server-address.ts';
import { noSchema, unreachable } from './server-faults.ts';
import { requireSuitable } from './server-settings.ts';
import { PATIENT } from './waiting-config.ts';

/** Commits of one node never overlap; beside them its lease is renewed. */
const COMMIT_CONNECTIONS = 2;
const PATIENT_CONNECTIONS = 2;

/** About four seconds: a server that was started together with the gateway needs a moment. */
const START_RETRIES = { retries: 4, minTimeout: 250, factor: 2 };
/** Nobody listens yet, the name is not known yet, or the server says that it starts or stops. */
const NOT_YET = new Set(['ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN', 'ESOCKET', '57P01', '57P02', '57P03']);

/** A database on a server that several nodes share, with its schema up to date. */
export interface ServerDatabase {
  readonly engine: ServerEngine;
  /** Names it in messages: no user, no password. */
  readonly place: string;
  readonly knex: Knex;
  /** For commits and the lease alone, so that no crowd of readers holds them up. */
  readonly commits: Knex;
  /** For what reads or changes whole tables, and may take its time. */
  readonly patient: Knex;
  close(): Promise<void>;
}

/**
 * Connects and brings the schema up to date.
 * @param create whether an empty database gets its tables; without it, none is a fault
 * @throws FaultsError DATABASE_UNREACHABLE, DATABASE_MISSING, DATABASE_UNSUITABLE, DATABASE_NEWER
 */
export async function openServerDatabase(address: ServerAddress, create = false): Promise<ServerDatabase> {
  const { place } = address;
  const database = poolsOf(address);
  try {
    await pRetry(async () => requireSuitable(database.knex, address), {
      ...START_RETRIES,
      shouldRetry: ({ error }) => NOT_YET.has(errorCode(error)),
    });
    const missing = await missingSteps(database.knex, place);
    if (missing === 'all' && !create) throw noSchema(place);
    if (missing !== 'none') await migrate(database.patient, place);
    return database;
  } catch (error) {
    await database.close();
    throw error instanceof FaultsError ? error : unreachable(place, error);
  }
}

function poolsOf(address: ServerAddress): ServerDatabase {
  const knex = connectServer(address);
  const commits = connectServer(address, { connections: COMMIT_CONNECTIONS });
  const patient = connectServer(address, { connections: PATIENT_CONNECTIONS, patience: PATIENT });
  return {
    engine: address.engine,
    place: address.place,
    knex,
    commits,
    patient,
    close: async () => {
      await Promise.all([knex.destroy(), commits.destroy(), patient.destroy()]);
    },
  };
}
