import { type Database, type Statement } from 'better-sqlite3';
import { encodeEntries, OWN_ROW, ownPlace, sharedPlace, TAG_BYTES } from './tag-entries.ts';

/** The offsets of the records that carry each tag of one kid, by the hex of its kept bytes. */
type TagsOfKid = Map<string, number[]>;

/** Collects the tags of one block, and writes them into one index file. */
export class TagBook {
  readonly #kids = new Map<string, number>();
  readonly #tags = new Map<string, TagsOfKid>();
  readonly #find: Statement<[string], number>;
  readonly #addKid: Statement<[string]>;
  readonly #add: Statement<[number, Buffer, number, Buffer]>;

  constructor(connection: Database) {
    this.#find = connection.prepare<[string], number>('SELECT id FROM kid WHERE kid = ?').pluck();
    this.#addKid = connection.prepare('INSERT INTO kid (kid) VALUES (?)');
    this.#add = connection.prepare('INSERT INTO tag (kid, place, first, entries) VALUES (?, ?, ?, ?)');
  }

  /** Records come in ascending order. @param tags in hex */
  add(kid: string, tags: readonly string[], offset: number): void {
    let ofKid = this.#tags.get(kid);
    if (ofKid === undefined) this.#tags.set(kid, (ofKid = new Map<string, number[]>()));
    for (const whole of tags) {
      const tag = whole.slice(0, 2 * TAG_BYTES);
      const offsets = ofKid.get(tag);
      if (offsets === undefined) ofKid.set(tag, [offset]);
      else if (offsets.at(-1) !== offset) offsets.push(offset);
    }
  }

  /** Writes what was collected, as the block that begins at an index. */
  save(first: number): void {
    for (const [kid, tags] of this.#tags) this.#saveKid(this.#idOf(kid), tags, first);
    this.#tags.clear();
  }

  #saveKid(kid: number, tags: TagsOfKid, first: number): void {
    const shared = new Map<number, Buffer[]>();
    for (const [hex, offsets] of tags) {
      const tag = Buffer.from(hex, 'hex');
      if (offsets.length >= OWN_ROW) {
        const { place, rest } = ownPlace(tag);
        this.#add.run(kid, place, first, encodeEntries(rest, offsets));
        continue;
      }
      const { rest } = sharedPlace(tag);
      const byte = tag.readUInt8(0);
      const row = shared.get(byte);
      const bytes = encodeEntries(rest, offsets);
      if (row === undefined) shared.set(byte, [bytes]);
      else row.push(bytes);
    }
    for (const [byte, row] of shared) this.#add.run(kid, Buffer.of(byte), first, Buffer.concat(row));
  }

  #idOf(kid: string): number {
    let id = this.#kids.get(kid);
    if (id === undefined) {
      id = this.#find.get(kid) ?? Number(this.#addKid.run(kid).lastInsertRowid);
      this.#kids.set(kid, id);
    }
    return id;
  }
}
