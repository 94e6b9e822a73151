import { type Database } from 'better-sqlite3';
import { encodeLeaf } from '../../src/audit/leaf.ts';
import { appendToFrontier, emptyRoot, leafHash, rootOf } from '../../src/audit/merkle.ts';
import { encodeCheckpoint } from '../../src/audit/note/checkpoint.ts';
import { encodeNote } from '../../src/audit/note/signed-note.ts';
import { sealBatch } from '../../src/audit/seal-personal.ts';
import { ensureLogKey } from '../../src/store/log-key.ts';
import { openDatabase } from '../../src/store/open-database.ts';
import { KEYS, leaf, ORIGIN, personalPart } from '../integration/store/temporary-store.ts';

/** Leaves of each commit: together more than one complete subtree. */
const COMMITS = [1, 200, 100];
const TIME = Date.parse('2026-11-22T09:00:00.000Z');

/** Whose rows stand in a database that an earlier version left. */
export const REGISTERS: readonly string[] = [
  `INSERT INTO agency VALUES ('cgm', 'Çalışma Genel Müdürlüğü'), ('iskur', 'İŞKUR')`,
  `INSERT INTO agency_certificate VALUES ('${'ab'.repeat(32)}', 'cgm', 'CN=cgm', 1900000000000, NULL),
     ('${'cd'.repeat(32)}', 'iskur', 'CN=iskur', 1900000000000, 1790000000000)`,
  `INSERT INTO operator VALUES ('ayse', 'Ayşe Demir', 'pem', ${String(TIME)}, NULL),
     ('kemal', 'Kemal Işık', 'pem 2', ${String(TIME)}, ${String(TIME + 1)})`,
  `INSERT INTO official VALUES ('official-1', 'cgm', 'İpek Çağ', 'Birim', 'client-1', '${'ef'.repeat(32)}', '["127.0.0.0/8"]')`,
  `INSERT INTO authority VALUES ('official-1', 'tr-iskur-cgm-2024', '["araci-sorgu"]', '["takip"]', 50, 0, 1900000000000, 'v1', NULL)`,
  `INSERT INTO agreement_activation VALUES ('tr-iskur-cgm-2024', 1, 'sha256:x', '{}', 'v1', '2026-02-01', NULL, NULL, NULL)`,
  `INSERT INTO quota_limit VALUES ('official:official-1', 20)`,
  `INSERT INTO quota_counter VALUES ('official:official-1', '2026-11-22', 7)`,
  `INSERT INTO idempotency VALUES ('${'11'.repeat(32)}', '${'22'.repeat(32)}', 'query', 1900000000000)`,
  `UPDATE register_version SET version = 9`,
];

/** From the version on that has holds and plans. */
const DESTRUCTION: readonly string[] = [
  `INSERT INTO legal_hold VALUES ('hold-1', NULL, '2026-01', '2026-06', 'record', ${String(TIME)}, NULL)`,
  `INSERT INTO destruction_plan VALUES ('plan-1', '${'33'.repeat(32)}', '{}', ${String(TIME)})`,
];

/** What the witness of a gateway had cosigned, as one node's. */
const WITNESSED = `INSERT INTO witnessed_log VALUES ('gecit.partner/node-1/2026', 40, x'${'44'.repeat(32)}', 'note', ${String(TIME)})`;

/**
 * Makes a database as the version with so many steps left it, by running those steps alone and writing what that version
 * wrote: registers, a log of three commits with sealed parts and, from the fourth step on, its key, subtrees and a checkpoint.
 * @param keyFolder gets the key of the log, where that version had one
 */
export async function earlierDatabase(file: string, steps: number, keyFolder: string): Promise<void> {
  const database = await openDatabase(file, true, steps);
  try {
    const connection = await database.connect();
    for (const statement of REGISTERS) connection.exec(statement);
    if (steps >= 5) for (const statement of DESTRUCTION) connection.exec(statement);
    if (steps === 4 || steps === 5) connection.exec(WITNESSED);
    connection
      .prepare(
        "INSERT INTO audit_head (log, origin, size, root, frontier, last_time) VALUES (1, ?, 0, ?, x'', 0)",
      )
      .run(ORIGIN, emptyRoot);
    connection.prepare('INSERT INTO audit_kid VALUES (?)').run(KEYS.kid);
    new EarlierLog(connection, steps, keyFolder).write();
  } finally {
    await database.close();
  }
}

