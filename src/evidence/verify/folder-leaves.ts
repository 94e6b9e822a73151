import { type StoredLeaf } from '../../audit/audit-log.ts';
import { decodeLeaf, type Leaf } from '../../audit/leaf.ts';
import { leafHash } from '../../audit/merkle.ts';
import { bundlePath, decodeBundle, TILE_WIDTH } from '../../audit/tree/tile.ts';
import { type LeafFault } from '../../audit/read-leaf.ts';
import { MAX_BYTES } from '../evidence-paths.ts';
import { type FolderReader } from './folder-reader.ts';

/** An entry bundle as it lies in the folder. */
export interface Bundle {
  readonly path: string;
  readonly bytes: Buffer;
}

/** The leaves of a folder, from its entry bundles. A bundle that is missing or malformed is a finding, and ends them. */
export class FolderLeaves {
  readonly #reader: FolderReader;
  readonly #size: number;
  #stopped = false;
  /** The bundle whose leaves are given out. */
  bundle: Bundle | undefined;

  /** @param size leaves to give */
  constructor(reader: FolderReader, size: number) {
    this.#reader = reader;
    this.#size = size;
  }

  /** No leaf of a later bundle is given. */
  stop(): void {
    this.#stopped = true;
  }

  *leaves(): Generator<StoredLeaf> {
    for (let first = 0; first < this.#size && !this.#stopped; first += TILE_WIDTH) {
      const entries = this.#entries(first, Math.min(TILE_WIDTH, this.#size - first));
      if (entries === undefined) return;
      for (const [place, bytes] of entries.entries())
        yield { index: first + place, queryId: '', bytes, hash: leafHash(bytes) };
    }
  }

  #entries(first: number, width: number): readonly Buffer[] | undefined {
    const path = bundlePath(first / TILE_WIDTH, width);
    const bytes = this.#reader.require(path, MAX_BYTES.bundle, first);
    if (bytes === undefined) return undefined;
    const entries = entriesOf(bytes);
    if (entries.length !== width) {
      this.#reader.findings.add('file-malformed', { file: path, index: first });
      return undefined;
    }
    this.bundle = { path, bytes };
    return entries;
  }
}

/** The content of a leaf that comes with no hash and no query id of its own. */
export function readFolderLeaf({ bytes }: StoredLeaf): Leaf | LeafFault {
  try {
    const leaf = decodeLeaf(bytes) as Leaf | null;
    return leaf !== null && typeof leaf === 'object' ? leaf : 'not-a-leaf';
  } catch {
    return 'not-a-leaf';
  }
}

function entriesOf(bytes: Buffer): Buffer[] {
  try {
    return decodeBundle(bytes);
  } catch {
    return [];
  }
}
