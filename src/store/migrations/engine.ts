import { type Knex } from 'knex';

/** The engine that a schema is made for. */
export type Engine = 'sqlite' | 'postgres' | 'mssql';

const BY_DIALECT: Readonly<Record<string, Engine>> = {
  sqlite3: 'sqlite',
  'better-sqlite3': 'sqlite',
  postgresql: 'postgres',
  mssql: 'mssql',
};

interface Dialect {
  readonly client: { readonly dialect: string };
}

/** Which engine a connection of knex speaks to. */
export function engineOf(database: Knex): Engine {
  const { dialect } = (database as unknown as Dialect).client;
  const engine = BY_DIALECT[dialect];
  if (engine === undefined) throw new Error(`no engine for the dialect ${dialect}`);
  return engine;
}
