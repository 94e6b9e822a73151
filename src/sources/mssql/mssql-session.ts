import { type PooledConnection } from '../sql/server/connection-pool.ts';
import { type MssqlParameter } from './mssql-statement.ts';

/** What is asked: the text of a batch, or the name of a procedure. */
export interface MssqlCall {
  readonly kind: 'batch' | 'procedure';
  readonly text: string;
  readonly inputs: readonly (MssqlParameter & { readonly value: string | null })[];
  readonly outputs: readonly MssqlParameter[];
}

export interface MssqlColumn {
  readonly name: string;
  /** The driver's name of the type, e.g. `DateTime2`. */
  readonly type: string;
}

export interface MssqlResultSet {
  readonly columns: readonly MssqlColumn[];
  readonly rows: readonly (readonly unknown[])[];
}

export interface MssqlAnswer {
  readonly sets: readonly MssqlResultSet[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** One logged-in session of the driver: all that the source needs of it. */
export interface MssqlSession extends PooledConnection {
  /** Whether anything came since the last call began. */
  readonly began: boolean;
  /**
   * Asks, and collects what comes; more rows in a result set than `maxRows` end the session.
   * @throws what the driver throws, or the GatewayError with which the session was destroyed
   */
  call(call: MssqlCall, maxRows: number): Promise<MssqlAnswer>;
}
