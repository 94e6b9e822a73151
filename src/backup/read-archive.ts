import { open } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { type Decrypter } from 'age-encryption';
import tar, { type Extract } from 'tar-stream';
import { BackupError, causeText } from './backup-error.ts';

/** A member as it comes; its content MUST be read to the end, once. */
export interface ReadMember {
  readonly name: string;
  readonly size: number;
  readonly isFile: boolean;
  readonly content: AsyncIterable<Buffer>;
}

const CHUNK_BYTES = 256 * 1024;
/** Header of an age file with hundreds of recipients. */
const MOST_HEADER_BYTES = 64 * 1024;
const AGE = Buffer.from('age-encryption.org/v1\n', 'latin1');
/** Begins the line that ends the header. */
const HEADER_ENDS = '\n---';
const NO_IDENTITY = 'no identity matched';

/** What is wrong with the bytes of an archive, as opposed to what their reader does with them. */
class BrokenArchive extends Error {
  override readonly name = 'BrokenArchive';
}

/**
 * Reads an archive member by member; memory does not grow with it. Nothing is given out that was not authenticated by age,
 * but whoever reads MUST NOT rely on any of it before the call resolves: only then is the archive known to be whole.
 * @throws BackupError BACKUP_UNREADABLE, BACKUP_FOREIGN, BACKUP_IDENTITY_WRONG, BACKUP_DAMAGED; whatever `onMember` throws
 */
export async function readArchive(
  file: string,
  decrypter: Decrypter,
  onMember: (member: ReadMember) => Promise<void>,
): Promise<void> {
  await requireAge(file);
  const extract = tar.extract();
  const feeding = feed(extract, plainBytes(file, decrypter));
  // It may fail while a member is being read; what it says is asked for then.
  feeding.catch(() => undefined);
  try {
    for await (const entry of extract) {
      const { name, size, type } = entry.header;
      await onMember({
        name,
        size,
        isFile: type === 'file',
        content: contentOf(entry as AsyncIterable<Buffer>),
      });
    }
    await feeding;
  } catch (error) {
    extract.destroy();
    const broken = await feeding.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    throw faultOf(error, broken, file);
  }
}

/** A file whose header has no end would be read into memory as a whole. */
async function requireAge(file: string): Promise<void> {
  const head = await beginning(file);
  const isAge = head.subarray(0, AGE.length).equals(AGE);
  if (!isAge) throw new BackupError('BACKUP_FOREIGN', { place: file, detail: 'age' });
  if (!head.includes(HEADER_ENDS)) throw new BackupError('BACKUP_DAMAGED', { place: file, detail: 'age' });
}

async function beginning(file: string): Promise<Buffer> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(MOST_HEADER_BYTES));
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new BackupError('BACKUP_UNREADABLE', { place: file, detail: causeText(error) }, error);
  }
}

async function* plainBytes(file: string, decrypter: Decrypter): AsyncGenerator<Buffer> {
  const bytes = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  const encrypted = ReadableStream.from(bytes as AsyncIterable<Uint8Array>);
  const plain = await decrypter.decrypt(encrypted);
  for await (const chunk of plain as unknown as AsyncIterable<Uint8Array>)
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

/** Rejects with what is wrong with the bytes; the reader of `extract` meets an error of its own then. */
async function feed(extract: Extract, plain: AsyncIterable<Buffer>): Promise<void> {
  const source = Readable.from(plain, { objectMode: false });
  await new Promise<void>((resolve, reject) => {
    extract.on('close', resolve);
    extract.on('error', reject);
    source.on('error', (error) => {
      reject(error);
      extract.destroy(error);
    });
    source.pipe(extract);
  }).finally(() => {
    source.destroy();
  });
}

async function* contentOf(entry: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* entry;
  } catch (cause) {
    throw new BrokenArchive('the content ends early', { cause });
  }
}

function faultOf(error: unknown, broken: unknown, file: string): unknown {
  const isOwn = broken === undefined && !(error instanceof BrokenArchive);
  if (isOwn) return error;
  const why = causeText(broken ?? error);
  if (why.includes(NO_IDENTITY)) return new BackupError('BACKUP_IDENTITY_WRONG', { place: file }, broken);
  if (isReadError(broken)) return new BackupError('BACKUP_UNREADABLE', { place: file, detail: why }, broken);
  return new BackupError('BACKUP_DAMAGED', { place: file, detail: why }, broken ?? error);
}

/** Of the file system: everything else is thrown by what decrypts and unpacks. */
function isReadError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
