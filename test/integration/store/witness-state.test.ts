import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { createCosigner } from '../../../src/audit/note/note-signer.ts';
import { encodeNote } from '../../../src/audit/note/signed-note.ts';
import { originHash } from '../../../src/audit/witness/witness.ts';
import { type CosignedCheckpoint } from '../../../src/audit/witness/witness-state.ts';
import { CosignedFiles } from '../../../src/store/cosigned-files.ts';
import { nodeOf } from '../../../src/store/open-log.ts';
import { type OpenWitnessState } from '../../../src/store/store.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { ForeignLog } from '../../support/witness-rig.ts';
import { inDatabase, restoreWitnessedRow, witnessedRow } from '../../support/witnessed-row.ts';
import {
  ORIGIN as STORE_ORIGIN,
  type TemporaryFolder,
  temporaryFolder,
  type TemporaryStore,
  temporaryStore,
} from './temporary-store.ts';

const COSIGNER = createCosigner('gecit.test/node-1/witness', Buffer.alloc(32, 7));
const LOG = new ForeignLog({ size: 20 });
const ORIGIN = LOG.origin;

/** What the witness cosigns of a log. */
function cosigned(size: number, log: ForeignLog = LOG, cosigner = COSIGNER): CosignedCheckpoint {
  const [text = ''] = log.note(size).split('\n\n');
  const at = 1_800_000_000_000;
  const lines = [log.signer.sign(`${text}\n`), cosigner.cosign(`${text}\n`, at / 1000)];
  return { origin: log.origin, size, root: log.tree.rootAt(size), note: encodeNote(`${text}\n`, lines), at };
}

/** A witness's record with its two places, which a test may change as an outsider would. */
class Place implements AsyncDisposable {
  readonly logger = new RecordingLogger();
  readonly #folder: TemporaryFolder;
  readonly #store: TemporaryStore;
  readonly #opened: OpenWitnessState;

  constructor(folder: TemporaryFolder, store: TemporaryStore, opened: OpenWitnessState) {
    this.#folder = folder;
    this.#store = store;
    this.#opened = opened;
  }

  static async open(...sizes: readonly number[]): Promise<Place> {
    const folder = await temporaryFolder();
    const store = await temporaryStore();
    const logger = new RecordingLogger();
    const options = { folder: join(folder.path, 'witnessed'), key: COSIGNER.key, logger };
    const place = new Place(folder, store, await store.store.openWitnessState(options));
    Object.assign(place, { logger });
    for (const size of sizes) await place.cosign(size);
    return place;
  }

  get state(): OpenWitnessState['state'] {
    return this.#opened.state;
  }

  get shelf(): OpenWitnessState['shelf'] {
    return this.#opened.shelf;
  }

  get files(): CosignedFiles {
    return new CosignedFiles(this.folder, COSIGNER.key);
  }

