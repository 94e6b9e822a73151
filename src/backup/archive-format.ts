import { z } from 'zod';
import { BackupError } from './backup-error.ts';

/** First member of every archive. */
export const HEADER = 'gecit-backup.json';
/** Last member but one: every other member with its size and hash. */
export const MANIFEST = 'manifest.json';
/** Last member: an operator's signature over the manifest. */
export const SIGNATURE = 'manifest.sig.json';
export const DATABASE = 'database/gecit.db';
/** Folders of an archive of data, and of one of keys. */
export const FOLDERS = {
  data: ['database', 'evidence', 'protocols', 'settings'],
  keys: ['keys', 'certs'],
} as const;

/** Version of the format of archives. */
const VERSION = 1;
const PROGRAM = 'gecit';

/** `data`: database, evidence, agreements, settings. `keys`: what opens the sealed parts and signs. Never both in one. */
export type ArchiveKind = keyof typeof FOLDERS;

const text = z.string().max(10_000);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0);

const headerSchema = z.object({
  program: z.literal(PROGRAM),
  version: z.number().int().min(1),
  kind: z.enum(['data', 'keys']),
  /** The same for an archive of data and one of keys that were made together. */
  id: z.uuid(),
  /** First two parts of the origins, `<gateway name>/<node>`. */
  node: text,
  realm: text,
  /** Version of the product. */
  product: text,
  /** RFC 3339, UTC. */
  startedAt: text,
});

const memberSchema = z.object({ name: text, size: count, sha256: hash });

const logSchema = z.object({
  origin: text,
  size: count,
  /** base64 */
  root: text,
  /** C2SP vkey. */
  vkey: text.nullable(),
  /** The newest signed checkpoint in the copy. */
  checkpoint: text.nullable(),
});

const manifestSchema = z.object({
  id: z.uuid(),
  kind: z.enum(['data', 'keys']),
  startedAt: text,
  finishedAt: text,
  operator: text,
  members: z.array(memberSchema),
  /** What `gecit audit verify` said of the copy before it was encrypted; null in an archive of keys. */
  verdict: z.enum(['sound', 'tampered', 'incomplete']).nullable(),
  /** Codes of what it found, without mere notices. */
  findings: z.array(text),
  logs: z.array(logSchema),
  /** Key files without which the copy does not serve, as they were when it was made. */
  keyFiles: z.array(text),
});

const signatureSchema = z.object({ operator: text, publicKey: text, signature: text });

export type ArchiveHeader = z.infer<typeof headerSchema>;
export type ArchiveMember = z.infer<typeof memberSchema>;
export type ArchiveManifest = z.infer<typeof manifestSchema>;
/** Ed25519 over `signedBytes`, base64, and the key (SPKI, PEM) that made it. */
export type ManifestSignature = z.infer<typeof signatureSchema>;

/** One log of the copy. */
export type ArchivedLog = z.infer<typeof logSchema>;

export function headerOf(about: Omit<ArchiveHeader, 'program' | 'version'>): ArchiveHeader {
  return { program: PROGRAM, version: VERSION, ...about };
}

/** @throws BackupError BACKUP_FOREIGN, BACKUP_NEWER */
export function parseHeader(bytes: Buffer, file: string): ArchiveHeader {
  const json = jsonOf(bytes);
  const { program, version } = Object(json) as Record<string, unknown>;
  if (program !== PROGRAM) throw new BackupError('BACKUP_FOREIGN', { place: file, detail: HEADER });
  if (typeof version === 'number' && version > VERSION)
    throw new BackupError('BACKUP_NEWER', { place: file, detail: `format ${String(version)}` });
  return parsed(headerSchema, json, { file, name: HEADER });
}

/** @throws BackupError BACKUP_DAMAGED */
export function parseManifest(bytes: Buffer, file: string): ArchiveManifest {
  return parsed(manifestSchema, jsonOf(bytes), { file, name: MANIFEST });
}

/** @throws BackupError BACKUP_DAMAGED */
export function parseSignature(bytes: Buffer, file: string): ManifestSignature {
  return parsed(signatureSchema, jsonOf(bytes), { file, name: SIGNATURE });
}

/** What an operator signs. @param sha256 of the bytes of the manifest, lower-case hex */
export function signedBytes(sha256: string): Buffer {
  return Buffer.from(`gecit-backup-manifest/v1\n${sha256}\n`, 'utf8');
}

export function encodeJson(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`, 'utf8');
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}

function parsed<T>(schema: z.ZodType<T>, json: unknown, { file, name }: { file: string; name: string }): T {
  const result = schema.safeParse(json);
  if (!result.success) throw new BackupError('BACKUP_DAMAGED', { place: file, detail: name }, result.error);
  return result.data;
}
