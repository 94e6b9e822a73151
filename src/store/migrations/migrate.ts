import { type Knex } from 'knex';
import { storeFault } from '../store-fault.ts';
import { engineOf } from './engine.ts';
import { createAuditGuards } from './003-audit-guards.ts';
import { createAuditLog } from './002-audit-log.ts';
import { createDestruction } from './005-destruction.ts';
import { createEvidence } from './004-evidence.ts';
import { createSharedDatabase } from './006-shared-database.ts';
import { createRegisters } from './001-registers.ts';

interface Step {
  readonly name: string;
  readonly up: (database: Knex) => Promise<void>;
}

/** Every step of the schema in its order. A step that was released is never changed; a new one is added. */
const STEPS: readonly Step[] = [
  { name: '001-registers', up: createRegisters },
  { name: '002-audit-log', up: createAuditLog },
  { name: '003-audit-guards', up: createAuditGuards },
  { name: '004-evidence', up: createEvidence },
  { name: '005-destruction', up: createDestruction },
  { name: '006-shared-database', up: createSharedDatabase },
];

const TABLE = 'migration';
/** Any number that no other program takes for its own lock: "GCIT". */
const MIGRATION_LOCK = 0x47434954;

/** The procedure says that it failed with what it returns, and with no error. */
const MSSQL_LOCK = `DECLARE @granted int;
EXEC @granted = sp_getapplock @Resource = N'gecit-migration', @LockMode = 'Exclusive', @LockOwner = 'Transaction',
  @LockTimeout = 60000;
IF @granted < 0 THROW 51001, 'another node has been changing the schema for a minute', 1;`;

const source: Knex.MigrationSource<Step> = {
  getMigrations: async () => Promise.resolve([...STEPS]),
  getMigrationName: (step) => step.name,
  getMigration: async (step) => Promise.resolve({ up: step.up, down: neverBack }),
};

/** Stepping back would drop evidence. */
async function neverBack(): Promise<void> {
  return Promise.reject(new Error('the schema of the database only goes forward'));
}

/**
 * Which steps the database lacks.
 * @throws FaultsError when the database has a step that this version does not know
 */
export async function missingSteps(database: Knex, file: string): Promise<'none' | 'some' | 'all'> {
  const done = await stepsDone(database);
  if (done.some((name) => !STEPS.some((step) => step.name === name))) throw newerSchema(file);
  if (done.length === STEPS.length) return 'none';
  return done.length === 0 ? 'all' : 'some';
}

/**
 * Runs the steps that the database lacks.
 * @throws FaultsError when the database has a step that this version does not know
 */
export async function migrate(database: Knex, file: string): Promise<void> {
  if ((await missingSteps(database, file)) === 'none') return;
  const run = async (): Promise<unknown> =>
    database.migrate.latest({ tableName: TABLE, migrationSource: source });
  await (engineOf(database) === 'sqlite' ? run() : alone(database, run));
}

/** Whether any step was ever run. */
export async function isMigrated(database: Knex): Promise<boolean> {
  return (await stepsDone(database)).length > 0;
}

/** One node at a time; a lock that a node left behind when it died in the middle is none. */
async function alone(database: Knex, run: () => Promise<unknown>): Promise<void> {
  await database.transaction(async (holder) => {
    if (engineOf(database) === 'postgres') {
      await holder.raw('SET LOCAL idle_in_transaction_session_timeout = 0');
      await holder.raw('SET LOCAL lock_timeout = 0');
      await holder.raw('SET LOCAL statement_timeout = 0');
      await holder.raw('SELECT pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
    } else {
      await holder.raw(MSSQL_LOCK);
    }
    await database.migrate.forceFreeMigrationsLock({ tableName: TABLE, migrationSource: source });
    await run();
  });
}

async function stepsDone(database: Knex): Promise<string[]> {
  if (!(await database.schema.hasTable(TABLE))) return [];
  const rows = await database<{ name: string }>(TABLE).select('name');
  return rows.map((row) => row.name);
}

function newerSchema(file: string): Error {
  return storeFault(
    'DATABASE_NEWER',
    file,
    {
      tr: 'veritabanı daha yeni bir Geçit sürümüyle yazılmış',
      en: 'the database was written by a newer version of the gateway',
    },
    { tr: 'O sürümü kurup yeniden başlatın.', en: 'Install that version and start again.' },
  );
}
