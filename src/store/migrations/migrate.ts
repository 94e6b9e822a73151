import { type Knex } from 'knex';
import { storeFault } from '../store-fault.ts';
import { createAuditGuards } from './003-audit-guards.ts';
import { createAuditLog } from './002-audit-log.ts';
import { createDestruction } from './005-destruction.ts';
import { createEvidence } from './004-evidence.ts';
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
];

const TABLE = 'migration';

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
 * Runs the steps that the database lacks.
 * @throws FaultsError when the database has a step that this version does not know
 */
export async function migrate(database: Knex, file: string): Promise<void> {
  const done = await stepsDone(database);
  if (done.some((name) => !STEPS.some((step) => step.name === name))) throw newerSchema(file);
  if (done.length < STEPS.length)
    await database.migrate.latest({ tableName: TABLE, migrationSource: source });
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
