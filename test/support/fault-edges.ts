import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Database, type Statement } from 'better-sqlite3';
import { diskCalls, type FileCalls } from '../../src/shared/file-calls.ts';
import { type OpenDatabase } from '../../src/store/open-database.ts';

/** `failed`: the step is not done, or a draft half. `persisted`: it is done, and reported as failed all the same. */
export type Outcome = 'failed' | 'persisted';

/** A step that fails once. */
export interface Fault {
  /** Beginning of its SQL, or what it does with which file, e.g. `rename signed.checkpoint`. */
  readonly step: string;
  /** Which of the steps that begin so, from 1; the first without it. */
  readonly nth?: number;
  readonly outcome: Outcome;
  /** Code of the error, e.g. `SQLITE_BUSY`; without it that of a disk that does not work. */
  readonly code?: string;
  /** Runs in the middle of the step, done or not: what lies on the disk now is what a process that dies here leaves. */
  readonly moment: () => void;
}

/** The edges of a process to its disk: every statement that changes the database, every call that changes a file. */
export class FaultEdges {
  /** Every step that was asked for, in order. */
  readonly steps: string[] = [];
  /** Files whose newest name may not survive a power cut, because their folder was not synced since. */
  readonly unsynced = new Set<string>();
  #faults: { readonly fault: Fault; left: number }[] = [];

  arm(...faults: readonly Fault[]): void {
    this.#faults = faults.map((fault) => ({ fault, left: fault.nth ?? 1 }));
  }

  /** Faults that no step has met. */
  get armed(): string[] {
    return this.#faults.map(({ fault }) => fault.step);
  }

  around<Result>(step: string, work: () => Result, half: () => void = () => undefined): Result {
    this.steps.push(step);
    const met = this.#meet(step);
    if (met === undefined) return work();
    if (met.outcome === 'failed') half();
    else work();
    met.moment();
    const code = met.code ?? (/^[A-Z]/.test(step) ? 'SQLITE_IOERR' : 'EIO');
    throw Object.assign(new Error(`${step} ${met.outcome} on purpose`), { code });
  }

  #meet(step: string): Fault | undefined {
    for (const armed of this.#faults) {
      if (!step.startsWith(armed.fault.step)) continue;
      armed.left -= 1;
      if (armed.left > 0) continue;
      this.#faults = this.#faults.filter((one) => one !== armed);
      return armed.fault;
    }
    return undefined;
  }
}

/** The disk behind the edges. Drafts are named as the files that they become. */
export function faultyCalls(edges: FaultEdges): FileCalls {
  return {
    write: (file, content, mode) => {
      const half = (): void => {
        writeFileSync(file, content.slice(0, content.length >> 1), { mode });
      };
      edges.around(
        `write ${nameOf(file)}`,
        () => {
          diskCalls.write(file, content, mode);
        },
        half,
      );
    },
    link: (file, name) => {
      edges.around(`link ${nameOf(name)}`, () => {
        diskCalls.link(file, name);
        edges.unsynced.add(name);
      });
    },
    rename: (file, name) => {
      edges.around(`rename ${nameOf(name)}`, () => {
        diskCalls.rename(file, name);
        edges.unsynced.add(name);
      });
    },
    remove: (file) => {
      edges.around(`remove ${nameOf(file)}`, () => {
        diskCalls.remove(file);
      });
    },
    syncFolder: (folder) => {
      edges.around(`sync ${basename(folder)}`, () => {
        diskCalls.syncFolder(folder);
        for (const file of edges.unsynced) if (file.startsWith(folder)) edges.unsynced.delete(file);
      });
    },
  };
}

/** The database behind the edges: every statement of its connections that is run, and every transaction. */
export function faultyDatabase(database: OpenDatabase, edges: FaultEdges): OpenDatabase {
  const connect = async (): Promise<Database> => {
    const connection = await database.connect();
    // A process that dies takes nothing back from the operating system: the order is what counts here, not the disk.
    connection.pragma('synchronous = OFF');
    return spoiled(connection, edges);
  };
  return { ...database, connect };
}

function spoiled(connection: Database, edges: FaultEdges): Database {
  const prepare = connection.prepare.bind(connection);
  const prepared = (sql: string): Statement => {
    const statement = prepare(sql) as Statement;
    const run = statement.run.bind(statement);
    statement.run = (...values: unknown[]) => edges.around(sql, () => run(...values));
    return statement;
  };
  const [begin, commit, rollback] = ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'].map(prepared);
  const immediate = <Values extends unknown[], Result>(
    work: (...values: Values) => Result,
    values: Values,
  ): Result => {
    begin?.run();
    try {
      const result = work(...values);
      commit?.run();
      return result;
    } catch (thrown) {
      if (connection.inTransaction) rollback?.run();
      throw thrown;
    }
  };
  const library = connection.transaction.bind(connection);
  // Of its own only where it writes.
  const transaction = (work: (...values: unknown[]) => unknown): unknown => {
    const reading = library(work);
    return Object.assign((...values: unknown[]): unknown => reading(...values), {
      immediate: (...values: unknown[]) => immediate(work, values),
    });
  };
  return Object.assign(connection, { prepare: prepared, transaction });
}

/** A file by the name that it gets: without its folder, without what makes a draft's name its own. */
function nameOf(file: string): string {
  return basename(file).replace(/\.[0-9a-f]{12}\.new$/, '');
}
