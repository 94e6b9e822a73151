import { createHash, randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { v7 } from 'uuid';
import { built } from './built.mjs';

const { encodeLeaf } = await built('audit/leaf.js');
const { appendToFrontier, leafHash, rootOf } = await built('audit/merkle.js');
const { searchTagger } = await built('store/keys/search-tag.js');
const { createLog } = await built('store/create-log.js');

export const ORIGIN = 'gecit.bench/node-1/2026';
export const ZONE = 'Europe/Istanbul';
const YEAR_MILLISECONDS = 360 * 24 * 60 * 60 * 1000;
const RECORDS_AT_ONCE = 20_000;
const RECORDS_IN_A_COMMIT = 20;
const BOX_BYTES = 380;

export const AGENCIES = Array.from({ length: 40 }, (_, place) => `agency-${place}`);
export const OFFICIALS_OF_AN_AGENCY = 50;
export const REFERENCES = 3_000_000;
export const SUBJECTS = 2_000_000;
/** So many records share one case, e.g. a list that an agency checks every month under one number. */
export const LARGE_CASE = 'large-case';
/** One record in a million has it. */
export const RARE_CODE = 'IDEMPOTENCY_CONFLICT';
const CODES = [
  'QUOTA_EXCEEDED', 'REQUEST_INVALID', 'OFFICIAL_NOT_AUTHORISED', 'PURPOSE_NOT_AGREED', 'ADDRESS_NOT_ALLOWED',
  'TRAINING_REQUIRED', 'UNDERTAKING_REQUIRED', 'AGREEMENT_NOT_IN_FORCE', 'SOURCE_UNAVAILABLE',
]; // prettier-ignore

/** Numbers that look random and follow from the seed alone. */
export function dice(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Keys as the vault keeps them: one that makes tags for each kid. */
export class BenchVault {
  #keys = new Map();
  #recent = new Map();

  /** @param kids that are known from the start */
  constructor(kids = []) {
    for (const kid of kids) this.tag(kid, '', '');
  }

  tag(kid, type, value) {
    if (!this.#keys.has(kid)) this.#keys.set(kid, searchTagger(createHash('sha256').update(kid).digest()));
    return this.#keys.get(kid)(type, value);
  }

  /** The tag of a value that comes again and again. */
  kept(kid, type, value) {
    const name = `${kid} ${type} ${value}`;
    if (!this.#recent.has(name)) {
      if (this.#recent.size > 20_000) this.#recent.clear();
      this.#recent.set(name, this.tag(kid, type, value));
    }
    return this.#recent.get(name);
  }

  kids() {
    return [...this.#keys.keys()];
  }

  searchTags(type, value) {
    return new Map(this.kids().map((kid) => [kid, this.tag(kid, type, value)]));
  }
}

/** Fills a log with generated records: rows as the commit writes them, in large transactions and without waiting for the disk. */
export async function generate(folder, count, vault, onProgress) {
  const file = join(folder, 'gecit.db');
  await createLog({ databaseUrl: `sqlite:${file}`, origin: ORIGIN }, `${ORIGIN}+00000000+AQ==`);
  const database = new Database(file);
  const guards = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
  for (const { name } of guards) database.exec(`DROP TRIGGER "${name}"`);
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -262144');
  const writer = new RecordWriter(database, count, vault);
  for (let from = 0; from < count; from += RECORDS_AT_ONCE) {
    writer.write(from, Math.min(from + RECORDS_AT_ONCE, count));
    onProgress(Math.min(from + RECORDS_AT_ONCE, count));
  }
  for (const { sql } of guards) database.exec(sql);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  return file;
}

class RecordWriter {
  #count;
  #vault;
  #start = Date.now() - YEAR_MILLISECONDS;
  #roll = dice(1);
  #random = randomFillSync(Buffer.alloc(1 << 20));
  #frontier = [];
  #insert;
  #transaction;

  constructor(database, count, vault) {
    this.#count = count;
    this.#vault = vault;
    this.#insert = statements(database);
    this.#transaction = database.transaction((from, to) => this.#writeAll(from, to));
  }

  write(from, to) {
    this.#transaction(from, to);
  }

  #writeAll(from, to) {
    for (let index = from; index < to; index += 1) this.#one(index);
    const at = this.#timeOf(to - 1);
    this.#insert.head.run(to, rootOf(this.#frontier), Buffer.concat(this.#frontier), at);
  }

  #one(index) {
    const { leaf, kid, subject, official, reference } = this.#record(index);
    const bytes = encodeLeaf(leaf);
    const hash = leafHash(bytes);
    appendToFrontier(this.#frontier, index, hash, (height, at, complete) => {
      this.#insert.subtree.run(height / 8, at, complete);
    });
    this.#insert.leaf.run(index, leaf.queryId, bytes, hash);
    const noise = this.#roll(this.#random.length - 1024);
    this.#insert.part.run(
      index, kid, this.#random.subarray(noise, noise + 16), index % 255, this.#random.subarray(noise, noise + 12),
      this.#random.subarray(noise, noise + BOX_BYTES), subject && this.#vault.tag(kid, 'tckn', subject),
      official && this.#vault.kept(kid, 'official', official), reference && this.#vault.tag(kid, 'case', reference),
    ); // prettier-ignore
    if (index % RECORDS_IN_A_COMMIT === 0)
      this.#insert.root.run(index + 1, rootOf(this.#frontier), this.#timeOf(index));
  }

  #timeOf(index) {
    return Math.floor(this.#start + (index / this.#count) * YEAR_MILLISECONDS);
  }

  #record(index) {
    const roll = this.#roll;
    const time = this.#timeOf(index);
    const month = new Date(time + 3 * 60 * 60 * 1000).toISOString().slice(0, 7);
    const act = roll(200) === 0;
    const kid = `${act ? 'act' : 'access'}-p10y-${month}`;
    const agency = roll(AGENCIES.length);
    const noise = roll(this.#random.length - 64);
    const leaf = leafAt(time, this.#random.subarray(noise, noise + 16), {
      kid,
      ...(act ? ACT : exchange(roll, agency, index)),
    });
    if (act) return { leaf, kid, subject: null, official: null, reference: null };
    return {
      leaf,
      kid,
      subject: subjectAt(roll(SUBJECTS)),
      official: officialAt(agency, roll(OFFICIALS_OF_AN_AGENCY)),
      reference: roll(500) === 0 ? LARGE_CASE : referenceAt(roll(REFERENCES)),
    };
  }
}

