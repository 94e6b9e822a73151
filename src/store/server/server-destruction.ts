import { type Approval, type ApprovalStatement } from '../../privacy/destruction/approval.ts';
import {
  type Cleaning,
  type DestroyedKid,
  type DestructionRegister,
  type StoredPlan,
} from '../../privacy/destruction/destruction-register.ts';
import { type Hold } from '../../privacy/destruction/hold.ts';
import { type DestructionPlan } from '../../privacy/destruction/plan.ts';
import { type ServerDatabase } from './server-database.ts';
import { rowsOf, wholeNumber, wholeNumbers } from './server-rows.ts';

interface HoldRow {
  readonly id: string;
  readonly kid: string | null;
  readonly from_month: string;
  readonly to_month: string;
  readonly record: string;
  readonly placed_at: number;
  readonly lifted_at: number | null;
}

interface PlanRow {
  readonly id: string;
  readonly hash: string;
  readonly plan: string;
}

interface ApprovalRow {
  readonly operator: string;
  readonly public_key: string;
  readonly statement: string;
  readonly signature: string;
}

interface DestroyedRow {
  readonly kid: string;
  readonly plan: string;
  readonly day: string;
  readonly record: string;
  readonly emptied_at: number | null;
}

/** A server that commits meanwhile waits for one of these. */
const PARTS_AT_ONCE = 1_000;

/** Holds and destruction in a shared database. */
export class ServerDestruction implements DestructionRegister {
  readonly #database: ServerDatabase;
  readonly #afterDeletion: () => Promise<void>;

  /** @param afterDeletion removes the same parts from what was copied out of the database */
  constructor(database: ServerDatabase, afterDeletion: () => Promise<void>) {
    this.#database = database;
    this.#afterDeletion = afterDeletion;
  }

  async holds(): Promise<readonly Hold[]> {
    const rows = await this.#database.knex<HoldRow>('legal_hold').select().orderBy(['placed_at', 'id']);
    return rows.map((row) => holdOf(wholeNumbers(row, 'placed_at', 'lifted_at')));
  }

  async plans(): Promise<readonly StoredPlan[]> {
    const rows = await this.#database.knex<PlanRow>('destruction_plan').select().orderBy(['made_at', 'id']);
    return Promise.all(rows.map(async (row) => this.#planOf(row)));
  }

  async plan(id: string): Promise<StoredPlan | undefined> {
    const row = await this.#database.knex<PlanRow>('destruction_plan').where({ id }).first();
    return row && this.#planOf(row);
  }

  async destroyed(): Promise<readonly DestroyedKid[]> {
    const rows = await this.#database.knex<DestroyedRow>('destroyed_kid').select().orderBy('kid');
    return rows.map(destroyedOf);
  }

  async parts(): Promise<ReadonlyMap<string, number>> {
    const { knex } = this.#database;
    const kids = await knex('audit_kid')
      .whereNotIn('kid', knex('destroyed_kid').select('kid'))
      .orderBy('kid')
      .pluck<string[]>('kid');
    const counted = (await knex('audit_personal').select('kid').count({ parts: '*' }).groupBy('kid')) as {
      readonly kid: string;
      readonly parts: number | string;
    }[];
    const parts = new Map(counted.map((row) => [row.kid, wholeNumber(row.parts)]));
    return new Map(kids.map((kid) => [kid, parts.get(kid) ?? 0]));
  }

  async deleteParts(kids: readonly string[], now: number, onDeleted: (count: number) => void): Promise<void> {
    const { knex } = this.#database;
    let deleted = 0;
    for (const kid of kids) {
      for (;;) {
        const gone = await this.#deleteSome(kid);
        if (gone === 0) break;
        deleted += gone;
        onDeleted(deleted);
      }
    }
    await knex('destroyed_kid').whereIn('kid', kids).whereNull('emptied_at').update({ emptied_at: now });
    await this.#afterDeletion();
  }

  /** What the server keeps of deleted rows, in its files and its backups, is its administrator's: the keys are destroyed. */
  async clean(now: number): Promise<Cleaning> {
    const { knex, engine } = this.#database;
    await knex('idempotency').where('expires_at', '<=', now).delete();
    await knex('access_token').where('expires_at', '<=', now).delete();
    if (engine === 'postgres') await knex.raw('VACUUM audit_personal');
    return engine === 'postgres' ? 'vacuum' : 'delete';
  }

  async #deleteSome(kid: string): Promise<number> {
    const { knex, engine } = this.#database;
    if (engine === 'mssql') {
      const counted = await knex.raw(
        'DELETE TOP (?) FROM audit_personal WHERE kid = ?;\nSELECT @@ROWCOUNT AS changed',
        [PARTS_AT_ONCE, kid],
      );
      return rowsOf<{ changed: number }>(counted)[0]?.changed ?? 0;
    }
    return knex('audit_personal')
      .whereIn(
        ['log', 'idx'],
        knex('audit_personal').where({ kid }).select('log', 'idx').limit(PARTS_AT_ONCE),
      )
      .delete();
  }

  async #planOf({ id, hash, plan }: PlanRow): Promise<StoredPlan> {
    const { knex } = this.#database;
    const approvals = await knex<ApprovalRow>('destruction_approval')
      .where('plan', id)
      .select()
      .orderBy('operator');
    const destroyed = await knex<DestroyedRow>('destroyed_kid').where('plan', id).select().orderBy('kid');
    return {
      plan: JSON.parse(plan) as DestructionPlan,
      hash,
      approvals: approvals.map(approvalOf).sort(inOrderOfTime),
      destroyed: destroyed.map(destroyedOf),
    };
  }
}

function holdOf({ id, kid, from_month: fromMonth, to_month: toMonth, ...row }: HoldRow): Hold {
  const scope = kid === null ? { fromMonth, toMonth } : { kid };
  return { id, scope, record: row.record, placedAt: row.placed_at, liftedAt: row.lifted_at };
}

function approvalOf({ operator, public_key: publicKey, statement, signature }: ApprovalRow): Approval {
  return { operator, publicKey, statement: JSON.parse(statement) as ApprovalStatement, signature };
}

function inOrderOfTime(one: Approval, other: Approval): number {
  return one.statement.at < other.statement.at ? -1 : 1;
}

function destroyedOf(row: DestroyedRow): DestroyedKid {
  const { kid, plan: planId, day, record, emptied_at: emptiedAt } = wholeNumbers(row, 'emptied_at');
  return { kid, planId, day, record, emptiedAt };
}
