import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReadableStream } from 'node:stream/web';
import tar, { type Pack } from 'tar-stream';
import { OWNER_ONLY } from '../shared/new-file.ts';
import { type ArchiveMember } from './archive-format.ts';
import { BackupError, causeText } from './backup-error.ts';
import { encrypterFor } from './recipients.ts';

/** An archive on the disk. */
export interface WrittenArchive {
  readonly size: number;
  /** Of the encrypted file, lower-case hex. */
  readonly sha256: string;
}

/** The file to be made, and who is told of every piece before it is encrypted. */
export interface ArchivePlace {
  readonly file: string;
  readonly onBytes: (bytes: number) => void;
}

const CHUNK_BYTES = 256 * 1024;

/**
 * Writes an age file that holds a tar, member by member; memory does not grow with what is written. The file is a draft under
 * a name that nobody reads until its owner gives it another.
 */
export class ArchiveWriter {
  readonly file: string;
  readonly #pack: Pack;
  readonly #writing: Promise<void>;
  readonly #ended: Hash = createHash('sha256');
  readonly #members: ArchiveMember[] = [];
  readonly #onBytes: (bytes: number) => void;
  #size = 0;

  private constructor({ file, onBytes }: ArchivePlace, pack: Pack, encrypted: AsyncIterable<Uint8Array>) {
    this.file = file;
    this.#pack = pack;
    this.#onBytes = onBytes;
    const count = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.#size += chunk.length;
        this.#ended.update(chunk);
        done(null, chunk);
      },
    });
    // `flush`: on the disk before the stream ends.
    const target = createWriteStream(file, { flags: 'wx', mode: OWNER_ONLY, flush: true });
    this.#writing = pipeline(Readable.from(encrypted, { objectMode: false }), count, target);
    this.#writing.catch(() => {
      pack.destroy();
    });
  }

  /** @throws BackupError BACKUP_NOT_WRITTEN where the file is there already or cannot be made, with the first member at the latest */
  static async open(place: ArchivePlace, recipients: readonly string[]): Promise<ArchiveWriter> {
    const pack = tar.pack();
    const plain = ReadableStream.from(pack as AsyncIterable<Uint8Array>);
    const encrypted = await encrypterFor(recipients).encrypt(plain);
    return new ArchiveWriter(place, pack, encrypted);
  }

  /** Everything added so far. */
  get members(): readonly ArchiveMember[] {
    return this.#members;
  }

  /** @throws BackupError BACKUP_NOT_WRITTEN */
  async add(name: string, bytes: Buffer): Promise<ArchiveMember> {
    return this.#add(name, bytes.length, [bytes]);
  }

  /** The file MUST NOT change meanwhile. @throws BackupError BACKUP_NOT_WRITTEN */
  async addFile(name: string, file: string): Promise<ArchiveMember> {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      const content = handle.createReadStream({ autoClose: false, highWaterMark: CHUNK_BYTES });
      return await this.#add(name, size, content as AsyncIterable<Buffer>);
    } finally {
      await handle.close();
    }
  }

  /** On the disk when this resolves. @throws BackupError BACKUP_NOT_WRITTEN */
  async finish(): Promise<WrittenArchive> {
    this.#pack.finalize();
    try {
      await this.#writing;
    } catch (error) {
      throw this.#fault(error);
    }
    return { size: this.#size, sha256: this.#ended.digest('hex') };
  }

  /** Removes what there is. */
  async abandon(): Promise<void> {
    this.#pack.destroy();
    await this.#writing.catch(() => undefined);
    await rm(this.file, { force: true });
  }

  async #add(
    name: string,
    size: number,
    content: Iterable<Buffer> | AsyncIterable<Buffer>,
  ): Promise<ArchiveMember> {
    const hash = createHash('sha256');
    try {
      const entry = this.#pack.entry({ name, size, mode: OWNER_ONLY, type: 'file' });
      const drained = once(entry, 'finish');
      // Where writing fails, the entry never ends by itself.
      drained.catch(() => undefined);
      for await (const chunk of content) {
        hash.update(chunk);
        this.#onBytes(chunk.length);
        if (!entry.write(chunk)) await this.#unlessBroken(once(entry, 'drain'));
      }
      entry.end(null);
      await this.#unlessBroken(drained);
    } catch (error) {
      throw this.#fault(error);
    }
    const member = { name, size, sha256: hash.digest('hex') };
    this.#members.push(member);
    return member;
  }

  async #unlessBroken(step: Promise<unknown>): Promise<void> {
    await Promise.race([
      step,
      this.#writing.then(() => {
        throw new Error('the archive ended early');
      }),
    ]);
  }

  #fault(error: unknown): BackupError {
    return new BackupError('BACKUP_NOT_WRITTEN', { place: this.file, detail: causeText(error) }, error);
  }
}
