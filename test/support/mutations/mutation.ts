import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { type NoteSigner } from '../../../src/audit/note/note-signer.ts';
import { DATABASE, EVIDENCE } from '../evidence-node.ts';

/** Where a mutation must be found: any one of the places that it has. */
export interface Expected {
  /** Leaves; a finding names one of them, or a range with one of them in it. */
  readonly indexes?: readonly number[];
  /** Ends of the paths of files. */
  readonly files?: readonly string[];
  /** Beginning of a row as findings name it. */
  readonly row?: string;
}

/** One change to a node's evidence, and how it must be looked for. */
export interface Mutated extends Expected {
  /** What was done, to be repeated by hand. */
  readonly what: string;
  /** Names of checkpoints that were kept elsewhere and are given; none without it. */
  readonly given?: readonly string[];
  readonly open?: boolean;
  readonly only?: 'database' | 'folder';
  /** An added file changes no evidence: it is named, and the verdict stays. */
  readonly noticed?: boolean;
}

/** Numbers from a seed. */
export class Choice {
  readonly #random: () => number;

  /** @param random from 0 (inclusive) to 1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** A whole number from `from` to `below` (excluded). */
  between(from: number, below: number): number {
    return from + Math.floor(this.#random() * (below - from));
  }

  of<T>(items: readonly T[]): T {
    const item = items[this.between(0, items.length)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }

  /** Two different ones, in order. */
  pair(from: number, below: number): [number, number] {
    const first = this.between(from, below - 1);
    return [first, this.between(first + 1, below)];
  }

  flip(bytes: Buffer, from = 0, below = bytes.length): Buffer {
    const flipped = Buffer.from(bytes);
    const place = this.between(from, below);
    flipped[place] = (flipped[place] ?? 0) ^ (1 << this.between(0, 8));
    return flipped;
  }
}

/** One log as it was built. */
export interface LogFacts {
  readonly log: number;
  readonly origin: string;
  readonly size: number;
  /** Sizes after each commit. */
  readonly roots: readonly number[];
  readonly checkpoints: readonly number[];
  /** Sizes that are sealed. */
  readonly sealed: number;
  readonly signer: NoteSigner;
}

/** The place that is mutated, and what is known of it. */
export class Bench {
  readonly place: string;
  readonly logs: readonly LogFacts[];
  readonly choice: Choice;
  /** Copies of the whole place as it was at the end of earlier days, oldest first. */
  readonly earlier: readonly string[];
  /** Files that were changed, as they were; undefined for those that were not there. */
  readonly touched = new Map<string, Buffer | undefined>();
  databaseTouched = false;

  constructor(place: string, logs: readonly LogFacts[], earlier: readonly string[], choice: Choice) {
    this.place = place;
    this.logs = logs;
    this.earlier = earlier;
    this.choice = choice;
  }

  get folder(): string {
    return join(this.place, EVIDENCE);
  }

  log(): LogFacts {
    return this.choice.of(this.logs);
  }

  /** Edits the database as its owner can: its guards are gone. */
  edit(work: (database: Database) => void): void {
    this.databaseTouched = true;
    const database = new Sqlite(join(this.place, DATABASE));
    try {
      database.pragma('foreign_keys = OFF');
      database.pragma('synchronous = OFF');
      work(database);
    } finally {
      database.close();
    }
  }

  /** Bytes of a file of the evidence folder. @param path below the folder of all logs */
  read(path: string): Buffer {
    return readFileSync(join(this.folder, path));
  }

  write(path: string, bytes: Buffer): void {
    this.touch(path);
    writeFileSync(join(this.folder, path), bytes);
  }

  /** Remembers a file before it is changed. */
  touch(path: string): void {
    if (this.touched.has(path)) return;
    try {
      this.touched.set(path, this.read(path));
    } catch {
      this.touched.set(path, undefined);
    }
  }
}

/** A way to change evidence; gives what must be found. */
export type Mutate = (bench: Bench) => Mutated;

/** The commit that holds a leaf: findings about it begin at its first leaf. */
export function commitOf({ roots }: LogFacts, index: number): number {
  return roots.filter((size) => size <= index).at(-1) ?? 0;
}
