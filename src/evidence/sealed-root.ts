import { type EvidenceReader } from '../audit/audit-log.ts';
import { TILE_WIDTH } from '../audit/tree/tile.ts';
import { type DayManifest } from './day-manifest.ts';
import { EvidenceError } from './evidence-error.ts';
import { type EvidenceFiles } from './evidence-files.ts';
import { TileSource } from './tile-source.ts';

/**
 * Refuses a database that does not continue what is sealed: it was rolled back, or its history was written anew.
 * @throws EvidenceError SEAL_HISTORY_CHANGED with the first index whose stored hash is not the sealed one
 */
export function requireSealedRoot(
  reader: EvidenceReader,
  files: EvidenceFiles,
  { origin, day, size, root }: DayManifest,
): void {
  if (reader.rootOfCommit(size)?.equals(root) === true) return;
  const index = firstDifference(reader, new TileSource((path, bytes) => files.read(path, bytes), size), size);
  throw new EvidenceError('SEAL_HISTORY_CHANGED', { origin, day, index });
}

function firstDifference(reader: EvidenceReader, sealed: TileSource, size: number): number {
  for (let from = 0; from < size; from += TILE_WIDTH) {
    const hashes = sealed.tile(0, from / TILE_WIDTH);
    const stored = reader.leafHashes(from, hashes.length);
    const place = hashes.findIndex((hash, at) => stored[at]?.equals(hash) !== true);
    if (place >= 0) return from + place;
  }
  return size;
}
