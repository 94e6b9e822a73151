/** A configured query in the dialect of its engine: values are bound by place, never written into the text. */
export interface CompiledQuery {
  readonly sql: string;
  /** Input field ids in the order of the placeholders; where these have no numbers, an id may stand more than once. */
  readonly parameters: readonly string[];
}

/** Why an engine cannot take a query: it does not compile, it does not only read, its parameters or columns differ. */
export type QueryFault = 'invalid' | 'not-a-read' | 'parameters' | 'columns';

/** What an engine found when it prepared a query. `detail` quotes configuration only, never data. */
export type QueryState =
  | { readonly usable: true; readonly columns: readonly string[] }
  | { readonly usable: false; readonly fault: QueryFault; readonly detail: string };

/** What an engine knows of its data: the state of every query in order, or why it cannot be reached. */
export type EngineState =
  | { readonly reachable: true; readonly queries: readonly QueryState[] }
  | { readonly reachable: false; readonly reason: string };

/** At most two rows, enough to tell one match from several. */
export interface RowSet {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** One kind of database behind the SQL source. */
export interface SqlEngine {
  /** How many reads it takes at once where the settings do not say; undefined: few. */
  readonly concurrency?: number | undefined;
  /** Opens the data and prepares every query. Resolves when the data cannot be reached, too. */
  start(): Promise<EngineState>;
  /** The newest state known, without asking. */
  state(): EngineState;
  /**
   * Runs the query at this place with its values bound.
   * MUST settle within the source's time limit and soon after `signal` is aborted; rejects as `Source.fetch` does.
   */
  read(query: number, values: readonly string[], signal?: AbortSignal): Promise<RowSet>;
  close(): Promise<void>;
}

/** Rows above this size are not an answer of the agreed kind (bytes of a blob, UTF-16 units of text). */
export const MAX_ROW_SIZE = 1024 * 1024;
