import { type StoredLeaf } from '../audit/audit-log.ts';
import { ProofError } from '../audit/tree/proof-error.ts';
import { proveInclusion } from '../audit/tree/inclusion-proof.ts';
import { encodeTlogProof } from '../audit/tree/tlog-proof.ts';
import { EvidenceError } from './evidence-error.ts';
import { EvidenceFiles } from './evidence-files.ts';
import { CHECKPOINT, MAX_BYTES } from './evidence-paths.ts';
import { type LogIdentity, readSignedTree } from './signed-tree.ts';
import { TileSource } from './tile-source.ts';

/**
 * Proves a record against the newest sealed checkpoint of its log, from the evidence folder alone: where a restore cut the
 * log, its database cannot be signed any more, and what was sealed before still is.
 * @param folder of all logs
 * @returns the proof file (C2SP tlog-proof); undefined where the folder does not hold this record
 */
export function proveSealed(
  folder: string,
  log: LogIdentity,
  record: Pick<StoredLeaf, 'index' | 'hash'>,
): string | undefined {
  const { index } = record;
  try {
    const files = new EvidenceFiles(folder, log.origin);
    const note = files.read(CHECKPOINT, MAX_BYTES.note);
    const tree = note && readSignedTree(note, log);
    if (note === undefined || tree === undefined || index >= tree.size) return undefined;
    const tiles = new TileSource((path, maxBytes) => files.read(path, maxBytes), tree.size);
    if (tiles.leafHashes(index, 1)[0]?.equals(record.hash) !== true) return undefined;
    const hashes = proveInclusion(tiles, { index, ...tree });
    return encodeTlogProof({ index, hashes, checkpoint: note.toString('utf8') });
  } catch (thrown) {
    // Files that are missing or changed prove nothing; verifying the folder names them.
    if (thrown instanceof EvidenceError || thrown instanceof ProofError) return undefined;
    throw thrown;
  }
}
