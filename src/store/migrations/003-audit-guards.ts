import { type Knex } from 'knex';
import { engineOf } from './engine.ts';
import { never, refuse } from './guards/sqlite.ts';

/**
 * Triggers that keep evidence and counters from going backwards. They stop every statement of every program that opens
 * the file as a database; what the owner of the file can still do is detected by verifying the log.
 *
 * REPLACE deletes the row it collides with without firing DELETE triggers, so every INSERT guard refuses any collision
 * itself, the hidden rowid's included (it is -1 where a statement does not name one).
 */
export async function createAuditGuards(database: Knex): Promise<void> {
  // A shared database gets all its guards at once, in its last step.
  if (engineOf(database) !== 'sqlite') return;
  for (const guard of [...LEAF, ...HEAD, ...ROOT, ...PERSONAL, ...KID, ...COUNTER, ...VERSION])
    await database.raw(guard);
}

const LEAF = [
  never('audit_leaf', 'UPDATE'),
  never('audit_leaf', 'DELETE'),
  refuse('audit_leaf', 'INSERT', 'the next index only', [
    'NEW.idx IS NOT (SELECT COALESCE(MAX(idx) + 1, 0) FROM audit_leaf WHERE log = NEW.log)',
    'EXISTS (SELECT 1 FROM audit_leaf WHERE log = NEW.log AND query_id = NEW.query_id)',
    'EXISTS (SELECT 1 FROM audit_leaf WHERE rowid = NEW.rowid)',
  ]),
];

const HEAD = [
  never('audit_head', 'DELETE'),
  refuse('audit_head', 'INSERT', 'one empty head per log', [
    'NEW.size <> 0',
    'EXISTS (SELECT 1 FROM audit_head WHERE origin = NEW.origin OR log = NEW.log)',
  ]),
  refuse('audit_head', 'UPDATE', 'forward to the number of leaves only', [
    'NEW.log IS NOT OLD.log',
    'NEW.origin IS NOT OLD.origin',
    'NEW.size <= OLD.size',
    'NEW.size IS NOT (SELECT MAX(idx) + 1 FROM audit_leaf WHERE log = NEW.log)',
  ]),
];

const ROOT = [
  never('audit_root', 'UPDATE'),
  never('audit_root', 'DELETE'),
  refuse('audit_root', 'INSERT', 'the root of the head only', [
    'NOT EXISTS (SELECT 1 FROM audit_head WHERE log = NEW.log AND size = NEW.size AND root = NEW.root)',
    'EXISTS (SELECT 1 FROM audit_root WHERE log = NEW.log AND size = NEW.size)',
    'EXISTS (SELECT 1 FROM audit_root WHERE rowid = NEW.rowid)',
  ]),
];

/** A personal part enters in the transaction of its leaf, before the head moves over it; what it could replace then is its own. */
const PERSONAL = [
  never('audit_personal', 'UPDATE'),
  never('audit_personal', 'DELETE'),
  refuse('audit_personal', 'INSERT', 'together with its leaf only', [
    'NOT EXISTS (SELECT 1 FROM audit_leaf WHERE log = NEW.log AND idx = NEW.idx)',
    'NEW.idx < (SELECT size FROM audit_head WHERE log = NEW.log)',
    'EXISTS (SELECT 1 FROM audit_personal WHERE rowid = NEW.rowid)',
  ]),
];

/** A kid that was in use once is never free again. */
const KID = [
  never('audit_kid', 'UPDATE'),
  never('audit_kid', 'DELETE'),
  refuse('audit_kid', 'INSERT', 'new kids only', [
    'EXISTS (SELECT 1 FROM audit_kid WHERE kid = NEW.kid)',
    'EXISTS (SELECT 1 FROM audit_kid WHERE rowid = NEW.rowid)',
  ]),
];

const COUNTER = [
  never('quota_counter', 'DELETE'),
  refuse('quota_counter', 'INSERT', 'one counter per scope and day', [
    'NEW.used < 0',
    'EXISTS (SELECT 1 FROM quota_counter WHERE scope = NEW.scope AND day = NEW.day)',
    'EXISTS (SELECT 1 FROM quota_counter WHERE rowid = NEW.rowid)',
  ]),
  refuse('quota_counter', 'UPDATE', 'upwards only', [
    'NEW.scope IS NOT OLD.scope',
    'NEW.day IS NOT OLD.day',
    'NEW.used < OLD.used',
    'NEW.rowid IS NOT OLD.rowid',
  ]),
];

const VERSION = [
  never('register_version', 'DELETE'),
  refuse('register_version', 'INSERT', 'one version', ['EXISTS (SELECT 1 FROM register_version)']),
  refuse('register_version', 'UPDATE', 'upwards only', [
    'NEW.id IS NOT OLD.id',
    'NEW.version <= OLD.version',
  ]),
];
