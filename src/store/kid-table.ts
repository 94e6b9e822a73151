import { type Database, type Statement } from 'better-sqlite3';
import { unlessBusy } from './busy.ts';

/** Which record keys sealed parts need: those are never made anew. */
export interface KidsInUse {
  has(kid: string): boolean;
  /** @param month `YYYY-MM` */
  ofMonth(month: string): readonly string[];
}

/** The kids under which parts were ever sealed. A row enters with the first part and stays when the parts are destroyed. */
export class KidTable implements KidsInUse {
  readonly #has: Statement<[string], number>;
  readonly #ofMonth: Statement<[string], string>;
  readonly #add: Statement<[string, string]>;

  constructor(connection: Database) {
    this.#has = connection.prepare<[string], number>('SELECT 1 FROM audit_kid WHERE kid = ?').pluck();
    this.#ofMonth = connection
      .prepare<[string], string>("SELECT kid FROM audit_kid WHERE kid LIKE '%-' || ? ORDER BY kid")
      .pluck();
    this.#add = connection.prepare(
      'INSERT INTO audit_kid (kid) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM audit_kid WHERE kid = ?)',
    );
  }

  has(kid: string): boolean {
    return unlessBusy(() => this.#has.get(kid)) !== undefined;
  }

  ofMonth(month: string): readonly string[] {
    return unlessBusy(() => this.#ofMonth.all(month));
  }

  /** Part of the transaction that stores the first part. */
  add(kid: string): void {
    this.#add.run(kid, kid);
  }
}
