import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { verifyBytes } from '../identity/operator-key.ts';
import {
  type ArchiveHeader,
  type ArchiveKind,
  type ArchiveManifest,
  type ArchiveMember,
  HEADER,
  MANIFEST,
  type ManifestSignature,
  parseHeader,
  parseManifest,
  parseSignature,
  SIGNATURE,
  signedBytes,
} from './archive-format.ts';
import { isMemberName, modeOf } from './archive-names.ts';
import { BackupError, causeText } from './backup-error.ts';
import { readArchive, type ReadMember } from './read-archive.ts';
import { decrypterOf } from './recipients.ts';

/** Which archive is read, by whom, and where its members go. */
export interface UnpackOrder {
  readonly file: string;
  /** File of an age identity. */
  readonly identity: string;
  readonly kind: ArchiveKind;
  /** Where a member goes; null leaves it out, its hash is checked all the same. */
  readonly placeOf: (name: string) => string | null;
  /** Told of the bytes unpacked so far. */
  readonly onProgress?: (bytes: number) => void;
}

/** An archive that was read to its end: whole, as its maker signed it. Says nothing of what is in it. */
export interface UnpackedArchive {
  readonly header: ArchiveHeader;
  readonly manifest: ArchiveManifest;
  readonly signature: ManifestSignature;
}

/** Header, manifest and signature are read into memory. */
const MOST_JSON_BYTES = 256 * 1024 * 1024;

/**
 * Unpacks an archive and proves every member against the signed manifest. What it wrote MUST NOT be used unless it resolves.
 * @throws BackupError BACKUP_* for the archive, RESTORE_NOT_WRITTEN for what cannot be written; FaultsError for the identity
 */
export async function unpackArchive(order: UnpackOrder): Promise<UnpackedArchive> {
  const unpacking = new Unpacking(order);
  await readArchive(order.file, decrypterOf(order.identity), async (member) => unpacking.take(member));
  return unpacking.finish();
}

class Unpacking {
  readonly #order: UnpackOrder;
  readonly #members = new Map<string, ArchiveMember>();
  readonly #texts = new Map<string, Buffer>();
  #header: ArchiveHeader | undefined;
  #bytes = 0;

  constructor(order: UnpackOrder) {
    this.#order = order;
  }

  async take(member: ReadMember): Promise<void> {
    const { file } = this.#order;
    if (this.#header === undefined) {
      if (member.name !== HEADER)
        throw new BackupError('BACKUP_FOREIGN', { place: file, detail: member.name });
      this.#header = this.#headerIn(await this.#kept(member));
      return;
    }
    this.#requireName(member);
    if (member.name === MANIFEST || member.name === SIGNATURE) await this.#kept(member);
    else await this.#write(member);
  }

  /** @throws BackupError BACKUP_DAMAGED, BACKUP_SIGNATURE_INVALID */
  finish(): UnpackedArchive {
    const { file } = this.#order;
    const header = this.#header;
    const [text, signed] = [this.#texts.get(MANIFEST), this.#texts.get(SIGNATURE)];
    if (header === undefined || text === undefined || signed === undefined) throw this.#damaged(MANIFEST);
    const manifest = parseManifest(text, file);
    const signature = parseSignature(signed, file);
    const sha256 = createHash('sha256').update(text).digest('hex');
    if (!verifyBytes(signedBytes(sha256), signature.signature, signature.publicKey))
      throw new BackupError('BACKUP_SIGNATURE_INVALID', { place: file });
    if (manifest.id !== header.id || manifest.kind !== header.kind) throw this.#damaged(HEADER);
    this.#compare(manifest.members);
    return { header, manifest, signature };
  }

  #headerIn(bytes: Buffer): ArchiveHeader {
    const { file, kind } = this.#order;
    const header = parseHeader(bytes, file);
    if (header.kind !== kind) throw new BackupError('BACKUP_KIND', { place: file, detail: header.kind });
    return header;
  }

  #requireName({ name, isFile }: ReadMember): void {
    const known = this.#members.has(name) || this.#texts.has(name);
    if (!isFile || known || !isMemberName(name, this.#order.kind))
      throw new BackupError('BACKUP_FOREIGN', { place: this.#order.file, detail: name.slice(0, 200) });
  }

  async #kept({ name, size, content }: ReadMember): Promise<Buffer> {
    if (size > MOST_JSON_BYTES) throw this.#damaged(name);
    const chunks: Buffer[] = [];
    for await (const chunk of content) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    this.#texts.set(name, bytes);
    if (name === HEADER) this.#note(name, bytes.length, createHash('sha256').update(bytes).digest('hex'));
    return bytes;
  }

  async #write({ name, content }: ReadMember): Promise<void> {
    const hash = createHash('sha256');
    const place = this.#order.placeOf(name);
    const target = place === null ? undefined : await NewFile.open(place, modeOf(name));
    let size = 0;
    try {
      for await (const chunk of content) {
        hash.update(chunk);
        size += chunk.length;
        await target?.write(chunk);
        this.#bytes += chunk.length;
        this.#order.onProgress?.(this.#bytes);
      }
      await target?.settle();
    } finally {
      await target?.close();
    }
    this.#note(name, size, hash.digest('hex'));
  }

  #note(name: string, size: number, sha256: string): void {
    this.#members.set(name, { name, size, sha256 });
  }

  #compare(listed: readonly ArchiveMember[]): void {
    for (const { name, size, sha256 } of listed) {
      const found = this.#members.get(name);
      if (found?.size !== size || found.sha256 !== sha256) throw this.#damaged(name);
    }
    if (listed.length !== this.#members.size) throw this.#damaged(MANIFEST);
  }

  #damaged(detail: string): BackupError {
    return new BackupError('BACKUP_DAMAGED', { place: this.#order.file, detail });
  }
}

/** A file that was not there, for its owner only. Its errors name it. */
class NewFile {
  readonly #file: string;
  readonly #handle: Awaited<ReturnType<typeof open>>;

  private constructor(file: string, handle: Awaited<ReturnType<typeof open>>) {
    this.#file = file;
    this.#handle = handle;
  }

  static async open(file: string, mode: number): Promise<NewFile> {
    return written(file, async () => {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      return new NewFile(file, await open(file, 'wx', mode));
    });
  }

  async write(chunk: Buffer): Promise<void> {
    await written(this.#file, async () => this.#handle.writeFile(chunk));
  }

  async settle(): Promise<void> {
    await written(this.#file, async () => this.#handle.sync());
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

async function written<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new BackupError('RESTORE_NOT_WRITTEN', { place: file, detail: causeText(error) }, error);
  }
}

/** Where members go that lie below one folder of the archive: the same names below another folder. */
export function below(folder: string, name: string): string {
  return join(folder, ...name.split('/').slice(1));
}
