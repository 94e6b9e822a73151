import { existsSync } from 'node:fs';
import { type EvidenceReader, type StoredLeaf } from './audit/audit-log.ts';
import { type CheckpointBook } from './audit/checkpoint-book.ts';
import { CheckpointError, type CheckpointFault } from './audit/checkpoint-error.ts';
import { decodeLeaf } from './audit/leaf.ts';
import { parseVkey } from './audit/note/note-key.ts';
import { proveInclusion } from './audit/tree/inclusion-proof.ts';
import { encodeTlogProof } from './audit/tree/tlog-proof.ts';
import { followingName, nameOfLog } from './audit/log-origin.ts';
import { proveSealed } from './evidence/prove-sealed.ts';
import { type NextLog, type RolloverReason } from './gateway/commit/commit-batch.ts';
import { type ReceiptFinder } from './gateway/receipts.ts';
import { type LogHead } from './audit/audit-log.ts';
import { evidenceFolder, keyFolder, logNode } from './settings/places.ts';
import { type Settings } from './settings/settings.ts';
import { type Clock } from './shared/clock.ts';
import { type Sentence } from './shared/problem.ts';
import { storeFault } from './store/store-fault.ts';
import { GatewayError } from './shared/problem.ts';
import { zonedDay } from './shared/zoned-day.ts';
import { findLogs, openLogOf } from './store/find-log.ts';
import { ensureLogKey } from './store/log-key.ts';
import { SignedMark, signedMarkFile } from './store/signed-mark.ts';
import { type Store } from './store/store.ts';

/** What the evidence of a node rests on. */
export interface EvidenceParts {
  readonly settings: Settings;
  readonly store: Store;
  readonly clock: Clock;
}

/** The logs of a node with their books. Logs that a rollover adds are found when they are first asked for. */
export class EvidenceOfNode {
  readonly #parts: EvidenceParts;
  readonly #readers = new Map<string, EvidenceReader>();
  readonly #books = new Map<string, Promise<CheckpointBook>>();

  constructor(parts: EvidenceParts) {
    this.#parts = parts;
  }

  /** Lets readers see what is committed now. */
  async refresh(): Promise<void> {
    await this.#parts.store.readable.refresh();
  }

  /** Newest log first. */
  origins(): readonly string[] {
    const { settings, store } = this.#parts;
    return findLogs(store.readable.url, logNode(settings))
      .map((log) => log.origin)
      .reverse();
  }

  /** Open until `close`. */
  reader(origin: string): EvidenceReader {
    let reader = this.#readers.get(origin);
    if (reader === undefined) {
      reader = openLogOf(this.#parts.store.readable.url, origin);
      this.#readers.set(origin, reader);
    }
    return reader;
  }

  /** Newest log first; open until `close`. */
  readers(): readonly EvidenceReader[] {
    return this.origins().map((origin) => this.reader(origin));
  }

  /** The book of a log; open until `close`. */
  async book(origin: string): Promise<CheckpointBook> {
    const { settings, store, clock } = this.#parts;
    let book = this.#books.get(origin);
    if (book === undefined) {
      book = store.openBook({
        origin,
        keyFolder: keyFolder(settings),
        evidenceFolder: evidenceFolder(settings),
        clock,
        pauseMilliseconds: settings.evidence.checkpointSeconds * 1000,
      });
      this.#books.set(origin, book);
    }
    return book;
  }

  /** The book of the log that takes records. */
  async current(): Promise<CheckpointBook> {
    await this.refresh();
    const [origin = ''] = this.origins();
    return this.book(origin);
  }

  /**
   * Signs the end of every log: what a process that died had committed and not yet signed, and what a rollover closed.
   * @returns the closed logs whose end stays unsigned because their key is lost
   * @throws FaultsError LOG_ROLLED_BACK when the open log does not continue what was signed before; LOG_KEY_MISSING when
   *   its key is lost
   */
  async signEnds(): Promise<readonly string[]> {
    await this.refresh();
    const [open, ...ended] = this.origins();
    const unsigned: string[] = [];
    for (const origin of ended) {
      const refused = await this.#signEnd(origin).catch(leftUnsigned);
      if (refused === 'LOG_KEY_MISSING') unsigned.push(origin);
    }
    if (open !== undefined) await this.#signOpen(open);
    return unsigned;
  }

  async #signOpen(open: string): Promise<void> {
    try {
      await this.#signEnd(open);
    } catch (thrown) {
      if (!(thrown instanceof CheckpointError)) throw thrown;
      throw storeFault(thrown.code, open, withoutStop(thrown.messages), AFTER_ROLLBACK);
    }
  }

