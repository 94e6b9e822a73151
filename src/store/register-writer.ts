import { type Database } from 'better-sqlite3';
import { type RegisterChange, RegisterConflictError } from '../gateway/register-change.ts';
import { CONFLICTS } from './register-conflicts.ts';
import { BUMP, isPossible, STATEMENTS, valuesOf } from './register-statements.ts';
import { errorCode } from './store-fault.ts';

/** Applies changes of the registers inside a transaction that the caller holds. */
export class RegisterWriter {
  readonly #connection: Database;

  constructor(connection: Database) {
    this.#connection = connection;
  }

  /** @throws RegisterConflictError when the change hits nothing; the caller then rolls back */
  apply(change: RegisterChange): void {
    if (!isPossible(change) || !this.#changesRow(change))
      throw new RegisterConflictError(CONFLICTS[change.kind]);
    this.#connection.prepare(BUMP).run();
  }

  #changesRow(change: RegisterChange): boolean {
    const values = valuesOf(change);
    try {
      return STATEMENTS[change.kind].some((sql) => this.#connection.prepare(sql).run(values).changes > 0);
    } catch (error) {
      if (errorCode(error).startsWith('SQLITE_CONSTRAINT')) return false;
      throw error;
    }
  }
}
