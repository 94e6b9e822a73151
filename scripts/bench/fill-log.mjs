import { randomFillSync } from 'node:crypto';
import Database from 'better-sqlite3';
import { v7 } from 'uuid';
import { built } from './built.mjs';
import { statements } from './search-records.mjs';

const { encodeLeaf, decodeLeaf } = await built('audit/leaf.js');
const { appendToFrontier, leafHash, rootOf } = await built('audit/merkle.js');

const RECORDS_AT_ONCE = 20_000;
const RECORDS_IN_A_COMMIT = 20;
const HASH_BYTES = 32;

/**
 * Appends records like the newest one of a gateway's first log, as its commits would, until the log has so many; in large
 * transactions and without waiting for the disk. MUST be called while no gateway serves the log.
 * @returns number of records that the log has now
 */
export function fillLog(databaseFile, size, onProgress) {
  const database = new Database(databaseFile, { fileMustExist: true });
  const guards = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
  for (const { name } of guards) database.exec(`DROP TRIGGER "${name}"`);
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -262144');
  const writer = new LikeTheNewest(database);
  for (let from = writer.size; from < size; from = writer.size) {
    writer.append(Math.min(RECORDS_AT_ONCE, size - from));
    onProgress(writer.size);
  }
  for (const { sql } of guards) database.exec(sql);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  return writer.size;
}

class LikeTheNewest {
  #insert;
  #transaction;
  #head;
  #frontier = [];
  #leaf;
  #part;
  #random = randomFillSync(Buffer.alloc(1 << 20));

  constructor(database) {
    this.#insert = statements(database);
    this.#transaction = database.transaction((count) => this.#append(count));
    this.#head = database.prepare('SELECT size, frontier, last_time AS at FROM audit_head WHERE log = 1').get();
    for (let place = 0; place < this.#head.frontier.length; place += HASH_BYTES)
      this.#frontier.push(this.#head.frontier.subarray(place, place + HASH_BYTES));
    const newest = 'SELECT l.leaf, p.* FROM audit_leaf l JOIN audit_personal p ON p.log = l.log AND p.idx = l.idx WHERE l.log = 1 ORDER BY l.idx DESC LIMIT 1';
    this.#part = database.prepare(newest).get();
    this.#leaf = decodeLeaf(this.#part.leaf);
  } // prettier-ignore

  get size() {
    return this.#head.size;
  }

  append(count) {
    this.#transaction(count);
  }

  #append(count) {
    const { size, at } = this.#head;
    for (let index = size; index < size + count; index += 1) this.#one(index, at);
    this.#insert.head.run(size + count, rootOf(this.#frontier), Buffer.concat(this.#frontier), at);
    this.#head = { ...this.#head, size: size + count };
  }

  #one(index, at) {
    const noise = Math.floor(Math.random() * (this.#random.length - 256));
    const random = (bytes) => this.#random.subarray(noise, noise + bytes);
    const queryId = v7({ msecs: at, random: random(16), seq: index % 2 ** 31 });
    const bytes = encodeLeaf({ ...this.#leaf, queryId, time: new Date(at).toISOString() });
    const hash = leafHash(bytes);
    appendToFrontier(this.#frontier, index, hash, (height, place, complete) => {
      this.#insert.subtree.run(height / 8, place, complete);
    });
    this.#insert.leaf.run(index, queryId, bytes, hash);
    const { kid, salt, nonce, box, official_tag: official } = this.#part;
    // A person of its own, in a case of its own.
    this.#insert.part.run(index, kid, salt, index % 255, nonce, box, hash, official, leafHash(hash));
    if (index % RECORDS_IN_A_COMMIT === 0) this.#insert.root.run(index + 1, rootOf(this.#frontier), at);
  }
}
