import { type EvidenceReader, type LogHead } from '../audit-log.ts';
import { decodeLeaf } from '../leaf.ts';
import { type ComparedFolder } from './compared-folder.ts';
import { type AdmittedTree, type Cut, findCut, isCutOff } from './cut.ts';
import { type ExaminedLog, type NodeBooks } from './examined-log.ts';
import { Findings } from './findings.ts';
import { checkGivenProofs } from './given-claims.ts';
import { checkOrphans, keptInDatabase } from './kept-in-database.ts';
import { type Opening, openingOf } from './life-trail.ts';
import { type LogIdentity } from './log-identity.ts';
import { OpenCheck, type OpeningVault } from './open-check.ts';
import { PartCheck } from './part-check.ts';
import { proveTree, type TreeProof } from './prove-tree.ts';
import { resolveKey, type ResolvedKey } from './resolve-key.ts';
import { SignedTrails } from './signed-trails.ts';
import { SubtreeTrail } from './subtree-trail.ts';

/** A log in a database, and what is known of it besides. */
export interface DatabaseLog {
  readonly reader: EvidenceReader;
  /** File of the database, as findings name it. */
  readonly file: string;
  /** Given where the log has an evidence folder. */
  readonly folder?: ComparedFolder | undefined;
  /** What was signed beyond its end, as the next log admits; null where nothing was. */
  readonly admitted?: AdmittedTree | null;
  /** Given where parts are to be opened. */
  readonly vault?: OpeningVault | undefined;
}

/** Proves one log of a database in one walk over its leaves. Streams: memory does not grow with the log. */
export function examineDatabaseLog(log: DatabaseLog, books: NodeBooks): ExaminedLog {
  return log.reader.atOneMoment(() => new DatabaseExamination(log, books).run());
}

interface Trails {
  readonly signed: SignedTrails;
  readonly subtrees: SubtreeTrail;
  readonly parts: PartCheck;
  readonly open: OpenCheck | undefined;
}

class DatabaseExamination {
  readonly #log: DatabaseLog;
  readonly #books: NodeBooks;
  readonly #findings: Findings;
  readonly #head: LogHead;
  readonly #cut: Cut | undefined;

  constructor(log: DatabaseLog, books: NodeBooks) {
    this.#log = log;
    this.#books = books;
    this.#findings = new Findings(log.file);
    this.#head = log.reader.head();
    this.#cut = findCut(log.reader, log.admitted ?? null, log.folder);
  }

  run(): ExaminedLog {
    const begun = performance.now();
    const { origin } = this.#head;
    const opening = firstOpening(this.#log.reader);
    const resolved = this.#resolve(opening);
    const trails = this.#trails({ origin, key: resolved.key });
    const proof = this.#walk(trails);
    this.#conclude(trails, proof);
    const { signed, parts, open } = trails;
    return {
      origin,
      kept: 'database',
      place: this.#log.file,
      findings: this.#findings,
      size: proof.size,
      root: proof.root.toString('base64'),
      whole: proof.whole,
      opening,
      ending: signed.life.ending,
      firstTime: signed.firstTime,
      lastTime: signed.life.lastTime,
      ...resolved,
      checkpoints: signed.summary(),
      missingParts: () => this.#missing(parts),
      opened: () => {
        open?.ended(this.#books.destroyed);
        return open?.result() ?? null;
      },
      seconds: (performance.now() - begun) / 1000,
    };
  }

  #resolve(opening: Opening | undefined): ResolvedKey {
    const { origin, size } = this.#head;
    if (size === 0) return { key: undefined, pinned: false };
    const stored = this.#log.reader.vkey();
    const pinned = this.#books.terms.keys;
    return resolveKey({ origin, stored, opening, pinned, place: { row: 'audit_key' } }, this.#findings);
  }

  #trails(log: LogIdentity): Trails {
    const { reader, vault, folder } = this.#log;
    const { now } = this.#books.terms;
    const findings = this.#findings;
    const cut = this.#cut;
    const claims = folder?.claims({ log, reader, cut }, findings) ?? [];
    const kept = keptInDatabase(reader, findings);
    return {
      signed: new SignedTrails({ log, kept, claims, cut, books: this.#books, findings }),
      subtrees: new SubtreeTrail(reader, findings),
      parts: new PartCheck(reader.partLabels(), now, findings),
      open: vault && new OpenCheck({ reader, vault, now, findings }),
    };
  }

  #walk({ signed, subtrees, parts, open }: Trails): TreeProof {
    const { terms } = this.#books;
    const { origin } = this.#head;
    const watchers = [signed, subtrees, parts, ...(open === undefined ? [] : [open])];
    try {
      return proveTree(this.#log.reader, watchers, (leaves) => terms.onProgress?.(origin, leaves));
    } finally {
      parts.close();
    }
  }

  #conclude({ signed, subtrees, parts }: Trails, proof: TreeProof): void {
    const { reader } = this.#log;
    const findings = this.#findings;
    const { size: claimed, origin } = this.#head;
    const { reason, index, until, whole } = proof;
    const size = whole ? proof.size : Math.max(proof.size, claimed);
    signed.ended(size);
    signed.close();
    subtrees.ended(size);
    parts.ended(whole);
    if (reason !== 'sound') findings.add(reason, index === null ? { row: 'audit_head' } : { index, until });
    if (whole) this.#compareHead(signed);
    if (findings.has('folder-contradicts')) this.#locate();
    this.#compareKids(parts);
    checkOrphans(reader, findings);
    this.#tellCut();
    const given = this.#books.terms.given.filter(
      ({ proof }) => !isCutOff(this.#cut, (proof?.index ?? 0) + 1),
    );
    checkGivenProofs(given, origin, (at) => reader.leafHashes(at, 1)[0], findings);
  }

  #tellCut(): void {
    if (this.#cut === undefined) return;
    const { from, size } = this.#cut;
    if (size === Infinity) this.#findings.add('cut-unknown', { index: from });
    else this.#findings.add('cut-by-restore', { index: from, until: size });
  }

  #compareHead({ life }: SignedTrails): void {
    const { next, lastTime, size } = this.#head;
    const place = { row: 'audit_head' };
    if ((life.ending?.next ?? null) !== next) this.#findings.add('end-differs', place);
    if (size > 0 && Date.parse(life.lastTime) !== lastTime) this.#findings.add('head-time-differs', place);
  }

  /** A checkpoint names a range; leaf by leaf, the folder names the place. */
  #locate(): void {
    const index = this.#log.folder?.firstDifference(this.#log.reader);
    if (index !== undefined) this.#findings.add('folder-contradicts', { index });
  }

  #compareKids({ used }: PartCheck): void {
    const registered = new Set(this.#log.reader.registeredKids());
    for (const kid of used)
      if (!registered.has(kid)) this.#findings.add('kid-missing', { row: `audit_kid kid=${kid}` });
  }

  #missing(parts: PartCheck): number {
    const { destroyed } = this.#books;
    let missing = 0;
    for (const { first, count } of parts.missing(destroyed).values()) {
      missing += count;
      this.#findings.add('part-missing', { index: first });
    }
    for (const [kid, index] of parts.present())
      if (destroyed.has(kid)) this.#findings.add('part-remains', { index });
    return missing;
  }
}

/** What the first leaf states, before anything of it is proven: the walk proves it. */
export function firstOpening(reader: EvidenceReader): Opening | undefined {
  for (const { index, bytes } of reader.leaves(0)) {
    try {
      return index === 0 ? openingOf(decodeLeaf(bytes)) : undefined;
    } catch {
      return undefined;
    }
  }
  return undefined;
}
