/** What a SQL source is told: where its data is, and which agreed operation is answered by which query. */
export interface SqlSourceSettings {
  readonly id: string;
  /** The agreement's system that this source is. */
  readonly system: string;
  /** `sqlite:<file>` */
  readonly url: string;
  readonly timeoutMilliseconds: number;
  readonly operations: readonly SqlOperationSettings[];
}

export interface SqlOperationSettings {
  readonly agreement: string;
  readonly operation: string;
  /** One SELECT with the operation's input ids as named parameters (`:tckn`); its columns are output field ids. */
  readonly query: string;
}
