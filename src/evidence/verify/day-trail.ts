import { type RootClaim } from '../../audit/verify/root-claims.ts';
import { type LeafStep, type LeafWatcher } from '../../audit/verify/walk-leaves.ts';
import { verifyConsistency } from '../../audit/tree/consistency-proof.ts';
import { ProofError } from '../../audit/tree/proof-error.ts';
import { type DayManifest, parseManifest } from '../day-manifest.ts';
import { DAYS, dayCheckpointPath, isDay, manifestPath, MAX_BYTES } from '../evidence-paths.ts';
import { type DayFiles, checkDayFiles } from './day-files.ts';
import { type FolderReader } from './folder-reader.ts';

/** A manifest that was read, and the day before it. */
interface Day {
  readonly manifest: DayManifest;
  readonly file: string;
}

/**
 * Follows the sealed days of a folder beside the walk: each continues the one before, and says of its leaves what they say
 * themselves. Keeps a manifest while its leaves are walked.
 */
export class DayTrail implements LeafWatcher {
  readonly #reader: FolderReader;
  readonly #files: Omit<DayFiles, 'reader'>;
  readonly #types = new Map<string, number>();
  readonly #days: Iterator<Day>;
  #next: Day | undefined;
  /** The newest sealed day whose manifest could be read. */
  newest: { readonly day: string; readonly size: number; readonly root: Buffer } | null = null;

  constructor(reader: FolderReader, files: Omit<DayFiles, 'reader'>) {
    this.#reader = reader;
    this.#files = files;
    this.#days = this.#chain();
    this.#advance();
  }

  passed({ size, leaf }: LeafStep): void {
    this.#types.set(leaf.type, (this.#types.get(leaf.type) ?? 0) + 1);
    if (this.#next?.manifest.size !== size) return;
    this.#compareTypes(this.#next);
    this.#advance();
  }

  /** Reads the days that the walk did not reach, too. */
  ended(): void {
    while (this.#next !== undefined) this.#advance();
  }

  /** What the manifests claim of the tree; reads them all once. */
  static claims(reader: FolderReader, origin: string): readonly RootClaim[] {
    return reader
      .list(DAYS)
      .filter(isDay)
      .flatMap((day) => {
        const file = manifestPath(day);
        const bytes = reader.read(file, MAX_BYTES.manifest);
        const manifest = bytes && parseManifest(bytes);
        if (manifest?.origin !== origin) return [];
        const { size, root } = manifest;
        return [
          {
            size,
            root,
            place: { file },
            contradicts: 'manifest-differs',
            beyond: 'manifest-differs',
          } as const,
        ];
      });
  }

  *#chain(): Generator<Day> {
    let before: DayManifest | null = null;
    const days = this.#reader.list(DAYS).filter(isDay);
    for (const day of days) {
      const file = manifestPath(day);
      const bytes = this.#manifestBytes(day, day === days.at(-1));
      if (bytes === undefined) continue;
      const manifest = parseManifest(bytes);
      if (manifest === undefined) {
        this.#reader.findings.add('file-malformed', { file });
        before = null;
        continue;
      }
      this.#compareChain(day, manifest, before);
      checkDayFiles(manifest, { reader: this.#reader, ...this.#files });
      this.newest = { day, size: manifest.size, root: manifest.root };
      before = manifest;
      yield { manifest, file };
    }
  }

  /** A seal that was interrupted leaves its day without a manifest; only the last day can be one. */
  #manifestBytes(day: string, isLast: boolean): Buffer | undefined {
    const file = manifestPath(day);
    const bytes = this.#reader.read(file, MAX_BYTES.manifest);
    if (bytes !== undefined) return bytes;
    const checkpoint = this.#reader.read(dayCheckpointPath(day), MAX_BYTES.note);
    const finished = !isLast || checkpoint === undefined || this.#files.published(checkpoint);
    this.#reader.findings.add(finished ? 'file-missing' : 'seal-unfinished', { file });
    return undefined;
  }

  #compareChain(day: string, manifest: DayManifest, before: DayManifest | null): void {
    const file = manifestPath(day);
    const { findings } = this.#reader;
    if (manifest.day !== day || manifest.origin !== this.#files.log.origin)
      findings.add('manifest-differs', { file });
    const continues = manifest.from === (before?.size ?? 0) && manifest.previousDay === (before?.day ?? null);
    if (!continues) findings.add('day-chain-broken', { file, index: manifest.from });
    else if (!isConsistent(manifest, before)) findings.add('manifest-differs', { file });
  }

  #compareTypes({ manifest, file }: Day): void {
    const types = Object.entries(manifest.types);
    const same =
      types.length === this.#types.size && types.every(([type, count]) => this.#types.get(type) === count);
    if (!same) this.#reader.findings.add('manifest-differs', { file });
    this.#types.clear();
  }

  #advance(): void {
    const { done, value } = this.#days.next() as IteratorResult<Day, undefined>;
    this.#next = done === true ? undefined : value;
  }
}

function isConsistent({ from, size, root, consistency }: DayManifest, before: DayManifest | null): boolean {
  if (before === null) return from === 0 && consistency.length === 0;
  try {
    verifyConsistency({ size: from, root: before.root }, { size, root }, consistency);
    return true;
  } catch (thrown) {
    if (thrown instanceof ProofError) return false;
    throw thrown;
  }
}
