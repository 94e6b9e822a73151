import { type EvidenceReader } from '../audit-log.ts';
import { type Findings } from './findings.ts';
import { type LeafWatcher } from './walk-leaves.ts';

/** Compares the stored hashes of complete subtrees with those of the leaves. */
export class SubtreeTrail implements LeafWatcher {
  readonly #reader: EvidenceReader;
  readonly #findings: Findings;

  constructor(reader: EvidenceReader, findings: Findings) {
    this.#reader = reader;
    this.#findings = findings;
  }

  passed(): void {
    // Only what a leaf completes counts.
  }

  completed(level: number, index: number, hash: Buffer): void {
    const stored = this.#reader.subtree(level, index);
    if (stored?.equals(hash) === true) return;
    this.#findings.add(stored === undefined ? 'subtree-missing' : 'subtree-differs', place(level, index));
  }

  /** @param size leaves that the log has */
  ended(size: number): void {
    for (const { level, index } of this.#reader.subtrees()) {
      const within = Number.isInteger(level) && level >= 1 && Number.isInteger(index) && index >= 0;
      if (!within || (index + 1) * 256 ** level > size)
        this.#findings.add('subtree-surplus', { row: place(level, index).row });
    }
  }
}

function place(level: number, index: number): { index: number; until: number; row: string } {
  const leaves = 256 ** level;
  return {
    index: index * leaves,
    until: (index + 1) * leaves,
    row: `audit_subtree level=${String(level)} idx=${String(index)}`,
  };
}