  /** The proof of a record from the sealed evidence alone; undefined where it was never sealed. */
  proveSealed(reader: EvidenceReader, stored: StoredLeaf): string | undefined {
    const { origin } = reader.head();
    const vkey = reader.vkey();
    if (vkey === undefined) return undefined;
    return proveSealed(evidenceFolder(this.#parts.settings), { origin, key: parseVkey(vkey) }, stored);
  }

  async close(): Promise<void> {
    for (const opened of await Promise.allSettled(this.#books.values()))
      if (opened.status === 'fulfilled') opened.value.close();
    for (const reader of this.#readers.values()) reader.close();
    this.#books.clear();
    this.#readers.clear();
  }

  async #signEnd(origin: string): Promise<void> {
    if (this.reader(origin).head().size > 0) await (await this.book(origin)).publish();
  }
}

/**
 * A closed log that was cut by a backup, or whose key is lost, stays unsigned beyond what was signed; verifying it says so.
 * The logs after it go on.
 */
function leftUnsigned(thrown: unknown): CheckpointFault {
  if (thrown instanceof CheckpointError && LEFT_UNSIGNED.has(thrown.code)) return thrown.code;
  throw thrown;
}

/** Finds answers in every log of the node and proves them against a checkpoint that covers them. */
export function receiptFinder(evidence: EvidenceOfNode): ReceiptFinder {
  return {
    find: async (queryId) => {
      await evidence.refresh();
      for (const reader of evidence.readers()) {
        const stored = reader.leafOf(queryId);
        if (stored === undefined) continue;
        return { leaf: decodeLeaf(stored.bytes), prove: async () => proofOf(evidence, reader, stored) };
      }
      return undefined;
    },
  };
}

async function proofOf(
  evidence: EvidenceOfNode,
  reader: EvidenceReader,
  stored: StoredLeaf,
): Promise<string> {
  try {
    return await proofBySigning(evidence, reader, stored);
  } catch (thrown) {
    leftUnsigned(thrown);
    const sealed = evidence.proveSealed(reader, stored);
    if (sealed === undefined) throw new GatewayError('RECEIPT_NOT_FOUND', { cause: thrown });
    return sealed;
  }
}

async function proofBySigning(
  evidence: EvidenceOfNode,
  reader: EvidenceReader,
  { index }: StoredLeaf,
): Promise<string> {
  const book = await evidence.book(reader.head().origin);
  const { size, root, note } = await book.covering(index + 1);
  const hashes = proveInclusion(reader, { index, size, root });
  const lines = reader.cosignaturesAt(size).map(({ line }) => `${line}\n`);
  return encodeTlogProof({ index, hashes, checkpoint: note + lines.join('') });
}

/** Says which log must follow once the year of the open one is over in the gateway's zone. */
export function yearlyLog(settings: Settings): (head: LogHead, now: number) => NextLog | undefined {
  return (head, now) => {
    const year = zonedDay(now, settings.timeZone).date.slice(0, 4);
    if (year <= nameOfLog(head.origin).slice(0, 4)) return undefined;
    return nextLogAfter(settings, head.origin, { year, reason: 'year' });
  };
}

/** The log that follows another. Its key lies in the key folder before anything names it. */
export function nextLogAfter(
  settings: Settings,
  open: string,
  { year, reason }: { readonly year: string; readonly reason: RolloverReason },
): NextLog {
  const origin = freeOrigin(settings, open, { year, reason });
  const { vkey } = ensureLogKey(keyFolder(settings), origin);
  if (reason !== 'restore') return { origin, vkey, reason };
  const signed = new SignedMark(signedMarkFile(evidenceFolder(settings), open)).read();
  return { origin, vkey, reason, signed };
}

/** After a restore the evidence folder may know logs that the database does not: nobody signs a second history of one. */
function freeOrigin(
  settings: Settings,
  open: string,
  { year, reason }: { readonly year: string; readonly reason: RolloverReason },
): string {
  const node = logNode(settings);
  let origin = `${node}/${followingName(open, year)}`;
  while (reason === 'restore' && existsSync(signedMarkFile(evidenceFolder(settings), origin)))
    origin = `${node}/${followingName(origin, year)}`;
  return origin;
}

/** The message of a fault is followed by its remedy: whoever prints it puts the full stop. */
function withoutStop({ tr, en }: Sentence): Sentence {
  return { tr: tr.replace(/\.$/, ''), en: en.replace(/\.$/, '') };
}

const LEFT_UNSIGNED: ReadonlySet<CheckpointFault> = new Set(['LOG_ROLLED_BACK', 'LOG_KEY_MISSING']);
const AFTER_ROLLBACK = {
  tr: 'Veritabanının güncel kopyasını geri yükleyin. Böyle bir kopya yoksa "gecit audit rollover --reason restore" ile yeni bir günlüğe geçin; eski günlüğün eksik olduğu delilde kalır.',
  en: 'Restore the current copy of the database. If there is none, open the next log with "gecit audit rollover --reason restore"; that the old log is cut stays in evidence.',
};
