import { type Database } from 'better-sqlite3';
import { type Subtree } from '../../../src/audit/audit-log.ts';
import { appendToFrontier, leafHash, rootOf } from '../../../src/audit/merkle.ts';
import { encodeCheckpoint } from '../../../src/audit/note/checkpoint.ts';
import { type NoteSigner } from '../../../src/audit/note/note-signer.ts';
import { encodeNote } from '../../../src/audit/note/signed-note.ts';

interface Row {
  readonly idx: number;
  readonly leaf: Buffer;
}

/** How a forger rebuilds a log so that it fits itself again. */
export interface Forgery {
  readonly log: number;
  readonly origin: string;
  /** Leaves that stay; the rest is cut. */
  readonly size: number;
  readonly change?: (leaf: Buffer, index: number) => Buffer;
  /** Signs checkpoints anew; without it those that stand are kept as they are. */
  readonly signer?: NoteSigner | undefined;
  /** Drops checkpoints, cosignatures and stamps beyond the size, instead of leaving them. */
  readonly dropSigned?: boolean;
}

/** Rewrites leaves, hashes, roots, subtrees, head and, with a key, checkpoints; what others signed is dropped where it no longer fits. */
export function forgeLog(database: Database, forgery: Forgery): void {
  const { log, size, change = (leaf: Buffer): Buffer => leaf } = forgery;
  const rows = database
    .prepare<[number], Row>('SELECT idx, leaf FROM audit_leaf WHERE log = ? ORDER BY idx')
    .all(log);
  const commits = new Set(
    database.prepare<[number], number>('SELECT size FROM audit_root WHERE log = ?').pluck().all(log),
  );
  database.transaction(() => {
    for (const table of ['audit_leaf', 'audit_personal'])
      database.prepare(`DELETE FROM ${table} WHERE log = ? AND idx >= ?`).run(log, size);
    database.prepare('DELETE FROM audit_root WHERE log = ?').run(log);
    database.prepare('DELETE FROM audit_subtree WHERE log = ?').run(log);
    const tree = regrow(database, { ...forgery, change }, rows.slice(0, size), commits);
    const lastTime = Date.parse(timeOf(tree.last));
    database
      .prepare('UPDATE audit_head SET size = ?, root = ?, frontier = ?, last_time = ? WHERE log = ?')
      .run(size, rootOf(tree.frontier), Buffer.concat(tree.frontier), lastTime, log);
    if (size < rows.length)
      database.prepare('UPDATE audit_head SET next_origin = NULL WHERE log = ?').run(log);
    signAnew(database, forgery, tree.roots);
  })();
}

interface Regrown {
  readonly frontier: readonly Buffer[];
  readonly roots: ReadonlyMap<number, Buffer>;
  readonly last: Buffer;
}

function regrow(
  database: Database,
  { log, change }: Required<Pick<Forgery, 'log' | 'change'>>,
  rows: readonly Row[],
  commits: ReadonlySet<number>,
): Regrown {
  const setLeaf = database.prepare(
    'UPDATE audit_leaf SET leaf = ?, leaf_hash = ?, query_id = ? WHERE log = ? AND idx = ?',
  );
  const addRoot = database.prepare('INSERT INTO audit_root (log, size, root, at) VALUES (?, ?, ?, 0)');
  const addSubtree = database.prepare(
    'INSERT INTO audit_subtree (log, level, idx, hash) VALUES (?, ?, ?, ?)',
  );
  const frontier: Buffer[] = [];
  const roots = new Map<number, Buffer>();
  let last: Buffer = Buffer.alloc(0);
  for (const { idx, leaf } of rows) {
    const forged = change(leaf, idx);
    const hash = leafHash(forged);
    if (!forged.equals(leaf)) setLeaf.run(forged, hash, queryIdOf(forged), log, idx);
    const subtrees: Subtree[] = [];
    appendToFrontier(frontier, idx, hash, (height, index, complete) => {
      subtrees.push({ level: height / 8, index, hash: complete });
    });
    for (const subtree of subtrees) addSubtree.run(log, subtree.level, subtree.index, subtree.hash);
    roots.set(idx + 1, rootOf(frontier));
    if (commits.has(idx + 1) || idx + 1 === rows.length) addRoot.run(log, idx + 1, rootOf(frontier));
    last = forged;
  }
  return { frontier, roots, last };
}

function signAnew(database: Database, forgery: Forgery, roots: ReadonlyMap<number, Buffer>): void {
  const { log, size, signer, origin, dropSigned } = forgery;
  const tables = ['audit_cosignature', 'audit_stamp'];
  if (dropSigned === true)
    for (const table of ['audit_checkpoint', ...tables])
      database.prepare(`DELETE FROM ${table} WHERE log = ? AND size > ?`).run(log, size);
  if (signer === undefined) return;
  const stored = database
    .prepare<[number], { size: number; root: Buffer }>(
      'SELECT size, root FROM audit_checkpoint WHERE log = ?',
    )
    .all(log);
  const set = database.prepare('UPDATE audit_checkpoint SET root = ?, note = ? WHERE log = ? AND size = ?');
  for (const checkpoint of stored) {
    const root = roots.get(checkpoint.size);
    if (root === undefined || root.equals(checkpoint.root)) continue;
    const text = encodeCheckpoint({ origin, size: checkpoint.size, root });
    set.run(root, encodeNote(text, [signer.sign(text)]), log, checkpoint.size);
    // Nobody signs these for the forger.
    for (const table of tables)
      database.prepare(`DELETE FROM ${table} WHERE log = ? AND size = ?`).run(log, checkpoint.size);
  }
}

function queryIdOf(leaf: Buffer): string {
  return contentOf(leaf)['queryId'] ?? '';
}

function timeOf(leaf: Buffer): string {
  return contentOf(leaf)['time'] ?? '';
}

function contentOf(leaf: Buffer): Record<string, string> {
  const text = leaf.toString('utf8');
  return JSON.parse(text.slice(text.indexOf('\n') + 1)) as Record<string, string>;
}

/** A leaf that says something else, and is a leaf. */
export function forgeLeaf(leaf: Buffer): Buffer {
  const text = leaf.toString('utf8');
  const forged = text.includes('"count":1')
    ? text.replace('"count":1', '"count":2')
    : `${text.slice(0, -1)},"x":1}`;
  return Buffer.from(forged, 'utf8');
}

/** The same leaf without what a time stamp says about the tree: the forger has no stamp for his tree. */
export function withoutStamp(leaf: Buffer): Buffer {
  return Buffer.from(leaf.toString('utf8').replace('"type":"time-stamp"', '"type":"witness"'), 'utf8');
}
