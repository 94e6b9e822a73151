import { join } from 'node:path';
import { type EvidenceReader } from '../../audit/audit-log.ts';
import { TILE_WIDTH } from '../../audit/tree/tile.ts';
import { type ComparedFolder, type ComparedLog } from '../../audit/verify/compared-folder.ts';
import { isCutOff } from '../../audit/verify/cut.ts';
import { Findings } from '../../audit/verify/findings.ts';
import { cosignatureRow, stampRow } from '../../audit/verify/kept-in-database.ts';
import { type LogIdentity, readLogNote, type ReadNote } from '../../audit/verify/log-identity.ts';
import { type RootClaim } from '../../audit/verify/root-claims.ts';
import { checkpointPath, MAX_BYTES, stampPath } from '../evidence-paths.ts';
import { TileSource } from '../tile-source.ts';
import { FolderReader } from './folder-reader.ts';
import { checkpointSizes, stampSizes } from './kept-in-folder.ts';
import { SIGNED_MARK } from './stray-files.ts';

/**
 * Compares a database with the evidence folder of the same log. What is wrong with the folder by itself is told when the
 * folder is verified; here it counts only where it holds.
 */
export class FolderComparison implements ComparedFolder {
  readonly #folder: string;
  readonly #reader: FolderReader;
  readonly #sizes: readonly number[];
  readonly #stamps: readonly number[];
  readonly #mark: Buffer | undefined;

  /** Looks at the folder now: MUST be made before the database is looked at. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#reader = new FolderReader(folder, new Findings());
    this.#sizes = checkpointSizes(this.#reader);
    this.#stamps = stampSizes(this.#reader);
    this.#mark = this.#reader.read(SIGNED_MARK, MAX_BYTES.note);
  }

  claims(compared: ComparedLog, findings: Findings): readonly RootClaim[] {
    const { log, reader, cut } = compared;
    const claims: RootClaim[] = [];
    const known = new Set<number>();
    for (const size of this.#sizes) {
      const path = checkpointPath(size);
      const note = this.#note(log, path);
      if (note?.tree.size !== size) continue;
      known.add(size);
      if (isCutOff(cut, size)) continue;
      const place = { file: join(this.#folder, path) };
      claims.push({ ...note.tree, place, contradicts: 'folder-contradicts', beyond: 'folder-ahead' });
      this.#compareSignatures(note, reader, findings);
    }
    this.#compareStamps(compared, findings);
    this.#requireSealed(known, reader, findings);
    return [...claims, ...this.#markClaim(compared, findings)];
  }

  firstDifference(reader: EvidenceReader): number | undefined {
    const size = this.#sizes.at(-1) ?? 0;
    const tiles = new TileSource((path, maxBytes) => this.#reader.read(path, maxBytes), size);
    try {
      for (let from = 0; from < size; from += TILE_WIDTH) {
        const count = Math.min(TILE_WIDTH, size - from);
        const ours = reader.leafHashes(from, count);
        const place = tiles.leafHashes(from, count).findIndex((hash, at) => ours[at]?.equals(hash) !== true);
        if (place >= 0) return from + place;
      }
    } catch {
      // A tile that is missing or malformed is told when the folder is verified.
    }
    return undefined;
  }

  #note(log: LogIdentity, path: string): ReadNote | undefined {
    const bytes = this.#reader.read(path, MAX_BYTES.note);
    const note = bytes && readLogNote(bytes, log);
    return note?.ok === true ? note : undefined;
  }

  #compareSignatures({ tree: { size }, others }: ReadNote, reader: EvidenceReader, findings: Findings): void {
    const row = `audit_checkpoint size=${String(size)}`;
    if (size <= reader.head().size && reader.checkpointFrom(size)?.size !== size)
      findings.add('checkpoint-not-in-database', { row });
    if (others.length === 0) return;
    const stored = new Set(reader.cosignaturesAt(size).map(({ line }) => line));
    for (const { line, name } of others)
      if (!stored.has(line)) findings.add('cosignature-not-in-database', { row: cosignatureRow(size, name) });
  }

  #compareStamps({ reader, cut }: ComparedLog, findings: Findings): void {
    for (const size of this.#stamps) {
      if (isCutOff(cut, size)) continue;
      const kept = this.#reader.read(stampPath(size), MAX_BYTES.stamp);
      if (kept === undefined) continue;
      const stored = reader.stampAt(size);
      if (stored === undefined) findings.add('stamp-not-in-database', { row: stampRow(size) });
      else if (!stored.response.equals(kept)) findings.add('stamp-not-the-same', { row: stampRow(size) });
    }
  }

  #requireSealed(known: ReadonlySet<number>, reader: EvidenceReader, findings: Findings): void {
    const sealed = this.#sizes.at(-1) ?? 0;
    for (const { size } of reader.checkpoints()) {
      if (size > sealed) break;
      if (!known.has(size))
        findings.add('checkpoint-not-in-folder', { file: join(this.#folder, checkpointPath(size)) });
    }
  }

  #markClaim({ log, reader, cut }: ComparedLog, findings: Findings): readonly RootClaim[] {
    const file = join(this.#folder, SIGNED_MARK);
    const place = { file };
    const read = this.#mark && readLogNote(this.#mark, log);
    if (read === undefined) return [];
    if (!read.ok) {
      findings.add(read.code, place, read.cause);
      return [];
    }
    this.#requireMarkAhead(log, reader, findings);
    if (isCutOff(cut, read.tree.size)) return [];
    return [{ ...read.tree, place, contradicts: 'mark-contradicts', beyond: 'mark-beyond' }];
  }

  /** A checkpoint is marked before it is stored: the mark of now lies behind no checkpoint of then. */
  #requireMarkAhead(log: LogIdentity, reader: EvidenceReader, findings: Findings): void {
    const now = this.#note(log, SIGNED_MARK);
    const newest = reader.newestCheckpoint()?.size ?? 0;
    if (now !== undefined && now.tree.size < newest)
      findings.add('mark-behind', { file: join(this.#folder, SIGNED_MARK) });
  }
}
