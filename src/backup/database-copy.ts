/** Copies the gateway's database, whatever its engine, into one SQLite file of the gateway's schema. */
export interface DatabaseCopy {
  /**
   * The copy is one moment of the database; whoever writes meanwhile is not stopped.
   * @param file must not exist; on the disk when this resolves
   * @param onProgress is told pages, or rows, copied and in all
   */
  copyTo(file: string, onProgress: (done: number, total: number) => void): Promise<void>;
}
