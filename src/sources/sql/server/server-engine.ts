import { asGatewayError } from '../../../shared/problem.ts';
import { answerInvalid, unavailable } from '../../source-error.ts';
import { untilAborted } from '../../until-aborted.ts';
import { boundedRows } from '../bounded-rows.ts';
import { unusable, unusableColumn } from '../query-shape.ts';
import {
  type CompiledQuery,
  type EngineState,
  type QueryState,
  type RowSet,
  type SqlEngine,
} from '../sql-engine.ts';
import { ConnectionPool } from './connection-pool.ts';
import { type OpenConnection, type SqlConnection } from './sql-connection.ts';

const MAX_ROWS = 2;

export interface ServerEngineParts<Query extends CompiledQuery> {
  readonly queries: readonly Query[];
  readonly timeoutMilliseconds: number;
  readonly open: OpenConnection<Query>;
}

/**
 * A database server behind a pool of sessions. Queries are held against it once it is reached, and again while one of
 * them cannot be used; the columns of an answer are always those that came with it.
 */
export class ServerEngine<Query extends CompiledQuery> implements SqlEngine {
  readonly #parts: ServerEngineParts<Query>;
  readonly #pool: ConnectionPool<SqlConnection<Query>>;
  #state: EngineState = { reachable: false, reason: 'NOT_STARTED' };
  #looking: Promise<void> | undefined;

  constructor(parts: ServerEngineParts<Query>) {
    this.#parts = parts;
    this.#pool = new ConnectionPool(parts.open);
  }

  async start(): Promise<EngineState> {
    await this.#look().catch((thrown: unknown) => {
      const { code, cause } = asGatewayError(thrown);
      this.#state = { reachable: false, reason: typeof cause === 'string' ? cause : code };
    });
    return this.#state;
  }

  state(): EngineState {
    return this.#state;
  }

  async read(place: number, values: readonly string[], given?: AbortSignal): Promise<RowSet> {
    const signal = given ?? this.#limit();
    const query = this.#parts.queries[place];
    if (query === undefined || !(await this.#isUsable(place, signal))) throw unavailable('QUERY_NOT_USABLE');
    const { columns, rows } = await this.#pool.use(signal, async (connection) =>
      connection.read(`gecit_${String(place)}`, query, values),
    );
    this.#take(place, columns);
    if (rows.length > MAX_ROWS) throw answerInvalid('TOO_MANY_ROWS');
    const bounded = boundedRows(rows.map((row) => [...row]));
    if (typeof bounded === 'string') throw answerInvalid(bounded);
    return { columns, rows: bounded };
  }

  async close(): Promise<void> {
    this.#pool.close();
    return Promise.resolve();
  }

  #limit(): AbortSignal {
    return AbortSignal.timeout(this.#parts.timeoutMilliseconds);
  }

  async #isUsable(place: number, signal: AbortSignal): Promise<boolean> {
    if (this.#query(place)?.usable !== true) await untilAborted(signal, this.#look());
    return this.#query(place)?.usable === true;
  }

  #query(place: number): QueryState | undefined {
    return this.#state.reachable ? this.#state.queries[place] : undefined;
  }

  /** Whoever looks while somebody does shares what comes of it. */
  async #look(): Promise<void> {
    this.#looking ??= this.#describeAll().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #describeAll(): Promise<void> {
    const queries: QueryState[] = [];
    await this.#pool.use(this.#limit(), async (connection) => {
      for (const query of this.#parts.queries) queries.push(await connection.describe(query));
    });
    this.#state = { reachable: true, queries };
  }

  /** Takes over the columns of an answer where the database was changed meanwhile. */
  #take(place: number, columns: readonly string[]): void {
    const known = this.#query(place);
    if (!this.#state.reachable || (known?.usable === true && isSame(known.columns, columns))) return;
    const wrong = unusableColumn(columns);
    const now: QueryState = wrong === undefined ? { usable: true, columns } : unusable('columns', wrong);
    this.#state = {
      reachable: true,
      queries: this.#state.queries.map((old, at) => (at === place ? now : old)),
    };
    if (!now.usable) throw unavailable('QUERY_NOT_USABLE');
  }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, place) => name === other[place]);
}
