import knex from 'knex';
import { type CompiledQuery } from './sql-engine.ts';

/** The names under which knex knows the engines. */
export type Dialect = 'better-sqlite3';

/**
 * Turns the named parameters of a configured query (`:tckn`) into placeholders of the dialect.
 * A name that is not an input field is left in the text, where the engine reports it.
 */
export function compileQuery(dialect: Dialect, query: string, inputIds: readonly string[]): CompiledQuery {
  const builder = knex({ client: dialect, useNullAsDefault: true });
  // Each name is bound to itself, so that the list of bindings is the order of the parameters.
  const names = Object.fromEntries(inputIds.map((id) => [id, id]));
  const native = builder.raw(withoutEnd(query), names).toSQL().toNative();
  return { sql: native.sql, parameters: native.bindings.map(String) };
}

function withoutEnd(query: string): string {
  return query.trim().replace(/;$/, '').trimEnd();
}
