import { type Knex } from 'knex';
import { engineOf } from './engine.ts';
import { createServerGuards } from './guards/server.ts';
import { never, refuse } from './guards/sqlite.ts';

/**
 * What several nodes of one database need: the mark of the key folder that they share, logs cosigned by each of them, and
 * who ran a job last. A shared database gets its guards here, over the whole schema.
 */
export async function createSharedDatabase(database: Knex): Promise<void> {
  await database.schema.createTable('installation', (table) => {
    table.integer('id').primary().checkIn(['1']);
    table.string('key_folder', 64).notNullable();
  });
  await database.schema.createTable('job_run', (table) => {
    table.string('job').primary();
    table.bigInteger('started_at').notNullable();
  });
  await createCosignedLogs(database);
  if (engineOf(database) !== 'sqlite') return createServerGuards(database);
  for (const guard of [...INSTALLATION, ...COSIGNED]) await database.raw(guard);
}

/** The witness is `<gateway name>/<node>`; before, a database had one node. */
async function createCosignedLogs(database: Knex): Promise<void> {
  await database.schema.createTable('cosigned_log', (table) => {
    table.string('witness').notNullable();
    table.string('origin').notNullable();
    table.bigInteger('size').notNullable();
    table.binary('root', 32).notNullable();
    table.text('note').notNullable();
    table.bigInteger('at').notNullable();
    table.primary(['witness', 'origin']);
  });
  const head = await database<{ origin: string }>('audit_head').orderBy('log', 'desc').first('origin');
  if (head !== undefined) {
    const witness = head.origin.slice(0, head.origin.lastIndexOf('/'));
    await database.raw(
      `INSERT INTO cosigned_log (witness, origin, size, root, note, at)
       SELECT ?, origin, size, root, note, at FROM witnessed_log`,
      [witness],
    );
  }
  await database.schema.dropTable('witnessed_log');
}

const INSTALLATION = [
  never('installation', 'UPDATE'),
  never('installation', 'DELETE'),
  refuse('installation', 'INSERT', 'once', ['EXISTS (SELECT 1 FROM installation)']),
];

const COSIGNED = [
  never('cosigned_log', 'DELETE'),
  refuse('cosigned_log', 'INSERT', 'one row for each log', [
    'EXISTS (SELECT 1 FROM cosigned_log WHERE witness = NEW.witness AND origin = NEW.origin)',
    'EXISTS (SELECT 1 FROM cosigned_log WHERE rowid = NEW.rowid)',
  ]),
  refuse('cosigned_log', 'UPDATE', 'forward only', [
    'NEW.witness IS NOT OLD.witness',
    'NEW.origin IS NOT OLD.origin',
    'NEW.size < OLD.size',
    'NEW.size = OLD.size AND NEW.root IS NOT OLD.root',
    'NEW.rowid IS NOT OLD.rowid',
  ]),
];
