import { type Agreement } from '../../src/agreement/agreement.ts';
import { type LogReader, type StoredLeaf, type StoredRoot } from '../../src/audit/audit-log.ts';
import { type KeyVault } from '../../src/audit/key-vault.ts';
import { appendToFrontier, rootOf } from '../../src/audit/merkle.ts';
import { type ActReceipt, type Administration, type SignedAct } from '../../src/gateway/administration.ts';
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
  readonly log: LogReader;
  readonly store: FakeEvidenceStore;
  closed = 0;
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

  async perform(act: SignedAct, changes: readonly RegisterChange[]): Promise<ActReceipt> {
    const { store, vault } = this;
    const parts = { store, vault, clock: this.#clock, timeZone: 'Europe/Istanbul' };
    return performAct(act, changes, parts);
  }

  async close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }
}

function fakeLogReader(database: FakeDatabase): LogReader {
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
    indexesTagged: (kind, tags) =>
      database.content.leaves
        .filter(({ sealed }) => {
          const tag = kind === 'subject' ? sealed?.subjectTag : sealed?.officialTag;
          return tag !== null && tag !== undefined && tags.some((one) => one.equals(tag));
        })
        .map(({ index }) => index),
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