export const subjectAt = (place) => String(10_000_000_000 + place);
export const officialAt = (agency, place) => `official-${agency}-${place}`;
export const referenceAt = (place) => `2026/${place}`;

const ACT = { type: 'act', action: 'quota.set', proof: 'operator-key' };

function exchange(roll, agency, index) {
  const agreement = `agreement-${agency}-${roll(2)}`;
  const asked = {
    agency: AGENCIES[agency],
    agreement,
    operation: `operation-${roll(2)}`,
    purpose: `purpose-${roll(3)}`,
    proof: 'shared-secret',
    certificate: 'ab'.repeat(32),
    tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384',
    agreementVersion: 1,
    agreementHash: `sha256:${'cd'.repeat(32)}`,
    provider: 'provider-1',
    legalBasis: ['law-1', 'circular-2017-6'],
    mode: 'instant',
  };
  const luck = roll(1000);
  if (index % 1_000_000 === 500_000 || (index === 500 && index > 0)) return { ...asked, type: 'refusal', code: RARE_CODE };
  if (luck < 120) {
    const code = CODES[Math.min(roll(CODES.length), roll(CODES.length))];
    return { ...asked, type: code === 'SOURCE_UNAVAILABLE' ? 'failure' : 'refusal', code };
  }
  const outcome = luck < 170 ? 'not-found' : 'found';
  return { ...asked, type: luck > 994 ? 'repeat' : 'disclosure', outcome, surplus: 0, answer: 'ab'.repeat(22) };
} // prettier-ignore

function leafAt(msecs, random, values) {
  return {
    type: null, time: new Date(msecs).toISOString(), queryId: v7({ msecs, random }), agency: null, certificate: null,
    tls: null, proof: null, agreement: null, agreementVersion: null, agreementHash: null, operation: null, provider: null,
    legalBasis: null, purpose: null, mode: null, code: null, outcome: null, surplus: null, count: 1, action: null,
    about: null, kid: null, personal: 'ab'.repeat(22), answer: null, ...values,
  }; // prettier-ignore
}

/** What writes the rows of a record. */
export function statements(database) {
  return {
    leaf: database.prepare('INSERT INTO audit_leaf (log, idx, query_id, leaf, leaf_hash) VALUES (1, ?, ?, ?, ?)'),
    part: database.prepare(
      `INSERT INTO audit_personal (log, idx, kid, salt, slot, nonce, box, subject_tag, official_tag, case_tag, purge_after)
       VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, '2036-11-22')`,
    ),
    subtree: database.prepare('INSERT INTO audit_subtree (log, level, idx, hash) VALUES (1, ?, ?, ?)'),
    root: database.prepare('INSERT INTO audit_root (log, size, root, at) VALUES (1, ?, ?, ?)'),
    head: database.prepare('UPDATE audit_head SET size = ?, root = ?, frontier = ?, last_time = ? WHERE log = 1'),
  };
} // prettier-ignore
