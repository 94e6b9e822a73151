import { type Knex } from 'knex';
import { engineOf } from '../migrations/engine.ts';

/** Registers the kids of sealed parts inside a transaction. A kid that is registered once stays so. */
export class ServerKids {
  readonly #transaction: Knex.Transaction;
  readonly #known: Set<string>;
  /** Known once this transaction is committed, and not before. */
  readonly #added = new Set<string>();

  /** @param known kids that are certainly in the database; those that are found there are added to it */
  constructor(transaction: Knex.Transaction, known: Set<string>) {
    this.#transaction = transaction;
    this.#known = known;
  }

  async add(kids: readonly string[]): Promise<void> {
    const asked = kids.filter((kid) => !this.#known.has(kid) && !this.#added.has(kid));
    if (asked.length === 0) return;
    const found = await this.#transaction('audit_kid').whereIn('kid', asked).pluck<string[]>('kid');
    for (const kid of found) this.#known.add(kid);
    for (const kid of asked.filter((one) => !found.includes(one))) {
      await this.#addOnce(kid);
      this.#added.add(kid);
    }
  }

  /** Another node may register the same kid at this moment; either way it is there afterwards. */
  async #addOnce(kid: string): Promise<void> {
    if (engineOf(this.#transaction) === 'postgres') {
      await this.#transaction('audit_kid').insert({ kid }).onConflict('kid').ignore();
      return;
    }
    // HOLDLOCK keeps the gap: of two transactions that both find no row, the second waits for the first.
    await this.#transaction.raw(
      `INSERT INTO audit_kid (kid)
       SELECT ? WHERE NOT EXISTS (SELECT 1 FROM audit_kid WITH (UPDLOCK, HOLDLOCK) WHERE kid = ?)`,
      [kid, kid],
    );
  }
}
