import { type Database } from 'better-sqlite3';
import { type Approval, type ApprovalStatement } from '../../privacy/destruction/approval.ts';
import {
  type Cleaning,
  type DestroyedKid,
  type DestructionRegister,
  type StoredPlan,
} from '../../privacy/destruction/destruction-register.ts';
import { type Hold } from '../../privacy/destruction/hold.ts';
import { type DestructionPlan } from '../../privacy/destruction/plan.ts';
import { cleanPages } from './clean-pages.ts';
import { deleteParts } from './delete-parts.ts';

interface HoldRow {
  readonly id: string;
  readonly kid: string | null;
  readonly fromMonth: string;
  readonly toMonth: string;
  readonly record: string;
  readonly placedAt: number;
  readonly liftedAt: number | null;
}

interface ApprovalRow extends Omit<Approval, 'statement'> {
  readonly statement: string;
}

const WAIT_MILLISECONDS = 5_000;
const PLANS = 'SELECT id, hash, plan FROM destruction_plan';
const DESTROYED = 'SELECT kid, plan AS planId, day, record, emptied_at AS emptiedAt FROM destroyed_kid';

/** Holds and destruction over a connection of its own. */
export class DestructionTable implements DestructionRegister {
  readonly #connection: Database;

  constructor(connection: Database) {
    this.#connection = connection;
    connection.pragma(`busy_timeout = ${String(WAIT_MILLISECONDS)}`);
    connection.pragma('secure_delete = ON');
  }

  async holds(): Promise<readonly Hold[]> {
    const rows = this.#connection.prepare<[], HoldRow>(
      `SELECT id, kid, from_month AS fromMonth, to_month AS toMonth, record, placed_at AS placedAt, lifted_at AS liftedAt
       FROM legal_hold ORDER BY placed_at, id`,
    );
    const holds = rows.all().map(({ kid, fromMonth, toMonth, ...hold }) => ({
      ...hold,
      scope: kid === null ? { fromMonth, toMonth } : { kid },
    }));
    return Promise.resolve(holds);
  }

  async plans(): Promise<readonly StoredPlan[]> {
    const ids = this.#connection.prepare<[], string>('SELECT id FROM destruction_plan ORDER BY made_at, id');
    return Promise.resolve(
      ids
        .pluck()
        .all()
        .flatMap((id) => this.#plan(id) ?? []),
    );
  }

  async plan(id: string): Promise<StoredPlan | undefined> {
    return Promise.resolve(this.#plan(id));
  }

  #plan(id: string): StoredPlan | undefined {
    const row = this.#connection
      .prepare<[string], { hash: string; plan: string }>(`${PLANS} WHERE id = ?`)
      .get(id);
    if (row === undefined) return undefined;
    const approvals = this.#connection.prepare<[string], ApprovalRow>(
      `SELECT operator, public_key AS publicKey, statement, signature FROM destruction_approval
       WHERE plan = ? ORDER BY rowid`,
    );
    return {
      plan: JSON.parse(row.plan) as DestructionPlan,
      hash: row.hash,
      approvals: approvals.all(id).map(approvalOf),
      destroyed: this.#connection
        .prepare<[string], DestroyedKid>(`${DESTROYED} WHERE plan = ? ORDER BY kid`)
        .all(id),
    };
  }

  async destroyed(): Promise<readonly DestroyedKid[]> {
    return Promise.resolve(this.#connection.prepare<[], DestroyedKid>(`${DESTROYED} ORDER BY kid`).all());
  }

  async parts(): Promise<ReadonlyMap<string, number>> {
    const kids = this.#connection.prepare<[], string>(
      'SELECT kid FROM audit_kid WHERE kid NOT IN (SELECT kid FROM destroyed_kid)',
    );
    const counts = this.#connection.prepare<[], { kid: string; parts: number }>(
      'SELECT kid, COUNT(*) AS parts FROM audit_personal GROUP BY kid',
    );
    const counted = new Map(counts.all().map(({ kid, parts }) => [kid, parts]));
    const all = kids.pluck().all();
    return Promise.resolve(new Map(all.map((kid) => [kid, counted.get(kid) ?? 0])));
  }

  async deleteParts(kids: readonly string[], now: number, onDeleted: (count: number) => void): Promise<void> {
    await deleteParts(this.#connection, kids, now, onDeleted);
  }

  async clean(now: number): Promise<Cleaning> {
    return new Promise((resolve) => {
      resolve(cleanPages(this.#connection, now));
    });
  }
}

function approvalOf({ statement, ...rest }: ApprovalRow): Approval {
  return { ...rest, statement: JSON.parse(statement) as ApprovalStatement };
}