  get folder(): string {
    return join(this.#folder.path, 'witnessed');
  }

  get file(): string {
    return join(this.folder, `${originHash(ORIGIN)}.checkpoint`);
  }

  async cosign(size: number): Promise<boolean> {
    return this.state.advance(await this.state.recorded(ORIGIN), cosigned(size));
  }

  database<Result>(work: (database: Sqlite.Database) => Result): Result {
    return inDatabase(this.#store.file, work);
  }

  get row(): unknown {
    return witnessedRow(this.#store.file);
  }

  restoreRow(record: CosignedCheckpoint | undefined): void {
    restoreWitnessedRow(this.#store.file, record && { witness: nodeOf(STORE_ORIGIN), ...record });
  }

  async fault(): Promise<string> {
    return this.state.recorded(ORIGIN).then(
      () => 'none',
      (error: unknown) => (error as { code: string }).code,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]();
    await this.#folder[Symbol.asyncDispose]();
  }
}

describe('what a witness cosigned', () => {
  test('stands in the file and in the database once the change has resolved', async () => {
    await using place = await Place.open();
    expect(await place.state.recorded(ORIGIN)).toBeUndefined();
    expect(await place.cosign(5)).toBe(true);
    expect(await place.cosign(8)).toBe(true);
    const { note, root, at } = cosigned(8);
    expect(readFileSync(place.file, 'utf8')).toBe(note);
    expect(place.row).toEqual({ witness: nodeOf(STORE_ORIGIN), origin: ORIGIN, size: 8, root, note, at });
    expect(await place.state.recorded(ORIGIN)).toEqual(cosigned(8));
    expect(readdirSync(place.folder)).toEqual([`${originHash(ORIGIN)}.checkpoint`]);
    expect(place.logger.lines).toEqual([]);
  });

  test('does not change when something else is recorded by now', async () => {
    await using place = await Place.open(5);
    expect(await place.state.advance(undefined, cosigned(8))).toBe(false);
    expect(await place.state.advance(cosigned(4), cosigned(8))).toBe(false);
    const other = new ForeignLog({ size: 5, history: 'other' });
    expect(await place.state.advance(cosigned(5, other), cosigned(8))).toBe(false);
    expect(await place.state.recorded(ORIGIN)).toEqual(cosigned(5));
  });

  test('moves once when two changes start from the same record', async () => {
    await using place = await Place.open(5);
    const from = await place.state.recorded(ORIGIN);
    const moved = await Promise.all([
      place.state.advance(from, cosigned(8)),
      place.state.advance(from, cosigned(9)),
    ]);
    expect(moved).toEqual([true, false]);
    expect(await place.state.recorded(ORIGIN)).toEqual(cosigned(8));
  });

  test('waits while another process holds the database', async () => {
    await using place = await Place.open(5);
    const holder = place.database((database) => database.name);
    const database = new Sqlite(holder);
    database.exec('BEGIN IMMEDIATE');
    const moving = place.cosign(8);
    await new Promise((resolve) => setImmediate(resolve));
    expect(readFileSync(place.file, 'utf8')).toBe(cosigned(5).note);
    database.exec('ROLLBACK');
    database.close();
    expect(await moving).toBe(true);
  });

  test('never moves back, nor to another root of its size, in the database', async () => {
    await using place = await Place.open(8);
    const other = cosigned(8, new ForeignLog({ size: 8, history: 'other' }));
    for (const { size, root } of [cosigned(5), other]) {
      const change = (): unknown =>
        place.database((database) =>
          database.prepare('UPDATE cosigned_log SET size = ?, root = ?').run(size, root),
        );
      expect(change).toThrow('forward only');
    }
  });
});

describe('a change that is cut short', () => {
  test('before the file leaves the record as it was', async () => {
    await using place = await Place.open(5);
    rmSync(place.folder, { recursive: true });
    writeFileSync(place.folder, 'no folder');
    await expect(place.state.advance(cosigned(5), cosigned(8))).rejects.toThrow();
    rmSync(place.folder);
    mkdirSync(place.folder);
    writeFileSync(place.file, cosigned(5).note);
    expect(await place.state.recorded(ORIGIN)).toEqual(cosigned(5));
  });

  test('after the file and before the database goes on from the file, with an alarm, once', async () => {
    await using place = await Place.open(5);
    place.files.write(cosigned(8));
    expect(await place.state.recorded(ORIGIN)).toEqual(cosigned(8));
    expect(place.logger.named('witness.database-behind')).toEqual([
      { origin: ORIGIN, fileSize: 8, databaseSize: 5 },
    ]);
    expect(place.row).toMatchObject({ size: 8 });
    expect(await place.state.recorded(ORIGIN)).toEqual(cosigned(8));
    expect(place.logger.lines).toHaveLength(1);
  });

  test('by a database that takes nothing leaves the newer file, and no answer', async () => {
    await using place = await Place.open(5);
    place.database((database) => {
      database.exec(
        "CREATE TRIGGER full BEFORE UPDATE ON cosigned_log BEGIN SELECT RAISE(ABORT, 'full'); END",
      );
    });
    await expect(place.state.advance(cosigned(5), cosigned(8))).rejects.toThrow('full');
    place.database((database) => database.exec('DROP TRIGGER full'));
    expect(await place.state.recorded(ORIGIN)).toEqual(cosigned(8));
  });

  test('at the very first checkpoint goes on from the file', async () => {
    await using place = await Place.open();
    place.files.write(cosigned(5));
    expect(await place.state.recorded(ORIGIN)).toEqual(cosigned(5));
    expect(place.logger.named('witness.database-behind')).toMatchObject([{ databaseSize: null }]);
    expect(await place.cosign(8)).toBe(true);
  });
});

describe('a restored database', () => {
  test.each([
    ['an older row', cosigned(5)],
    ['no row', undefined],
  ])('with %s does not make the witness forget: the file is relied on, with an alarm', async (_what, row) => {
    await using place = await Place.open(5, 9);
    place.restoreRow(row);
    expect(await place.state.recorded(ORIGIN)).toEqual(cosigned(9));
    expect(place.logger.named('witness.database-behind')).toMatchObject([{ fileSize: 9 }]);
    expect(await place.state.advance(row, cosigned(7))).toBe(false);
  });

  test('and a file that was put back do not make it forget: the database is relied on, with an alarm', async () => {
    await using place = await Place.open(5, 9);
    writeFileSync(place.file, cosigned(5).note);
    expect(await place.state.recorded(ORIGIN)).toEqual(cosigned(9));
    expect(place.logger.named('witness.file-behind')).toEqual([
      { origin: ORIGIN, fileSize: 5, databaseSize: 9 },
    ]);
    expect(readFileSync(place.file, 'utf8')).toBe(cosigned(9).note);
  });
});

describe('a record that cannot be relied on', () => {
  const other = cosigned(9, new ForeignLog({ size: 9, history: 'other' }));
  const stranger = createCosigner('gecit.test/node-1/witness', Buffer.alloc(32, 8));
  const damages: [string, string, (place: Place) => void][] = [
    ['a file that is gone', 'WITNESS_RECORD_LOST', (place) => { rmSync(place.file); }],
    ['a file that is empty', 'WITNESS_RECORD_DAMAGED', (place) => { writeFileSync(place.file, ''); }],
    ['a file of another log', 'WITNESS_RECORD_DAMAGED', (place) => {
      writeFileSync(place.file, cosigned(9, new ForeignLog({ origin: 'b.log', size: 9 })).note);
    }],
    ['a file without our cosignature', 'WITNESS_RECORD_DAMAGED', (place) => { writeFileSync(place.file, LOG.note(9)); }],
    ['a file that another key cosigned', 'WITNESS_RECORD_DAMAGED', (place) => {
      writeFileSync(place.file, cosigned(12, LOG, stranger).note);
    }],
    ['two roots of one size', 'WITNESS_RECORDS_DIFFER', (place) => { writeFileSync(place.file, other.note); }],
  ]; // prettier-ignore

  test.each(damages)(
    'because of %s stops the witness until an operator accepts',
    async (_what, code, damage) => {
      await using place = await Place.open(5, 9);
      damage(place);
      const before = existsSync(place.file) ? readFileSync(place.file, 'utf8') : '';
      expect(await place.fault()).toBe(code);
      await expect(place.state.advance(cosigned(9), cosigned(12))).rejects.toMatchObject({ code });
      expect(await place.state.examine(ORIGIN)).toEqual({ fault: code, record: cosigned(9) });
      expect(await place.state.accept(ORIGIN)).toEqual(cosigned(9));
      expect(await place.state.recorded(ORIGIN)).toEqual(cosigned(9));
      const aside = join(place.folder, `${originHash(ORIGIN)}.conflict-1`);
      expect(existsSync(aside) ? readFileSync(aside, 'utf8') : '').toBe(before);
      expect(await place.cosign(12)).toBe(true);
    },
  );

  test('because of a row that does not say what its note says stops the witness', async () => {
    await using place = await Place.open(9);
    place.restoreRow({ ...cosigned(9), size: 8 });
    expect(await place.fault()).toBe('WITNESS_RECORD_DAMAGED');
    expect(await place.state.examine(ORIGIN)).toMatchObject({ record: { size: 9 } });
    expect(await place.state.accept(ORIGIN)).toMatchObject({ size: 9 });
    expect(await place.fault()).toBe('none');
  });

  test('has nothing to go on from when both places are damaged', async () => {
    await using place = await Place.open(9);
    writeFileSync(place.file, 'x');
    place.restoreRow({ ...cosigned(9), note: 'x' });
    expect(await place.state.examine(ORIGIN)).toEqual({ fault: 'WITNESS_RECORD_DAMAGED', record: undefined });
    expect(await place.state.accept(ORIGIN)).toBeUndefined();
    expect(await place.fault()).toBe('WITNESS_RECORD_DAMAGED');
  });

  test('is not what a sound one is: there is nothing to accept', async () => {
    await using place = await Place.open(9);
    expect(await place.state.examine(ORIGIN)).toEqual({ fault: null, record: cosigned(9) });
    expect(await place.state.accept(ORIGIN)).toBeUndefined();
  });
});

describe('refused notes', () => {
  const sent = { event: 'rollback-refused', reason: 'smaller' } as const;
  const proof = { event: 'fork-refused', reason: 'root-differs' } as const;

  test('are kept once each, in numbered files', async () => {
    await using place = await Place.open();
    expect(place.shelf.wants(ORIGIN, LOG.note(3), sent)).toBe(true);
    place.shelf.keep(ORIGIN, LOG.note(3));
    expect(place.shelf.wants(ORIGIN, LOG.note(3), sent)).toBe(false);
    place.shelf.keep(ORIGIN, LOG.note(4));
    expect(readdirSync(place.folder).sort()).toEqual(
      [1, 2].map((number) => `${originHash(ORIGIN)}.conflict-${String(number)}`),
    );
  });

  test('are bounded, and what anybody can send again leaves room for what proves a fork', async () => {
    await using place = await Place.open();
    for (let size = 0; size < 16; size += 1) place.shelf.keep(ORIGIN, LOG.note(size));
    expect(place.shelf.wants(ORIGIN, LOG.note(17), sent)).toBe(false);
    for (let round = 0; round < 16; round += 1) {
      const note = LOG.note(17, Buffer.alloc(32, round));
      expect(place.shelf.wants(ORIGIN, note, proof)).toBe(true);
      place.shelf.keep(ORIGIN, note);
    }
    expect(place.shelf.wants(ORIGIN, LOG.note(18), proof)).toBe(false);
  });
});