class EarlierLog {
  readonly #connection: Database;
  readonly #signed: boolean;
  readonly #keyFolder: string;
  readonly #frontier: Buffer[] = [];
  #size = 0;

  constructor(connection: Database, steps: number, keyFolder: string) {
    this.#connection = connection;
    this.#signed = steps >= 4;
    this.#keyFolder = keyFolder;
  }

  write(): void {
    const signer = this.#signed ? ensureLogKey(this.#keyFolder, ORIGIN) : undefined;
    for (const count of COMMITS)
      this.#connection.transaction(() => {
        this.#commit(count, signer?.vkey);
      })();
    if (signer === undefined) return;
    const tree = { size: this.#size, root: rootOf(this.#frontier) };
    const text = encodeCheckpoint({ origin: ORIGIN, ...tree });
    this.#connection.prepare('INSERT INTO audit_key VALUES (1, ?)').run(signer.vkey);
    this.#connection
      .prepare('INSERT INTO audit_checkpoint VALUES (1, ?, ?, ?, ?)')
      .run(tree.size, tree.root, encodeNote(text, [signer.sign(text)]), TIME);
  }

  #commit(count: number, vkey: string | undefined): void {
    const first = this.#size === 0;
    const parts = Array.from({ length: count }, () => personalPart());
    const sealed = sealBatch(KEYS, parts);
    for (const [place, { queryId }] of parts.entries()) {
      const record = sealed[place];
      if (record === undefined) throw new Error('every part is sealed');
      const personal = record.commitment.toString('base64');
      const opens = { type: 'act', action: 'gateway.init', agency: null, kid: null, personal: null } as const;
      const facts = vkey === undefined ? {} : { facts: { origin: ORIGIN, key: vkey } };
      const bytes = encodeLeaf(
        leaf(first ? { queryId, ...opens, ...facts } : { queryId, kid: KEYS.kid, personal }),
      );
      this.#put(queryId, bytes);
      if (!first) this.#seal(record.sealed);
    }
    const root = rootOf(this.#frontier);
    this.#connection
      .prepare('UPDATE audit_head SET size = ?, root = ?, frontier = ?, last_time = ? WHERE log = 1')
      .run(this.#size, root, Buffer.concat(this.#frontier), TIME);
    this.#connection.prepare('INSERT INTO audit_root VALUES (1, ?, ?, ?)').run(this.#size, root, TIME);
  }

  #put(queryId: string, bytes: Buffer): void {
    const hash = leafHash(bytes);
    this.#connection
      .prepare('INSERT INTO audit_leaf VALUES (1, ?, ?, ?, ?)')
      .run(this.#size, queryId, bytes, hash);
    appendToFrontier(this.#frontier, this.#size, hash, (height, index, subtree) => {
      if (this.#signed)
        this.#connection
          .prepare('INSERT INTO audit_subtree VALUES (1, ?, ?, ?)')
          .run(height / 8, index, subtree);
    });
    this.#size += 1;
  }

  #seal(part: ReturnType<typeof sealBatch>[number]['sealed']): void {
    const { kid, salt, slot, nonce, box, subjectTag, officialTag, caseTag, purgeAfter } = part;
    const columns = ['kid', 'salt', 'slot', 'nonce', 'box', 'subject_tag', 'official_tag', 'purge_after'];
    const values: unknown[] = [kid, salt, slot, nonce, box, subjectTag, officialTag, purgeAfter];
    if (this.#signed) {
      columns.push('case_tag');
      values.push(caseTag);
    }
    const places = values.map(() => '?').join(', ');
    this.#connection
      .prepare(`INSERT INTO audit_personal (log, idx, ${columns.join(', ')}) VALUES (1, ?, ${places})`)
      .run(this.#size - 1, ...values);
  }
}
