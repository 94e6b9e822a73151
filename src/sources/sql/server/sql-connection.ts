import { type CompiledQuery, type QueryState, type RowSet } from '../sql-engine.ts';
import { type PooledConnection } from './connection-pool.ts';

/** One session on a database server that can only read. */
export interface SqlConnection<Query extends CompiledQuery = CompiledQuery> extends PooledConnection {
  /** Holds a query against the database, without reading data. @throws GatewayError SOURCE_UNAVAILABLE */
  describe(query: Query): Promise<QueryState>;
  /**
   * Runs a query; its values are bound in the order of its parameters.
   * @param name names the query within the session, so that it is prepared once
   * @throws GatewayError as `Source.fetch` does
   */
  read(name: string, query: Query, values: readonly string[]): Promise<RowSet>;
}

/**
 * Opens a session; MUST end it when the signal is aborted meanwhile.
 * @throws GatewayError SOURCE_UNAVAILABLE, as ConnectionFailure where the server was not reached or refused us
 */
export type OpenConnection<Query extends CompiledQuery = CompiledQuery> = (
  signal: AbortSignal,
) => Promise<SqlConnection<Query>>;
