import { type Agreement } from '../../src/agreement/agreement.ts';
import { type KeyVault } from '../../src/audit/key-vault.ts';
import { type EvidenceReader, type StoredLeaf, type StoredRoot } from '../../src/audit/audit-log.ts';
import { type LeafFacts } from '../../src/audit/leaf.ts';
import { appendToFrontier, rootOf } from '../../src/audit/merkle.ts';
import { NO_INDEX, type SearchedLog, type SearchRows } from '../../src/audit/search-index.ts';
import {
  type ActReceipt,
  type Administration,
  type SearchOfLogs,
  type SignedAct,
} from '../../src/gateway/administration.ts';
import { type DestructionDesk } from '../../src/gateway/destruction/destruction-desk.ts';
import { performAct } from '../../src/gateway/perform-act.ts';
import { type RegisterChange } from '../../src/gateway/register-change.ts';
import { type Standing } from '../../src/gateway/standing.ts';
import { type IdentityRows } from '../../src/identity/identity-register.ts';
import { type Operator } from '../../src/identity/operator.ts';
import { type Clock } from '../../src/shared/clock.ts';
import { FakeEvidenceStore, type FakeDatabase } from './fake-evidence-store.ts';
import { FakeKeyVault } from './fake-key-vault.ts';

/** Administration of a fake database: real acts and leaves, nothing on disk. */
export class FakeAdministration implements Administration {
  readonly agreements: readonly Agreement[];
  vault: KeyVault;
  readonly log: EvidenceReader;
  /** Logs of years that are over, newest first. */
  readonly closedLogs: FakeDatabase[] = [];
  readonly store: FakeEvidenceStore;
  closed = 0;
  /** False once the key of the open log is lost. */
  logKeyThere = true;
  readonly #database: FakeDatabase;
  readonly #clock: Clock;

  constructor(database: FakeDatabase, agreements: readonly Agreement[], clock: Clock) {
    this.#database = database;
    this.agreements = agreements;
    this.#clock = clock;
    this.vault = new FakeKeyVault();
    this.store = new FakeEvidenceStore(database);
    this.log = fakeLogReader(database);
  }

  get origin(): string {
    return this.#database.content.head.origin;
  }

  logs(): readonly EvidenceReader[] {
    return [this.log, ...this.closedLogs.map(fakeLogReader)];
  }

  /** Without an index: what is searched is read from the log. */
  searchedLogs({ only }: SearchOfLogs): Iterable<SearchedLog> {
    return [this.#database, ...this.closedLogs]
      .filter(({ content }) => only === undefined || content.head.origin === only)
      .map((database) => ({ rows: searchRowsOf(database), index: NO_INDEX }));
  }

  async standing(): Promise<Standing> {
    return this.store.standing();
  }

  async identityRows(): Promise<IdentityRows> {
    return Promise.resolve(this.#database.content.registers.rows);
  }

  async operators(): Promise<readonly Operator[]> {
    return Promise.resolve(this.#database.content.registers.operators);
  }

  async loweredLimits(): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map(Object.entries(this.#database.content.registers.rows.loweredLimits)));
  }

  async countersOn(day: string): ReturnType<Administration['countersOn']> {
    return this.store.countersOn(day);
  }

  async perform(act: SignedAct, changes: readonly RegisterChange[], facts?: LeafFacts): Promise<ActReceipt> {
    const { store, vault } = this;
    const parts = { store, vault, clock: this.#clock, timeZone: 'Europe/Istanbul' };
    return performAct(act, changes, parts, facts === undefined ? {} : { facts });
  }

  async rollOver(
    act: SignedAct,
    reason: 'key-compromise' | 'restore',
  ): ReturnType<Administration['rollOver']> {
    const { store, vault } = this;
    const parts = { store, vault, clock: this.#clock, timeZone: 'Europe/Istanbul' };
    const next = { origin: `${this.origin}-2`, vkey: 'test+00000000+AQ==', reason };
    return { receipt: await performAct(act, [], parts, { next }), next, endSigned: this.logKeyThere };
  }

  /** Holds and plans need a real database. */
  get destruction(): DestructionDesk {
    throw new Error('the fake administration has no holds and no plans');
  }

  async close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }
}

function fakeLogReader(database: FakeDatabase): EvidenceReader {
  const leaves = (): readonly StoredLeaf[] => database.content.leaves;
  const sealedOf = (index: number) => database.content.leaves[index]?.sealed ?? undefined;
  return {
    atOneMoment: (read) => read(),
    head: () => database.content.head,
    leaves: (from = 0) => leaves().slice(from),
    roots: () => rootsOf(leaves()),
    leafOf: (queryId) => leaves().find((leaf) => leaf.queryId === queryId),
    sealedPart: sealedOf,
    indexesWithPart: () =>
      database.content.leaves.filter(({ sealed }) => sealed !== null).map(({ index }) => index),
    partLabels: () =>
      database.content.leaves.flatMap(({ index, sealed }) =>
        sealed === null ? [] : [{ index, kid: sealed.kid, purgeAfter: sealed.purgeAfter }],
      ),
    registeredKids: () => [...new Set(database.content.leaves.flatMap(({ sealed }) => sealed?.kid ?? []))],
    leafHashes: (from, count) =>
      leaves()
        .slice(from, from + count)
        .map(({ hash }) => hash),
    subtree: () => undefined,
    subtrees: () => [],
    vkey: () => undefined,
    rootOfCommit: (size) => rootsOf(leaves()).find((root) => root.size === size)?.root,
    checkpoints: () => [],
    checkpointFrom: () => undefined,
    newestCheckpoint: () => undefined,
    cosignatures: () => [],
    cosignaturesAt: () => [],
    stamps: () => [],
    stampAt: () => undefined,
    newestStamp: () => undefined,
    close: () => undefined,
  };
}

/** The records of a fake database as a search reads them. */
export function searchRowsOf({ content }: FakeDatabase): SearchRows {
  const { head, leaves } = content;
  return {
    origin: head.origin,
    size: () => leaves.length,
    rows: (from, count) =>
      leaves.slice(from, from + count).map(({ index, bytes, sealed }) => ({
        index,
        text: bytes.toString('utf8'),
        kid: sealed?.kid ?? null,
        tags: [sealed?.subjectTag, sealed?.officialTag, sealed?.caseTag]
          .filter((tag) => Buffer.isBuffer(tag))
          .map((tag) => tag.toString('hex').toUpperCase()),
      })),
    text: (index) => leaves[index]?.bytes.toString('utf8'),
    hash: (index) => leaves[index]?.hash,
    close: () => undefined,
  };
}

function rootsOf(leaves: readonly StoredLeaf[]): StoredRoot[] {
  const frontier: Buffer[] = [];
  return leaves.map(({ hash }, place) => {
    appendToFrontier(frontier, place, hash);
    return { size: place + 1, root: rootOf(frontier) };
  });
}
