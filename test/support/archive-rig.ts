import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { type ArchiveHeader, type ArchiveManifest, headerOf } from '../../src/backup/archive-format.ts';
import { writeDraft } from '../../src/backup/archive-draft.ts';
import { type UnpackedArchive, unpackArchive } from '../../src/backup/unpack-archive.ts';
import { createOperatorKey, signBytes } from '../../src/identity/operator-key.ts';

export const ID = '3f6b1c1e-6c1a-4a57-9d8e-0a7b9a3c9d11';
const NOW = Date.parse('2026-11-30T10:15:00Z');

/** A pair of age keys, as `age-keygen` makes them. */
export interface AgePair {
  readonly recipient: string;
  /** File of the identity. */
  readonly identity: string;
}

/** Makes a pair of keys in a folder. */
export async function agePair(folder: string, name: string): Promise<AgePair> {
  const identity = await generateIdentity();
  const recipient = await identityToRecipient(identity);
  const file = join(folder, `${name}.identity`);
  writeFileSync(file, `# public key: ${recipient}\n${identity}\n`, { mode: 0o600 });
  return { recipient, identity: file };
}

/** What an archive is told to be, where a test wants another than a good one. */
export interface ArchiveChange {
  readonly header?: Partial<ArchiveHeader> & { readonly version?: number };
  readonly members?: Readonly<Record<string, Buffer>>;
  readonly manifest?: Partial<ArchiveManifest>;
  readonly sign?: (bytes: Buffer) => string;
}

/** A folder with keys and archives, removed when it is disposed of. */
export class ArchiveRig implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'gecit-archive-'));
  readonly data: AgePair;
  readonly other: AgePair;
  readonly #key = createOperatorKey(join(this.folder, 'operator.key'));
  #made = 0;

  private constructor(pairs: (folder: string) => readonly [AgePair, AgePair]) {
    [this.data, this.other] = pairs(this.folder);
  }

  static async make(): Promise<ArchiveRig> {
    const keys = mkdtempSync(join(tmpdir(), 'gecit-age-'));
    const [data, other] = [await agePair(keys, 'data'), await agePair(keys, 'other')];
    return new ArchiveRig((folder) => {
      const moved = ({ recipient, identity }: AgePair, name: string): AgePair => {
        const file = join(folder, `${name}.identity`);
        writeFileSync(file, readFileSync(identity), { mode: 0o600 });
        return { recipient, identity: file };
      };
      const pairs = [moved(data, 'data'), moved(other, 'other')] as const;
      rmSync(keys, { recursive: true });
      return pairs;
    });
  }

  /** Writes an archive of data; resolves with its file. */
  async write({ header, members = {}, manifest, sign }: ArchiveChange = {}): Promise<string> {
    this.#made += 1;
    const file = join(this.folder, `${String(this.#made)}.tar.age`);
    const about = { kind: 'data', id: ID, node: 'gecit.test/node-1', realm: 'test', product: '0' } as const;
    const startedAt = new Date(NOW).toISOString();
    const draft = await writeDraft(
      {
        file,
        recipients: [this.data.recipient],
        header: { ...headerOf({ ...about, startedAt }), ...header },
        members: Object.entries(members).map(([name, bytes]) => ({ name, content: { bytes } })),
        manifest: {
          ...{ id: ID, kind: 'data', startedAt, operator: 'ayse', verdict: 'sound' },
          ...{ findings: [], logs: [], keyFiles: [] },
          ...manifest,
        },
        signer: {
          operator: 'ayse',
          publicKey: this.#key.publicKey,
          sign: sign ?? ((bytes) => signBytes(bytes, this.#key)),
        },
      },
      { clock: { now: () => NOW }, onWritten: () => undefined },
    );
    await draft.publish();
    return file;
  }

  /** Unpacks an archive into a folder of its own. */
  async unpack(
    file: string,
    identity: string = this.data.identity,
  ): Promise<UnpackedArchive & { into: string }> {
    const into = mkdtempSync(join(this.folder, 'into-'));
    const unpacked = await unpackArchive({
      file,
      identity,
      kind: 'data',
      placeOf: (name) => join(into, name),
    });
    return { ...unpacked, into };
  }

  /** A copy of an archive with other bytes. */
  changed(file: string, change: (bytes: Buffer) => Buffer): string {
    this.#made += 1;
    const copy = join(this.folder, `${String(this.#made)}.changed.age`);
    writeFileSync(copy, change(readFileSync(file)));
    return copy;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** So many bytes that look like chance, always the same. */
export function bytesOf(count: number, seed: string): Buffer {
  const parts = Array.from({ length: Math.ceil(count / 64) }, (_, place) =>
    hash('sha512', `${seed} ${String(place)}`, 'buffer'),
  );
  return Buffer.concat(parts).subarray(0, count);
}

/** Name of the error with which something ends; `nothing` where it does not. */
export async function nameOfFault(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'nothing';
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    return 'faults' in thrown
      ? (thrown.faults as { code: string }[]).map(({ code }) => code).join()
      : thrown.name;
  }
}
