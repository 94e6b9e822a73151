import { createHash } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { type Clock } from '../shared/clock.ts';
import {
  type ArchiveHeader,
  type ArchiveManifest,
  encodeJson,
  HEADER,
  MANIFEST,
  SIGNATURE,
  signedBytes,
} from './archive-format.ts';
import { draftOf, publishArchive } from './archive-target.ts';
import { ArchiveWriter, type WrittenArchive } from './write-archive.ts';

/** An archive to be written: what it says of itself, and what is in it. */
export interface ArchiveOrder {
  readonly file: string;
  readonly recipients: readonly string[];
  readonly header: ArchiveHeader;
  readonly members: readonly {
    readonly name: string;
    readonly content: { readonly bytes: Buffer } | { readonly file: string };
  }[];
  readonly manifest: Omit<ArchiveManifest, 'members' | 'finishedAt'>;
  readonly signer: {
    readonly operator: string;
    readonly publicKey: string;
    sign(bytes: Buffer): string;
  };
}

export interface ArchiveWatch {
  readonly clock: Clock;
  /** Told of the bytes written and of how many there will be, before encryption. */
  readonly onWritten: (bytes: number, total: number) => void;
}

/** A whole archive under the name of a draft. */
export interface ArchiveDraft {
  readonly manifest: ArchiveManifest;
  readonly made: WrittenArchive & { readonly file: string };
  /** @throws BackupError BACKUP_EXISTS, BACKUP_NOT_WRITTEN */
  publish(): Promise<void>;
  remove(): void;
}

/** Writes an archive beside its place: header, members, then the signed list of all of them. @throws BackupError BACKUP_NOT_WRITTEN */
export async function writeDraft(order: ArchiveOrder, watch: ArchiveWatch): Promise<ArchiveDraft> {
  const { file } = order;
  const draft = draftOf(file);
  const onBytes = progressOf(order, watch);
  const writer = await ArchiveWriter.open({ file: draft, onBytes }, order.recipients);
  try {
    await writer.add(HEADER, encodeJson(order.header));
    await addMembers(writer, order);
    const finishedAt = new Date(watch.clock.now()).toISOString();
    const manifest = { ...order.manifest, finishedAt, members: [...writer.members] };
    await addSigned(writer, order, manifest);
    const written = await writer.finish();
    return {
      manifest,
      made: { ...written, file },
      publish: async () => publishArchive(draft, file, written.sha256),
      remove: () => {
        rmSync(draft, { force: true });
      },
    };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

function progressOf({ members }: ArchiveOrder, { onWritten }: ArchiveWatch): (bytes: number) => void {
  const sizes = members.map(({ content }) =>
    'bytes' in content ? content.bytes.length : statSync(content.file).size,
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let done = 0;
  return (bytes) => {
    done += bytes;
    onWritten(Math.min(done, total), total);
  };
}

async function addMembers(writer: ArchiveWriter, { members }: ArchiveOrder): Promise<void> {
  for (const { name, content } of members) {
    if ('bytes' in content) await writer.add(name, content.bytes);
    else await writer.addFile(name, content.file);
  }
}

async function addSigned(
  writer: ArchiveWriter,
  { signer }: ArchiveOrder,
  manifest: ArchiveManifest,
): Promise<void> {
  const text = encodeJson(manifest);
  await writer.add(MANIFEST, text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  const { operator, publicKey } = signer;
  const signature = signer.sign(signedBytes(sha256));
  await writer.add(SIGNATURE, encodeJson({ operator, publicKey, signature }));
}
