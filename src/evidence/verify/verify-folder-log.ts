import { type TreeState } from '../../audit/tree/consistency-proof.ts';
import { type ExaminedLog, type NodeBooks } from '../../audit/verify/examined-log.ts';
import { Findings } from '../../audit/verify/findings.ts';
import { checkGivenProofs } from '../../audit/verify/given-claims.ts';
import { type LogIdentity, readLogNote } from '../../audit/verify/log-identity.ts';
import { resolveKey } from '../../audit/verify/resolve-key.ts';
import { type RootClaim } from '../../audit/verify/root-claims.ts';
import { SignedTrails } from '../../audit/verify/signed-trails.ts';
import { type Walked, walkLeaves } from '../../audit/verify/walk-leaves.ts';
import { emptyRoot, rootOf } from '../../audit/merkle.ts';
import { CHECKPOINT, checkpointPath, KEYS, MAX_BYTES } from '../evidence-paths.ts';
import { TileSource } from '../tile-source.ts';
import { DayTrail } from './day-trail.ts';
import { FolderLeaves, readFolderLeaf } from './folder-leaves.ts';
import { FolderReader } from './folder-reader.ts';
import { folderOpening, largestTree, storedVkey } from './folder-state.ts';
import { checkFolderOrphans, checkpointSizes, keptInFolder } from './kept-in-folder.ts';
import { findStrayFiles, SIGNED_MARK } from './stray-files.ts';
import { TileTrail } from './tile-trail.ts';

/** The evidence folder of one log. */
export interface FolderLog {
  readonly origin: string;
  readonly folder: string;
}

/** Proves the evidence folder of one log in one walk over its bundles. Streams; writes nothing. */
export function examineFolderLog(log: FolderLog, books: NodeBooks): ExaminedLog {
  return new FolderExamination(log, books).run();
}

class FolderExamination {
  readonly #log: FolderLog;
  readonly #books: NodeBooks;
  readonly #findings = new Findings();
  readonly #reader: FolderReader;
  readonly #sizes: readonly number[];

  constructor(log: FolderLog, books: NodeBooks) {
    this.#log = log;
    this.#books = books;
    this.#reader = new FolderReader(log.folder, this.#findings);
    this.#sizes = checkpointSizes(this.#reader);
  }

  run(): ExaminedLog {
    const begun = performance.now();
    const { origin, folder } = this.#log;
    const opening = folderOpening(this.#reader);
    const stored = storedVkey(this.#reader);
    const pinned = this.#books.terms.keys;
    const sources = { origin, stored, opening, pinned, place: { file: KEYS } };
    const resolved = resolveKey(sources, this.#findings);
    const identity = { origin, key: resolved.key };
    const tree = largestTree(this.#reader, origin, resolved.key);
    if (tree === undefined) this.#findings.add('folder-empty', { file: CHECKPOINT });
    const { signed, walked } = this.#walk(identity, tree?.size ?? 0);
    findStrayFiles(this.#reader, tree?.size ?? 0);
    return {
      origin,
      kept: 'folder',
      place: folder,
      findings: this.#findings,
      size: walked.size,
      root: (walked.size === 0 ? emptyRoot : rootOf(walked.frontier)).toString('base64'),
      whole: walked.fault === null && walked.size === (tree?.size ?? 0),
      opening,
      ending: signed.life.ending,
      firstTime: signed.firstTime,
      lastTime: signed.life.lastTime,
      ...resolved,
      checkpoints: signed.summary(),
      missingParts: () => 0,
      opened: () => null,
      seconds: (performance.now() - begun) / 1000,
    };
  }

  #walk(log: LogIdentity, size: number): { signed: SignedTrails; walked: Walked } {
    const { terms } = this.#books;
    const reader = this.#reader;
    const claims = [...DayTrail.claims(reader, log.origin), ...this.#pointers(log, size)];
    const kept = keptInFolder(reader, this.#sizes, log);
    const signed = new SignedTrails({ log, kept, claims, books: this.#books, findings: this.#findings });
    const leaves = new FolderLeaves(reader, size);
    const tiles = new TileTrail({ reader, leaves, signedRoot: (at) => this.#signedRoot(log, at) });
    const published = (note: Buffer): boolean => this.#isPublished(log, note);
    const days = new DayTrail(reader, { log, sizes: this.#sizes, published });
    const progress = (count: number): void => terms.onProgress?.(log.origin, count);
    const walked = walkLeaves(leaves.leaves(), [tiles, days, signed], progress, readFolderLeaf);
    if (walked.fault !== null)
      this.#findings.add(walked.fault, { index: walked.size, file: leaves.bundle?.path });
    tiles.ended();
    days.ended();
    signed.ended(size);
    signed.close();
    this.#comparePointer(log, days.newest);
    checkFolderOrphans(reader, this.#sizes);
    const source = new TileSource((path, maxBytes) => reader.read(path, maxBytes), size);
    const hashAt = (index: number): Buffer | undefined => hashOf(source, index, size);
    checkGivenProofs(terms.given, log.origin, hashAt, this.#findings);
    return { signed, walked };
  }

  /** What the files that change claim: the newest sealed checkpoint, and the newest that was ever signed. */
  #pointers(log: LogIdentity, size: number): readonly RootClaim[] {
    return [CHECKPOINT, SIGNED_MARK].flatMap((file) => {
      const note = this.#reader.require(file, MAX_BYTES.note);
      const read = note && readLogNote(note, log);
      if (read === undefined) return [];
      if (!read.ok) {
        this.#findings.add(read.code, { file }, read.cause);
        return [];
      }
      // What was signed after the newest seal is not in the folder yet.
      if (read.tree.size > size) return [];
      this.#checkLines(file, read.text, read.others);
      const codes = { contradicts: 'checkpoint-contradicts', beyond: 'checkpoint-beyond' } as const;
      return [{ ...read.tree, place: { file }, ...codes }];
    });
  }

  #checkLines(file: string, text: string, lines: readonly { readonly line: string }[]): void {
    for (const { line } of lines) {
      const found = this.#books.witnesses.check(text, line, null);
      if (typeof found === 'string') this.#findings.add(found, { file });
    }
  }

  #comparePointer(log: LogIdentity, newest: TreeState | null): void {
    const note = this.#reader.read(CHECKPOINT, MAX_BYTES.note);
    const read = note && readLogNote(note, log);
    if (read?.ok !== true || newest === null) return;
    if (read.tree.size < newest.size) this.#findings.add('pointer-behind', { file: CHECKPOINT });
    if (read.tree.size > newest.size) this.#findings.add('file-missing', { file: 'days' });
  }

  #isPublished(log: LogIdentity, note: Buffer): boolean {
    const pointer = this.#reader.read(CHECKPOINT, MAX_BYTES.note);
    const [published, day] = [pointer && readLogNote(pointer, log), readLogNote(note, log)];
    return published?.ok === true && day.ok && published.tree.size >= day.tree.size;
  }

  #signedRoot(log: LogIdentity, size: number): Buffer | undefined {
    const note = this.#reader.read(checkpointPath(size), MAX_BYTES.note);
    const read = note && readLogNote(note, log);
    return read?.ok === true ? read.tree.root : undefined;
  }
}

function hashOf(source: TileSource, index: number, size: number): Buffer | undefined {
  if (index >= size) return undefined;
  try {
    return source.leafHashes(index, 1)[0];
  } catch {
    // A tile that is missing or malformed is told by the walk.
    return undefined;
  }
}
