import { createHash } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { encodeLeaf, type Leaf } from '../../src/audit/leaf.ts';
import { leafHash } from '../../src/audit/merkle.ts';
import { kidOf } from '../../src/audit/retention.ts';
import { type TagByKid } from '../../src/audit/search-index.ts';
import { type FoundRecord, type SearchQuery } from '../../src/audit/search-logs.ts';
import { zonedDay } from '../../src/shared/zoned-day.ts';
import { createLog } from '../../src/store/create-log.ts';
import { fixedKeys } from './fake-key-vault.ts';

export const ZONE = 'Europe/Istanbul';
const MINUTE = 60_000;

/** A record as it was written, and whom it is about. */
export interface WrittenRecord {
  readonly origin: string;
  readonly index: number;
  readonly leaf: Leaf;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly kid: string;
  readonly subject: string | null;
  readonly official: string;
  readonly reference: string | null;
}

export interface RecordPlan {
  readonly origin: string;
  readonly count: number;
  /** Time of the first record; the others follow at `gapMilliseconds`. */
  readonly start: number;
  readonly gapMilliseconds: number;
}

export const POOLS = {
  agency: ['alpha', 'beta', 'gamma', 'delta'],
  agreement: ['alpha-2024', 'beta-2025'],
  purpose: ['permit-check', 'statistics'],
  code: ['QUOTA_EXCEEDED', 'PURPOSE_NOT_AGREED', 'SOURCE_UNAVAILABLE'],
  official: Array.from({ length: 12 }, (_, place) => `official-${String(place)}`),
  subject: Array.from({ length: 60 }, (_, place) => `subject-${String(place)}`),
  reference: Array.from({ length: 30 }, (_, place) => `2026/${String(place)}`),
} as const;

/**
 * Writes records of a log into a database as the commit would have left them, but without its path. Who asks what about whom
 * follows from the index alone.
 */
export async function writeRecords(file: string, plans: readonly RecordPlan[]): Promise<WrittenRecord[]> {
  const [first] = plans;
  if (first === undefined) return [];
  await createLog({ databaseUrl: `sqlite:${file}`, origin: first.origin }, `${first.origin}+00000000+AQ==`);
  const database = new Database(file);
  for (const name of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all())
    database.exec(`DROP TRIGGER "${String(name)}"`);
  try {
    return plans.flatMap((plan, place) => writeLog(database, plan, place + 1));
  } finally {
    database.close();
  }
}

/** Appends to a log that `writeRecords` made; `log` is its place among them, from 1. */
export function appendRecords(file: string, plan: RecordPlan, from: number, log = 1): WrittenRecord[] {
  const database = new Database(file);
  try {
    return writeLog(database, plan, log, from);
  } finally {
    database.close();
  }
}

export function temporaryDatabase(folder: string): string {
  return join(folder, 'gecit.db');
}

/** The tag of a value under every kid of the records, as the vault gives it. */
export function tagsOf(records: readonly WrittenRecord[], type: string, value: string): TagByKid {
  return new Map([...new Set(records.map(({ kid }) => kid))].map((kid) => [kid, tagOf(kid, type, value)]));
}

/** What a search for the query must find, by looking at every record. */
export function bruteForce(
  records: readonly WrittenRecord[],
  query: SearchQuery & { readonly people: Readonly<Record<string, string | undefined>> },
): FoundRecord[] {
  const { values, people, from = -Infinity, to = Infinity } = query;
  const wanted = Object.entries(values).filter(([, value]) => value !== undefined);
  return records
    .filter(({ leaf, time, subject, official, reference }) => {
      return (
        wanted.every(([key, value]) => leaf[key as 'code'] === value) &&
        (people['tckn'] === undefined || people['tckn'] === subject) &&
        (people['official'] === undefined || people['official'] === official) &&
        (people['case'] === undefined || people['case'] === reference) &&
        time >= from &&
        time < to
      );
    })
    .map(({ origin, index, leaf }) => ({ origin, index, leaf }))
    .sort((left, right) =>
      left.origin === right.origin ? right.index - left.index : left.origin < right.origin ? 1 : -1,
    );
}

