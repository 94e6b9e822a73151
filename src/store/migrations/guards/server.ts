import { type Knex } from 'knex';
import { engineOf } from '../engine.ts';
import { type Guard, RULES } from './server-rules.ts';

/** Number of every error that a guard throws in SQL Server. */
const GUARD_NUMBER = 51_000;

/**
 * Guards of a shared database: triggers that fire once a statement and look at all of its rows. They stop every statement
 * of every user but those who may change the schema; a role for the gateway that may not is described in the operator's guide.
 */
export async function createServerGuards(database: Knex): Promise<void> {
  const engine = engineOf(database);
  for (const guard of RULES)
    for (const statement of engine === 'postgres' ? postgresGuard(guard) : mssqlGuard(guard))
      await database.raw(statement);
  if (engine === 'postgres')
    for (const table of new Set(RULES.map((guard) => guard.table)))
      for (const statement of postgresTruncateGuard(table)) await database.raw(statement);
}

/** Statements that make the guard in PostgreSQL. */
export function postgresGuard({ table, event, rule, refuses }: Guard): string[] {
  const name = nameOf(table, event);
  const seen = {
    INSERT: 'REFERENCING NEW TABLE AS inserted',
    UPDATE: 'REFERENCING OLD TABLE AS deleted NEW TABLE AS inserted',
    DELETE: 'REFERENCING OLD TABLE AS deleted',
  }[event];
  return [
    `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN
       IF ${refuses.join('\n       OR ')} THEN RAISE EXCEPTION '${table}: ${rule}'; END IF;
       RETURN NULL; END $guard$`,
    `CREATE TRIGGER ${name} AFTER ${event} ON ${table} ${seen} FOR EACH STATEMENT EXECUTE FUNCTION ${name}()`,
  ];
}

function postgresTruncateGuard(table: string): string[] {
  const name = `${table}_no_truncate`;
  return [
    `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN
       RAISE EXCEPTION '${table}: no TRUNCATE'; END $guard$`,
    `CREATE TRIGGER ${name} BEFORE TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION ${name}()`,
  ];
}

/** Statements that make the guard in SQL Server. Its THROW dooms the whole transaction, which the gateway then rolls back. */
export function mssqlGuard({ table, event, rule, refuses }: Guard): string[] {
  return [
    `CREATE TRIGGER ${nameOf(table, event)} ON ${table} AFTER ${event} AS
     BEGIN
       SET NOCOUNT ON;
       IF ${refuses.join('\n       OR ')}
         THROW ${String(GUARD_NUMBER)}, '${table}: ${rule}', 1;
     END`,
  ];
}

function nameOf(table: string, event: string): string {
  return `${table}_guard_${event.toLowerCase()}`;
}
