import { type Approval, type ApprovalStatement } from '../../privacy/destruction/approval.ts';
import {
  type Cleaning,
  type DestroyedKid,
  type DestructionRegister,
  type StoredPlan,
} from '../../privacy/destruction/destruction-register.ts';
import { type Hold } from '../../privacy/destruction/hold.ts';
import { type DestructionPlan } from '../../privacy/destruction/plan.ts';
import { deletePartsOf } from './delete-parts-of.ts';
import { type ServerDatabase } from './server-database.ts';
import { firstRow, wholeNumber, wholeNumbers } from './server-rows.ts';

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

interface Counted {
  readonly kid?: string | number;
  readonly parts?: string | number;
}

/** Whether this user may write the table's files anew. */
const OWNS_PARTS = `SELECT pg_has_role(relowner, 'USAGE') AS owns FROM pg_class
  WHERE oid = CAST('audit_personal' AS regclass)`;

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
    const { knex, patient } = this.#database;
    const kids = await knex('audit_kid')
      .whereNotIn('kid', knex('destroyed_kid').select('kid'))
      .orderBy('kid')
      .pluck<string[]>('kid');
    const counted: readonly Counted[] = await patient('audit_personal')
      .select('kid')
      .count({ parts: '*' })
      .groupBy('kid');
    const parts = new Map(counted.map((row) => [row.kid, wholeNumber(row.parts ?? 0)]));
    return new Map(kids.map((kid) => [kid, parts.get(kid) ?? 0]));
  }

  async deleteParts(kids: readonly string[], now: number, onDeleted: (count: number) => void): Promise<void> {
    const { knex } = this.#database;
    await deletePartsOf(knex, kids, onDeleted);
    await knex('destroyed_kid').whereIn('kid', kids).whereNull('emptied_at').update({ emptied_at: now });
    await this.#afterDeletion();
  }

  /** What the server keeps of deleted rows, in its files and its backups, is its administrator's: the keys are destroyed. */
  async clean(now: number): Promise<Cleaning> {
    const { patient, engine } = this.#database;
    await patient('idempotency').where('expires_at', '<=', now).delete();
    await patient('access_token').where('expires_at', '<=', now).delete();
    if (engine !== 'postgres') return 'delete';
    // Of who may not, PostgreSQL takes the statement and does nothing.
    const { owns } = firstRow(await patient.raw(OWNS_PARTS)) as { readonly owns: boolean };
    if (!owns) return 'delete';
    await patient.raw('VACUUM audit_personal');
    return 'vacuum';
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
