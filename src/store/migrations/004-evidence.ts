import { type Knex } from 'knex';
import { engineOf } from './engine.ts';
import { never, refuse, refuseAs } from './guards/sqlite.ts';

/** What proves the log to others: its key, complete subtrees, checkpoints with what others put under them, and its end. */
export async function createEvidence(database: Knex): Promise<void> {
  await database.schema.alterTable('audit_head', (table) => {
    table.string('next_origin');
  });
  await database.schema.alterTable('audit_personal', (table) => {
    table.binary('case_tag', 32);
  });
  await createKeysAndSubtrees(database);
  await createCheckpoints(database);
  await createWitnessedLogs(database);
  await createLease(database);
  if (engineOf(database) !== 'sqlite') return;
  for (const guard of [
    ...HEAD,
    ...LEAF,
    ...KEY,
    ...SUBTREE,
    ...CHECKPOINT,
    ...COSIGNATURE,
    ...STAMP,
    ...WITNESSED,
  ])
    await database.raw(guard);
}

async function createKeysAndSubtrees(database: Knex): Promise<void> {
  await database.schema.createTable('audit_key', (table) => {
    table.integer('log').primary().references('audit_head.log');
    table.string('vkey', 512).notNullable();
  });
  await database.schema.createTable('audit_subtree', (table) => {
    table.integer('log').notNullable().references('audit_head.log');
    table.integer('level').notNullable();
    table.bigInteger('idx').notNullable();
    table.binary('hash', 32).notNullable();
    table.primary(['log', 'level', 'idx']);
  });
}

async function createCheckpoints(database: Knex): Promise<void> {
  await database.schema.createTable('audit_checkpoint', (table) => {
    table.integer('log').notNullable().references('audit_head.log');
    table.bigInteger('size').notNullable();
    table.binary('root', 32).notNullable();
    table.text('note').notNullable();
    table.bigInteger('at').notNullable();
    table.primary(['log', 'size']);
  });
  await database.schema.createTable('audit_cosignature', (table) => {
    table.integer('log').notNullable();
    table.bigInteger('size').notNullable();
    table.string('name').notNullable();
    table.text('line').notNullable();
    table.bigInteger('at').notNullable();
    table.primary(['log', 'size', 'name']);
  });
  await database.schema.createTable('audit_stamp', (table) => {
    table.integer('log').notNullable();
    table.bigInteger('size').notNullable();
    table.binary('response').notNullable();
    table.bigInteger('at').notNullable();
    table.bigInteger('gen_time');
    table.string('authority');
    table.string('policy');
    table.string('leaf_id', 36);
    table.primary(['log', 'size']);
  });
}

/** The newest checkpoint of each foreign log that this gateway has cosigned. */
async function createWitnessedLogs(database: Knex): Promise<void> {
  await database.schema.createTable('witnessed_log', (table) => {
    table.string('origin').primary();
    table.bigInteger('size').notNullable();
    table.binary('root', 32).notNullable();
    table.text('note').notNullable();
    table.bigInteger('at').notNullable();
  });
}

/** Which process serves a node's log; times are epoch milliseconds. */
async function createLease(database: Knex): Promise<void> {
  await database.schema.createTable('log_lease', (table) => {
    table.string('node').primary();
    table.string('holder', 36).notNullable();
    table.string('host').notNullable();
    table.integer('pid').notNullable();
    table.bigInteger('until').notNullable();
  });
}

/** A closed log stays as it is for ever. */
const HEAD = [
  refuseAs('audit_head_closed', 'UPDATE ON audit_head', 'audit_head: the log is closed', [
    'OLD.next_origin IS NOT NULL',
  ]),
];
const LEAF = [
  refuseAs('audit_leaf_closed', 'INSERT ON audit_leaf', 'audit_leaf: the log is closed', [
    'EXISTS (SELECT 1 FROM audit_head WHERE log = NEW.log AND next_origin IS NOT NULL)',
  ]),
];

const KEY = [
  never('audit_key', 'UPDATE'),
  never('audit_key', 'DELETE'),
  refuse('audit_key', 'INSERT', 'one key per log', ['EXISTS (SELECT 1 FROM audit_key WHERE log = NEW.log)']),
];

const SUBTREE = [
  never('audit_subtree', 'UPDATE'),
  never('audit_subtree', 'DELETE'),
  refuse('audit_subtree', 'INSERT', 'once for each subtree', [
    'EXISTS (SELECT 1 FROM audit_subtree WHERE log = NEW.log AND level = NEW.level AND idx = NEW.idx)',
    'EXISTS (SELECT 1 FROM audit_subtree WHERE rowid = NEW.rowid)',
  ]),
];

/** Only what a commit made durable can become a checkpoint. */
const CHECKPOINT = [
  never('audit_checkpoint', 'UPDATE'),
  never('audit_checkpoint', 'DELETE'),
  refuse('audit_checkpoint', 'INSERT', 'the root of a commit only', [
    'NOT EXISTS (SELECT 1 FROM audit_root WHERE log = NEW.log AND size = NEW.size AND root = NEW.root)',
    'EXISTS (SELECT 1 FROM audit_checkpoint WHERE log = NEW.log AND size = NEW.size)',
    'EXISTS (SELECT 1 FROM audit_checkpoint WHERE rowid = NEW.rowid)',
  ]),
];

const COSIGNATURE = [
  never('audit_cosignature', 'UPDATE'),
  never('audit_cosignature', 'DELETE'),
  refuse('audit_cosignature', 'INSERT', 'under a checkpoint, once for each witness', [
    'NOT EXISTS (SELECT 1 FROM audit_checkpoint WHERE log = NEW.log AND size = NEW.size)',
    'EXISTS (SELECT 1 FROM audit_cosignature WHERE log = NEW.log AND size = NEW.size AND name = NEW.name)',
    'EXISTS (SELECT 1 FROM audit_cosignature WHERE rowid = NEW.rowid)',
  ]),
];

const STAMP = [
  never('audit_stamp', 'UPDATE'),
  never('audit_stamp', 'DELETE'),
  refuse('audit_stamp', 'INSERT', 'over a checkpoint, once', [
    'NOT EXISTS (SELECT 1 FROM audit_checkpoint WHERE log = NEW.log AND size = NEW.size)',
    'EXISTS (SELECT 1 FROM audit_stamp WHERE log = NEW.log AND size = NEW.size)',
    'EXISTS (SELECT 1 FROM audit_stamp WHERE rowid = NEW.rowid)',
  ]),
];

const WITNESSED = [
  never('witnessed_log', 'DELETE'),
  refuse('witnessed_log', 'INSERT', 'one row for each log', [
    'EXISTS (SELECT 1 FROM witnessed_log WHERE origin = NEW.origin)',
  ]),
  refuse('witnessed_log', 'UPDATE', 'forward only', [
    'NEW.origin IS NOT OLD.origin',
    'NEW.size < OLD.size',
    'NEW.size = OLD.size AND NEW.root IS NOT OLD.root',
  ]),
];
