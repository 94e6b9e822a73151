import { type Knex } from 'knex';

/** Registers of who may ask what, their version, and what the request path remembers. Times are epoch milliseconds. */
export async function createRegisters(database: Knex): Promise<void> {
  await createAgencies(database);
  await createOfficials(database);
  await createAgreementState(database);
  await createRequestMemory(database);
  await createRegisterVersion(database);
}

async function createAgencies(database: Knex): Promise<void> {
  await database.schema.createTable('agency', (table) => {
    table.string('id').primary();
    table.string('name').notNullable();
  });
  await database.schema.createTable('agency_certificate', (table) => {
    table.string('fingerprint', 64).primary();
    table.string('agency_id').notNullable().references('agency.id');
    table.string('subject').notNullable();
    table.bigInteger('valid_to').notNullable();
    table.bigInteger('revoked_at');
  });
  await database.schema.createTable('operator', (table) => {
    table.string('id').primary();
    table.string('name').notNullable();
    table.text('public_key').notNullable();
    table.bigInteger('added_at').notNullable();
    table.bigInteger('ended_at');
  });
}

async function createOfficials(database: Knex): Promise<void> {
  await database.schema.createTable('official', (table) => {
    table.string('id').primary();
    table.string('agency_id').notNullable().references('agency.id');
    table.string('name').notNullable();
    table.string('unit').notNullable();
    table.string('client_id').notNullable().unique();
    table.string('secret_hash', 64).notNullable();
    table.text('allowed_addresses').notNullable();
  });
  await database.schema.createTable('authority', (table) => {
    table.string('official_id').notNullable().references('official.id');
    table.string('agreement_id').notNullable();
    table.text('operations').notNullable();
    table.text('purposes').notNullable();
    table.integer('daily_quota').notNullable();
    table.bigInteger('valid_from').notNullable();
    table.bigInteger('valid_until').notNullable();
    table.string('undertaking_version');
    table.bigInteger('training_valid_until');
    table.primary(['official_id', 'agreement_id']);
  });
}

async function createAgreementState(database: Knex): Promise<void> {
  await database.schema.createTable('agreement_activation', (table) => {
    table.string('agreement_id').primary();
    table.integer('version').notNullable();
    table.string('hash').notNullable();
    table.text('signed_on').notNullable();
    table.string('undertaking_version');
    table.string('undertaking_signed_on');
    table.string('notice_on');
    table.bigInteger('terminated_at');
    table.bigInteger('suspended_at');
  });
  await database.schema.createTable('quota_limit', (table) => {
    table.string('scope').primary();
    table.integer('answers').notNullable();
  });
}

async function createRequestMemory(database: Knex): Promise<void> {
  await database.schema.createTable('quota_counter', (table) => {
    table.string('scope').notNullable();
    table.string('day', 10).notNullable().index();
    table.integer('used').notNullable();
    table.primary(['scope', 'day']);
  });
  await database.schema.createTable('access_token', (table) => {
    table.string('token_hash', 64).primary();
    table.string('official_id').notNullable();
    table.string('certificate_fingerprint', 64).notNullable();
    table.bigInteger('expires_at').notNullable().index();
  });
  await database.schema.createTable('idempotency', (table) => {
    table.string('key', 64).primary();
    table.string('request_hash', 64).notNullable();
    table.string('query_id', 36).notNullable();
    table.bigInteger('expires_at').notNullable().index();
  });
}

async function createRegisterVersion(database: Knex): Promise<void> {
  await database.schema.createTable('register_version', (table) => {
    table.integer('id').primary().checkIn(['1']);
    table.bigInteger('version').notNullable();
  });
  await database('register_version').insert({ id: 1, version: 1 });
}