function writeLog(database: Database.Database, plan: RecordPlan, log: number, from = 0): WrittenRecord[] {
  const addLeaf = database.prepare(
    'INSERT INTO audit_leaf (log, idx, query_id, leaf, leaf_hash) VALUES (?, ?, ?, ?, ?)',
  );
  const addPart = database.prepare(
    `INSERT INTO audit_personal (log, idx, kid, salt, slot, nonce, box, subject_tag, official_tag, case_tag, purge_after)
     VALUES (?, ?, ?, zeroblob(16), 0, zeroblob(12), zeroblob(64), ?, ?, ?, '2036-01-01')`,
  );
  const write = database.transaction(() => {
    const records: WrittenRecord[] = [];
    database
      .prepare('INSERT OR IGNORE INTO audit_head (log, origin, size, root, frontier, last_time) VALUES (?, ?, 0, ?, ?, 0)')
      .run(log, plan.origin, Buffer.alloc(32), Buffer.alloc(0)); // prettier-ignore
    for (let index = from; index < plan.count; index += 1) {
      const record = recordAt(plan, index);
      const { kid, subject, official, reference, leaf } = record;
      const bytes = encodeLeaf(leaf);
      addLeaf.run(log, index, leaf.queryId, bytes, leafHash(bytes));
      addPart.run(
        log, index, kid, tagOrNull(kid, 'tckn', subject), tagOf(kid, 'official', official),
        tagOrNull(kid, 'case', reference),
      ); // prettier-ignore
      records.push(record);
    }
    database.prepare('UPDATE audit_head SET size = ? WHERE log = ?').run(plan.count, log);
    return records;
  });
  return write();
}

type Pick = <T>(pool: readonly T[], place: number) => T;

function recordAt({ origin, start, gapMilliseconds }: RecordPlan, index: number): WrittenRecord {
  const dice = createHash('sha256')
    .update(`${origin} ${String(index)}`)
    .digest();
  const pick: Pick = (pool, place) => {
    const found = pool[dice.readUInt16BE(place) % pool.length];
    if (found === undefined) throw new Error('an empty pool');
    return found;
  };
  const time = start + index * gapMilliseconds;
  const act = dice.readUInt8(21) < 8;
  const kid = kidOf(act ? 'act' : 'access', 'P10Y', zonedDay(time, ZONE).date);
  const leaf = {
    ...EMPTY,
    ...(act ? { type: 'act', action: 'quota.set' } : asked(dice, pick)),
    time: new Date(time).toISOString(),
    queryId: `${dice.toString('hex', 0, 12)}-${String(index)}`.slice(0, 36),
    kid,
  } as Leaf;
  const subject = act ? null : pick(POOLS.subject, 8);
  const reference = dice.readUInt8(23) < 30 ? null : pick(POOLS.reference, 12);
  return { origin, index, leaf, time, kid, subject, official: pick(POOLS.official, 10), reference };
}

function asked(dice: Buffer, pick: Pick): Partial<Leaf> {
  const agency = pick(POOLS.agency, 0);
  const exchange = {
    agency,
    agreement: pick(POOLS.agreement, 2),
    operation: 'permit-lookup',
    // Two values that never meet: their search finds nothing.
    purpose: agency === 'alpha' ? 'permit-check' : pick(POOLS.purpose, 4),
  };
  if (dice.readUInt8(20) < 40) return { ...exchange, type: 'refusal', code: pick(POOLS.code, 6) };
  return { ...exchange, type: 'disclosure', outcome: dice.readUInt8(22) < 25 ? 'not-found' : 'found' };
}

const EMPTY = {
  agency: null, certificate: null, tls: null, proof: null, agreement: null, agreementVersion: null, agreementHash: null,
  operation: null, provider: null, legalBasis: null, purpose: null, mode: null, code: null, outcome: null, surplus: null,
  count: 1, action: null, about: null, personal: null, answer: null,
}; // prettier-ignore

function tagOrNull(kid: string, type: string, value: string | null): Buffer | null {
  return value === null ? null : tagOf(kid, type, value);
}

function tagOf(kid: string, type: string, value: string): Buffer {
  return keysOf(kid).tag(type, value);
}

const known = new Map<string, ReturnType<typeof fixedKeys>>();

function keysOf(kid: string): ReturnType<typeof fixedKeys> {
  let keys = known.get(kid);
  if (keys === undefined) {
    keys = fixedKeys(kid, Buffer.alloc(32, 1), createHash('sha256').update(kid).digest());
    known.set(kid, keys);
  }
  return keys;
}

/** Records of a quarter of a year: several months, several days of each. */
export const QUARTER = { start: Date.UTC(2026, 0, 1, 9), gapMilliseconds: 6 * MINUTE };
