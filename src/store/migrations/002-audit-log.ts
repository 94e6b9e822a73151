import { type Knex } from 'knex';

/** The Merkle log: leaves, head, the root after each commit, the sealed personal parts and the kids of their keys. */
export async function createAuditLog(database: Knex): Promise<void> {
  await createHead(database);
  await createLeaves(database);
  await createPersonalParts(database);
  await database.schema.createTable('audit_kid', (table) => {
    table.string('kid').primary();
  });
}

async function createHead(database: Knex): Promise<void> {
  await database.schema.createTable('audit_head', (table) => {
    table.increments('log');
    table.string('origin').notNullable().unique();
    table.bigInteger('size').notNullable();
    table.binary('root', 32).notNullable();
    table.binary('frontier').notNullable();
    table.bigInteger('last_time').notNullable();
  });
  await database.schema.createTable('audit_root', (table) => {
    table.integer('log').notNullable().references('audit_head.log');
    table.bigInteger('size').notNullable();
    table.binary('root', 32).notNullable();
    table.bigInteger('at').notNullable();
    table.primary(['log', 'size']);
  });
}

async function createLeaves(database: Knex): Promise<void> {
  await database.schema.createTable('audit_leaf', (table) => {
    table.integer('log').notNullable().references('audit_head.log');
    table.bigInteger('idx').notNullable();
    table.string('query_id', 36).notNullable();
    table.binary('leaf').notNullable();
    table.binary('leaf_hash', 32).notNullable();
    table.primary(['log', 'idx']);
    table.unique(['log', 'query_id']);
  });
}

/**
 * The tags have no index: it would take a page for nearly every record, and so half the time of a commit. A search reads
 * the table from end to end, so the tags stand before the box. That a leaf exists is checked by the table's guard.
 */
async function createPersonalParts(database: Knex): Promise<void> {
  await database.schema.createTable('audit_personal', (table) => {
    table.integer('log').notNullable();
    table.bigInteger('idx').notNullable();
    table.binary('subject_tag', 32);
    table.binary('official_tag', 32);
    table.string('kid').notNullable();
    table.string('purge_after', 10).notNullable();
    table.binary('salt', 16).notNullable();
    table.integer('slot').notNullable();
    table.binary('nonce', 12).notNullable();
    table.binary('box').notNullable();
    table.primary(['log', 'idx']);
  });
}
