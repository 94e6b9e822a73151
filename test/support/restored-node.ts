import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NodeReport } from '../../src/audit/verify/report.ts';
import { sealLogs, type SealOutcome } from '../../src/evidence/seal-logs.ts';
import { type CommitParts } from '../../src/gateway/commit/commit-batch.ts';
import { type Entry } from '../../src/gateway/commit/entry.ts';
import { rollOver } from '../../src/gateway/roll-over.ts';
import { openLogOf } from '../../src/store/find-log.ts';
import { ensureLogKey } from '../../src/store/log-key.ts';
import { openStore } from '../../src/store/open-store.ts';
import { type Store } from '../../src/store/store.ts';
import { SignedMark, signedMarkFile } from '../../src/store/signed-mark.ts';
import {
  type Asked,
  DATABASE,
  EVIDENCE,
  type EvidenceNode,
  NODE,
  verifyPlace,
  ZONE,
} from './evidence-node.ts';

export const CUT = `${NODE}/2026`;
export const AFTER = `${NODE}/2026-2`;
const NOW = '2026-12-30T06:00:00Z';

export interface RestoreOptions {
  /** Entries that stand before the end of the log that was cut, e.g. acts of operators. */
  readonly before?: readonly Entry[];
  /** The newest checkpoint as somebody lets it look: an older one, or none. */
  readonly admits?: 'older' | 'nothing';
}

/** A node whose database came back from a copy that it kept, while its evidence folder stayed. */
export class RestoredNode implements Disposable {
  readonly place: string = mkdtempSync(join(tmpdir(), 'gecit-restored-'));
  readonly #node: EvidenceNode;
  readonly #keys: string;

  /** @param copy place among the copies of the node, oldest first */
  constructor(node: EvidenceNode, copy = 0) {
    this.#node = node;
    this.#keys = join(node.place, 'keys');
    mkdirSync(join(this.place, 'logs'), { recursive: true });
    cpSync(node.folder, this.folder, { recursive: true });
    copyFileSync(join(node.earlier[copy] ?? '', DATABASE), join(this.place, DATABASE));
  }

  get folder(): string {
    return join(this.place, EVIDENCE);
  }

  /** Closes the log as `gecit audit rollover --reason restore` does, and signs the first leaf of the next one. */
  async rollOver({ before = [], admits }: RestoreOptions = {}): Promise<void> {
    const earlier = join(this.#node.earlier[0] ?? '', EVIDENCE);
    const folder = admits === 'older' ? earlier : this.folder;
    const signed = admits === 'nothing' ? undefined : new SignedMark(signedMarkFile(folder, CUT)).read();
    const { vkey } = ensureLogKey(this.#keys, AFTER);
    const clock = { now: (): number => Date.parse(NOW) };
    const parts: CommitParts = { clock, vault: this.#node.vault, timeZone: ZONE };
    const next = { origin: AFTER, vkey, reason: 'restore', signed } as const;
    const store = await this.#open(CUT);
    await store.evidence.transact(async (transaction) => rollOver(transaction, next, parts, before));
    const book = await store.openBook(this.#bookOf(AFTER));
    await book.publish();
    book.close();
    await store.close();
  }

  /** Seals every log until the day is over. */
  async seal(now: string): Promise<SealOutcome> {
    const store = await this.#open(AFTER);
    const open = (origin: string): ReturnType<typeof openLogOf> => openLogOf(this.#url, origin);
    const checkpointAt = async (
      origin: string,
      size: number,
    ): Promise<{ size: number; root: Buffer; note: string; at: number }> => {
      const book = await store.openBook(this.#bookOf(origin));
      return book.at(size).finally(() => {
        book.close();
      });
    };
    const logs = {
      folder: this.folder,
      origins: [CUT, AFTER],
      open,
      checkpointAt,
      policy: this.#node.policy,
    };
    return sealLogs(logs, { now: Date.parse(now), timeZone: ZONE }).finally(async () => store.close());
  }

  verify(asked: Asked = {}): NodeReport {
    return verifyPlace(this.place, this.#node.termsOf(asked), asked);
  }

  [Symbol.dispose](): void {
    rmSync(this.place, { recursive: true, force: true });
  }

  get #url(): string {
    return `sqlite:${join(this.place, DATABASE)}`;
  }

  async #open(origin: string): Promise<Store> {
    return openStore({ databaseUrl: this.#url, origin });
  }

  #bookOf(origin: string): Parameters<Store['openBook']>[0] {
    const clock = { now: (): number => Date.parse(NOW) };
    return { origin, keyFolder: this.#keys, evidenceFolder: this.folder, clock, pauseMilliseconds: 0 };
  }
}
