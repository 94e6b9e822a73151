import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LogHead } from '../../../src/audit/audit-log.ts';
import { encodeLeaf, type Leaf } from '../../../src/audit/leaf.ts';
import { appendToFrontier, leafHash, rootOf } from '../../../src/audit/merkle.ts';
import { type PersonalPart, sealBatch } from '../../../src/audit/seal-personal.ts';
import {
  type EvidenceStore,
  type EvidenceTransaction,
  type NewLeaf,
} from '../../../src/gateway/commit/evidence-store.ts';
import { newQueryId } from '../../../src/shared/ids.ts';
import { type StoreAddress } from '../../../src/store/create-log.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { type Store } from '../../../src/store/store.ts';
import { SQLITE, TEST_ORIGIN, TEST_VKEY, type TestedEngine } from '../../support/database-engines.ts';
import { fixedKeys } from '../../support/fake-key-vault.ts';

export const ORIGIN = TEST_ORIGIN;
export const VKEY = TEST_VKEY;

export const KEYS = fixedKeys('access-p10y-2026-11');

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'gecit-store-'));
  return { path, [Symbol.asyncDispose]: async () => rm(path, { recursive: true, force: true }) };
}

export interface TemporaryStore extends AsyncDisposable {
  readonly store: Store;
  /** The file of an embedded database, else of the copy of it. */
  readonly file: string;
  readonly address: StoreAddress;
}

/** A store with an empty log in a database of its own, embedded unless the test says otherwise. */
export async function temporaryStore(engine: TestedEngine = SQLITE): Promise<TemporaryStore> {
  const database = await engine.createWithLog();
  const { databaseUrl, copies } = database;
  const address = { databaseUrl, copies, origin: ORIGIN };
  const store = await openStore(address).catch(async (error: unknown) => {
    await database[Symbol.asyncDispose]();
    throw error;
  });
  const dispose = async (): Promise<void> => {
    await store.close();
    await database[Symbol.asyncDispose]();
  };
  const file = store.readable.url.slice('sqlite:'.length);
  return { store, file, address, [Symbol.asyncDispose]: dispose };
}

export function leaf(change: Partial<Leaf> = {}): Leaf {
  return {
    type: 'disclosure',
    time: '2026-11-22T09:00:00.000Z',
    queryId: newQueryId(),
    agency: 'cgm',
    certificate: 'ab'.repeat(32),
    tls: 'TLSv1.3',
    proof: 'shared-secret',
    agreement: 'tr-iskur-cgm-2024',
    agreementVersion: 1,
    agreementHash: `sha256:${'cd'.repeat(32)}`,
    operation: 'araci-sorgu',
    provider: 'iskur',
    legalBasis: ['genelge-2017-6'],
    purpose: 'cocuk-isciligi-takip',
    mode: 'instant',
    code: null,
    outcome: 'found',
    surplus: 0,
    count: 1,
    action: null,
    about: null,
    kid: null,
    personal: null,
    answer: null,
    ...change,
  };
}

export function personalPart(change: Partial<PersonalPart> = {}): PersonalPart {
  return {
    queryId: newQueryId(),
    content: { caseReference: '2026/118' },
    opening: null,
    subject: { type: 'tckn', value: '10000000146' },
    officialId: 'official-1',
    caseReference: '2026/118',
    purgeAfter: '2036-11-22',
    ...change,
  };
}

/** New leaves at the end of the log, each with a sealed personal part, and the head over them. */
export function grow(head: LogHead, parts: readonly PersonalPart[]): { leaves: NewLeaf[]; head: LogHead } {
  const frontier = [...head.frontier];
  const sealed = sealBatch(KEYS, parts);
  const leaves = parts.map(({ queryId }, place): NewLeaf => {
    const record = sealed[place];
    const personal = record?.commitment.toString('base64') ?? null;
    const bytes = encodeLeaf(leaf({ queryId, kid: KEYS.kid, personal }));
    const hash = leafHash(bytes);
    appendToFrontier(frontier, head.size + place, hash);
    return { index: head.size + place, queryId, bytes, hash, sealed: record?.sealed ?? null };
  });
  const size = head.size + parts.length;
  return { leaves, head: { ...head, size, frontier, root: rootOf(frontier), lastTime: size } };
}

/** Appends one leaf for each part inside a transaction. */
export async function append(
  transaction: EvidenceTransaction,
  parts: readonly PersonalPart[],
): Promise<LogHead> {
  const before = await transaction.head();
  const { leaves, head } = grow(before, parts);
  await transaction.appendLeaves(leaves);
  await transaction.moveHead(before, head);
  return head;
}

/** Commits as many leaves as given, in one transaction. */
export async function commit(evidence: EvidenceStore, count: number): Promise<LogHead> {
  const parts = Array.from({ length: count }, () => personalPart());
  return evidence.transact(async (transaction) => append(transaction, parts));
}
