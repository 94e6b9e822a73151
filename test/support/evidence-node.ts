import { hash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { type EvidenceReader, type StoredCheckpoint } from '../../src/audit/audit-log.ts';
import { type CheckpointBook } from '../../src/audit/checkpoint-book.ts';
import { type KeyVault } from '../../src/audit/key-vault.ts';
import { type LeafFacts, type LeafType } from '../../src/audit/leaf.ts';
import { type Cosigner, createCosigner } from '../../src/audit/note/note-signer.ts';
import { parseNote } from '../../src/audit/note/signed-note.ts';
import { parseWitnessPolicy } from '../../src/audit/note/parse-witness-policy.ts';
import { stampFacts } from '../../src/audit/time-stamp/saved-stamp.ts';
import { trustedCertificates } from '../../src/audit/time-stamp/trusted-certificates.ts';
import { readGivenCheckpoint } from '../../src/audit/verify/given-checkpoint.ts';
import { type NodeReport } from '../../src/audit/verify/report.ts';
import { type Terms } from '../../src/audit/verify/terms.ts';
import { sealLogs } from '../../src/evidence/seal-logs.ts';
import { verifySources } from '../../src/evidence/verify/verify-sources.ts';
import { commitBatch, type CommitParts } from '../../src/gateway/commit/commit-batch.ts';
import { type Entry } from '../../src/gateway/commit/entry.ts';
import { blankDraft, lifeEntry } from '../../src/gateway/commit/life-entry.ts';
import { rollOver } from '../../src/gateway/roll-over.ts';
import { type Clock } from '../../src/shared/clock.ts';
import { createLog } from '../../src/store/create-log.ts';
import { findLogs, openLogOf } from '../../src/store/find-log.ts';
import { createMasterKey, openKeyFiles } from '../../src/store/keys/key-files.ts';
import { replayDestruction } from '../../src/store/keys/destroy-keys.ts';
import { ensureLogKey } from '../../src/store/log-key.ts';
import { openStore } from '../../src/store/open-store.ts';
import { type Store } from '../../src/store/store.ts';
import { forgeStamp } from './forged-stamp.ts';
import { type Issued, TimeStampPki } from './time-stamp-pki.ts';

export const NODE = 'gecit.test/node-1';
export const ZONE = 'Europe/Istanbul';
export const DATABASE = 'gecit.db';
/** Below the place of a node. */
export const EVIDENCE = join('logs', 'evidence');
/** Public example numbers. */
const SUBJECTS = ['10000000146', '17160614084', '11111111110'];
const WITNESSES = ['witness-a.test', 'witness-b.test'];

/** What a verification of the node is told besides. */
export interface Asked {
  /** Checkpoints and proofs that were kept elsewhere, by the name of their file. */
  readonly given?: ReadonlyMap<string, Buffer>;
  readonly open?: boolean;
  readonly only?: 'database' | 'folder';
  /** RFC 3339 */
  readonly now?: string;
  readonly terms?: Partial<Terms>;
}

/** A gateway's evidence as it really grows: keys, database, witnesses, a time-stamp authority, sealed days, a rollover. */
export class EvidenceNode implements AsyncDisposable {
  readonly place: string;
  readonly #pki = new TimeStampPki();
  readonly root: Issued = this.#pki.root('Test Root');
  readonly #authority = this.#pki.tsa('Test TSA', this.root);
  readonly witnesses: readonly Cosigner[] = WITNESSES.map((name) =>
    createCosigner(name, hash('sha256', name, 'buffer')),
  );
  readonly #clock: Clock & { at: number };
  readonly #store: Store;
  readonly vault: KeyVault;
  readonly #books = new Map<string, CheckpointBook>();
  #origin = `${NODE}/2026`;
  #asked = 0;
  /** Copies of the place as it was at earlier moments, oldest first. */
  readonly earlier: string[] = [];

  private constructor(place: string, store: Store, clock: Clock & { at: number }) {
    this.place = place;
    this.#store = store;
    this.#clock = clock;
    this.vault = openKeyFiles(join(place, 'keys'), store.kids, '2026-12-29');
  }

  /** @param time RFC 3339, of the first leaf */
  static async make(time: string): Promise<EvidenceNode> {
    const place = mkdtempSync(join(tmpdir(), 'gecit-node-'));
    const origin = `${NODE}/2026`;
    const address = { databaseUrl: `sqlite:${join(place, DATABASE)}`, origin };
    mkdirSync(join(place, 'keys'), { mode: 0o700 });
    createMasterKey(join(place, 'keys'));
    const { vkey } = ensureLogKey(join(place, 'keys'), origin);
    await createLog(address, vkey);
    const clock = { at: Date.parse(time), now: (): number => clock.at };
    const node = new EvidenceNode(place, await openStore(address), clock);
    const draft = { ...blankDraft('act'), action: 'gateway.init', facts: { origin, key: vkey } };
    await node.record(time, [{ ...lifeEntry('act', {}), draft }]);
    return node;
  }

  get file(): string {
    return join(this.place, DATABASE);
  }

  get folder(): string {
    return join(this.place, EVIDENCE);
  }

  get policy(): string {
    const [a, b] = this.witnesses;
    return `witness a ${a?.vkey ?? ''}\nwitness b ${b?.vkey ?? ''}\ngroup both all a b\nquorum both\n`;
  }

  /** One commit. */
  async record(time: string, entries: readonly Entry[]): Promise<number> {
    this.#clock.at = Date.parse(time);
    return this.#store.evidence.transact(async (transaction) => {
      const outcome = await commitBatch(transaction, entries, await transaction.standing(), this.#parts());
      return outcome.head.size;
    });
  }

  /** One commit of so many queries, each with a personal part. */
  async queries(time: string, count: number, keptFor = 'P10Y'): Promise<number> {
    return this.record(
      time,
      Array.from({ length: count }, () => this.#query(keptFor)),
    );
  }

  async life(time: string, type: LeafType, facts: LeafFacts): Promise<number> {
    return this.record(time, [lifeEntry(type, facts)]);
  }

  /** The checkpoint of what is there now, cosigned by so many witnesses. */
  async checkpoint(cosigned = 0): Promise<StoredCheckpoint> {
    const book = await this.book(this.#origin);
    const checkpoint = await book.publish();
    const { text } = parseNote(checkpoint.note);
    for (const witness of this.witnesses.slice(0, cosigned)) {
      const line = witness.cosign(text, Math.floor(this.#clock.at / 1000));
      await book.cosigned(checkpoint.size, witness.key.name, line);
    }
    return checkpoint;
  }

  /** Has the newest checkpoint stamped at this time and records the stamp. */
  async stamp(time: string): Promise<void> {
    const book = await this.book(this.#origin);
    const { size, note } = await book.publish();
    const asn1 = `${time.replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;
    const response = forgeStamp(this.#authority, { imprint: hash('sha256', note, 'buffer'), genTime: asn1 });
    const genTime = Date.parse(time);
    const about = { size, note, response, at: genTime, genTime };
    const entry = lifeEntry('time-stamp', {});
    const saved = { ...about, authority: 'test', policy: '1.3.6.1.4.1.99999.1', leafId: entry.draft.queryId };
    await book.stamped(saved);
    await this.record(time, [{ ...entry, draft: { ...entry.draft, facts: stampFacts(saved) } }]);
  }

  /** Closes the log and opens the next one. */
  async rollOver(time: string, year: string): Promise<void> {
    this.#clock.at = Date.parse(time);
    const origin = `${NODE}/${year}`;
    const { vkey } = ensureLogKey(join(this.place, 'keys'), origin);
    await this.#store.evidence.transact(async (transaction) =>
      rollOver(transaction, { origin, vkey, reason: 'year' }, this.#parts()),
    );
    await this.checkpoint(2);
    this.#origin = origin;
  }

  /** Destroys the keys and the parts of a kid, and records it. */
  async destroy(time: string, kid: string): Promise<void> {
    replayDestruction(join(this.place, 'keys'), [kid]);
    const parts = this.#deleteParts(kid);
    await this.life(time, 'keydestroy', { plan: 'p', kid, parts, rule: 'P1M' });
  }

  async seal(now: string): Promise<void> {
    await sealLogs(
      {
        folder: this.folder,
        origins: this.origins(),
        open: (origin) => openLogOf(`sqlite:${this.file}`, origin),
        checkpointAt: async (origin, size) => (await this.book(origin)).at(size),
        policy: this.policy,
      },
      { now: Date.parse(now), timeZone: ZONE },
    ).then(({ alarms }) => {
      if (alarms.length > 0) throw new Error(JSON.stringify(alarms));
    });
  }

  origins(): string[] {
    return findLogs(`sqlite:${this.file}`, NODE).map(({ origin }) => origin);
  }

  async book(origin: string): Promise<CheckpointBook> {
    let book = this.#books.get(origin);
    if (book === undefined) {
      book = await this.#store.openBook({
        origin,
        keyFolder: join(this.place, 'keys'),
        evidenceFolder: this.folder,
        clock: this.#clock,
        pauseMilliseconds: 0,
      });
      this.#books.set(origin, book);
    }
    return book;
  }

  /** Copies database (in one file) and evidence elsewhere. */
  copyTo(place: string): void {
    const database = new Sqlite(this.file);
    database.exec(`VACUUM INTO '${join(place, DATABASE)}'`);
    database.close();
    cpSync(this.folder, join(place, EVIDENCE), { recursive: true });
  }

  /** vkey of a log. */
  keyOf(origin: string): string {
    return ensureLogKey(join(this.place, 'keys'), origin).vkey;
  }

  /** The newest checkpoint of a log, as it was given out. */
  newestNote(origin: string): string {
    const reader = openLogOf(`sqlite:${this.file}`, origin);
    const note = reader.newestCheckpoint()?.note ?? '';
    reader.close();
    return note;
  }

  /** Keeps a copy of the place as it is now, as a backup does. */
  keepCopy(): void {
    const place = mkdtempSync(join(tmpdir(), 'gecit-earlier-'));
    this.copyTo(place);
    this.earlier.push(place);
  }

  /** Verifies what lies in a place with the keys and the trust of this node. */
  verify(asked: Asked = {}, place: string = this.place): NodeReport {
    return verifyPlace(place, this.termsOf(asked), {
      ...asked,
      vault: asked.open === true ? this.vault : undefined,
    });
  }

  termsOf({ given = new Map(), now = '2027-01-04T00:00:00Z', terms = {} }: Asked = {}): Terms {
    return {
      now: Date.parse(now),
      keys: [],
      policy: parseWitnessPolicy(this.policy, 'witness.policy'),
      trusted: trustedCertificates(this.root.pem),
      given: [...given].map(([file, bytes]) => {
        const read = readGivenCheckpoint(file, bytes);
        if (read === undefined) throw new Error(`${file} is no checkpoint`);
        return read;
      }),
      ...terms,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const book of this.#books.values()) book.close();
    await this.#store.close();
    this.#pki[Symbol.dispose]();
    for (const place of [this.place, ...this.earlier]) rmSync(place, { recursive: true, force: true });
  }

  #parts(): CommitParts {
    return { clock: this.#clock, vault: this.vault, timeZone: ZONE };
  }

  #query(keptFor: string): Entry {
    this.#asked += 1;
    const value = SUBJECTS[this.#asked % SUBJECTS.length] ?? '';
    const caseReference = `2026/${String(this.#asked % 40)}`;
    const officialId = `official-${String(this.#asked % 5)}`;
    return {
      lane: 'cgm',
      draft: { ...blankDraft('disclosure'), agency: 'cgm', agreement: 'tr-iskur-cgm-2024', outcome: 'found' },
      personal: {
        content: {
          address: '127.0.0.1',
          official: { id: officialId, name: 'A. B.', unit: 'C' },
          input: { tckn: value },
          caseReference,
          asked: null,
        },
        subject: { type: 'tckn', value },
        officialId,
        caseReference,
        retentionClass: 'access',
        keptFor,
      },
      disclosure: null,
      changes: [],
    };
  }

  /** As whoever may destroy does: past the guard. */
  #deleteParts(kid: string): number {
    const database = new Sqlite(this.file);
    const guards = database
      .prepare<[], { name: string; sql: string }>(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit_personal' AND sql LIKE '%BEFORE DELETE%'",
      )
      .all();
    for (const { name } of guards) database.exec(`DROP TRIGGER ${name}`);
    const { changes } = database.prepare('DELETE FROM audit_personal WHERE kid = ?').run(kid);
    for (const { sql } of guards) database.exec(sql);
    database.close();
    return changes;
  }
}

/** Verifies database and evidence folder in a place. */
export function verifyPlace(
  place: string,
  terms: Terms,
  { only, vault }: Pick<Asked, 'only'> & { vault?: KeyVault | undefined } = {},
): NodeReport {
  const file = join(place, DATABASE);
  const url = `sqlite:${file}`;
  const readers: EvidenceReader[] = [];
  try {
    if (only !== 'folder') for (const { origin } of findLogs(url, NODE)) readers.push(openLogOf(url, origin));
    const exists = (origin: string): boolean => readers.some((reader) => reader.head().origin === origin);
    return verifySources(
      {
        database: only === 'folder' ? undefined : { file: DATABASE, node: NODE, readers, exists, vault },
        folder: only === 'database' ? undefined : join(place, EVIDENCE),
      },
      terms,
    );
  } finally {
    for (const reader of readers) reader.close();
  }
}

/** A node over the turn of a year: four days, two logs, everything that evidence can hold. */
export async function newYearNode(): Promise<EvidenceNode> {
  const node = await EvidenceNode.make('2026-12-29T08:00:00Z');
  await node.queries('2026-12-29T08:01:00Z', 20);
  await node.queries('2026-12-29T09:00:00Z', 6, 'P1M');
  await node.checkpoint(2);
  await node.queries('2026-12-29T10:00:00Z', 30);
  await node.checkpoint(1);
  await node.stamp('2026-12-29T10:00:01Z');
  await node.seal('2026-12-30T00:00:00Z');
  node.keepCopy();
  await node.queries('2026-12-30T08:00:00Z', 100);
  await node.checkpoint(2);
  await node.queries('2026-12-30T08:30:00Z', 1);
  await node.queries('2026-12-30T09:00:00Z', 120);
  await node.stamp('2026-12-30T12:00:00Z');
  await node.checkpoint(2);
  await node.queries('2026-12-31T08:00:00Z', 7);
  await node.destroy('2026-12-31T09:00:00Z', 'access-p1m-2026-12');
  await node.seal('2026-12-31T00:00:00Z');
  node.keepCopy();
  await node.rollOver('2026-12-31T21:00:00Z', '2027');
  await node.queries('2027-01-01T08:00:00Z', 12);
  await node.checkpoint(2);
  await node.seal('2027-01-02T00:00:00Z');
  node.keepCopy();
  await node.queries('2027-01-02T08:00:00Z', 40);
  await node.queries('2027-01-02T09:00:00Z', 9);
  await node.stamp('2027-01-02T10:00:00Z');
  await node.seal('2027-01-03T00:00:00Z');
  node.keepCopy();
  await node.queries('2027-01-03T08:00:00Z', 9);
  await node.checkpoint(1);
  await node.queries('2027-01-03T09:00:00Z', 3);
  return node;
}
