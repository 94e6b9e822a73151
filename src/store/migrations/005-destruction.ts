import { type Knex } from 'knex';
import { engineOf } from './engine.ts';
import { never, refuse } from './guards/sqlite.ts';

/** Legal holds, plans of destruction with their approvals, and the kids whose keys were destroyed. */
export async function createDestruction(database: Knex): Promise<void> {
  await database.schema.createTable('legal_hold', (table) => {
    table.string('id', 64).primary();
    table.string('kid');
    table.string('from_month', 7);
    table.string('to_month', 7);
    table.string('record', 36).notNullable();
    table.bigInteger('placed_at').notNullable();
    table.bigInteger('lifted_at');
  });
  await database.schema.createTable('destruction_plan', (table) => {
    table.string('id', 64).primary();
    table.string('hash', 64).notNullable();
    table.text('plan').notNullable();
    table.bigInteger('made_at').notNullable();
  });
  await database.schema.createTable('destruction_approval', (table) => {
    table.string('plan', 64).notNullable().references('destruction_plan.id');
    table.string('operator').notNullable();
    table.text('public_key').notNullable();
    table.text('statement').notNullable();
    table.text('signature').notNullable();
    table.primary(['plan', 'operator']);
  });
  await database.schema.createTable('destroyed_kid', (table) => {
    table.string('kid').primary();
    table.string('plan', 64).notNullable().references('destruction_plan.id');
    table.string('day', 10).notNullable();
    table.string('record', 36).notNullable();
    table.bigInteger('emptied_at');
  });
  if (engineOf(database) !== 'sqlite') return;
  await database.raw('DROP TRIGGER audit_personal_no_delete');
  for (const guard of [...HOLD, ...PLAN, ...APPROVAL, ...DESTROYED, ...PERSONAL]) await database.raw(guard);
}

const HOLD = [
  never('legal_hold', 'DELETE'),
  refuse('legal_hold', 'INSERT', 'a kid or months, once', [
    'NEW.lifted_at IS NOT NULL',
    '(NEW.kid IS NULL) IS (NEW.from_month IS NULL)',
    '(NEW.from_month IS NULL) IS NOT (NEW.to_month IS NULL)',
    'EXISTS (SELECT 1 FROM legal_hold WHERE id = NEW.id OR rowid = NEW.rowid)',
  ]),
  refuse('legal_hold', 'UPDATE', 'lifted once, and nothing else', [
    'OLD.lifted_at IS NOT NULL',
    'NEW.lifted_at IS NULL',
    'NEW.id IS NOT OLD.id',
    'NEW.kid IS NOT OLD.kid',
    'NEW.from_month IS NOT OLD.from_month',
    'NEW.to_month IS NOT OLD.to_month',
    'NEW.record IS NOT OLD.record',
    'NEW.placed_at IS NOT OLD.placed_at',
    'NEW.rowid IS NOT OLD.rowid',
  ]),
];

const PLAN = [
  never('destruction_plan', 'UPDATE'),
  never('destruction_plan', 'DELETE'),
  refuse('destruction_plan', 'INSERT', 'once', [
    'EXISTS (SELECT 1 FROM destruction_plan WHERE id = NEW.id OR rowid = NEW.rowid)',
  ]),
];

/** One person with two names in the register is one key, and so one approval. */
const APPROVAL = [
  never('destruction_approval', 'UPDATE'),
  never('destruction_approval', 'DELETE'),
  refuse('destruction_approval', 'INSERT', 'each operator and each key once', [
    'NOT EXISTS (SELECT 1 FROM operator WHERE id = NEW.operator AND public_key = NEW.public_key)',
    `EXISTS (SELECT 1 FROM destruction_approval
       WHERE plan = NEW.plan AND (operator = NEW.operator OR public_key = NEW.public_key))`,
    'EXISTS (SELECT 1 FROM destruction_approval WHERE rowid = NEW.rowid)',
  ]),
];

const DESTROYED = [
  never('destroyed_kid', 'DELETE'),
  refuse('destroyed_kid', 'INSERT', 'approved by two, under no hold', [
    'NEW.emptied_at IS NOT NULL',
    '(SELECT COUNT(*) FROM destruction_approval WHERE plan = NEW.plan) < 2',
    `EXISTS (SELECT 1 FROM legal_hold WHERE lifted_at IS NULL
       AND (kid = NEW.kid OR substr(NEW.kid, -7) BETWEEN from_month AND to_month))`,
    'EXISTS (SELECT 1 FROM destroyed_kid WHERE kid = NEW.kid OR rowid = NEW.rowid)',
  ]),
  refuse('destroyed_kid', 'UPDATE', 'emptied once, and nothing else', [
    'OLD.emptied_at IS NOT NULL',
    'NEW.emptied_at IS NULL',
    'NEW.kid IS NOT OLD.kid',
    'NEW.plan IS NOT OLD.plan',
    'NEW.day IS NOT OLD.day',
    'NEW.record IS NOT OLD.record',
    'NEW.rowid IS NOT OLD.rowid',
  ]),
];

/** A hold is asked for where the keys end: without them, parts that stay serve nobody. */
const PERSONAL = [
  refuse('audit_personal', 'DELETE', 'only what is due and whose keys were destroyed', [
    `NOT EXISTS (SELECT 1 FROM destroyed_kid WHERE kid = OLD.kid AND day >= OLD.purge_after)`,
  ]),
];
