import { decodeBase64 } from '../audit/note/strict-text.ts';
import { canonicalJson } from '../shared/canonical-json.ts';
import { isDay } from './evidence-paths.ts';

/** What a seal says about its day. The signed checkpoint proves it; the manifest only leads there. */
export interface DayManifest {
  readonly version: 1;
  readonly origin: string;
  /** `YYYY-MM-DD` in the zone of the gateway. */
  readonly day: string;
  /** Size of the log before the day and at its end. */
  readonly from: number;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Buffer;
  /** The sealed day before; null on the first. */
  readonly previousDay: string | null;
  /** `size` less `from`. */
  readonly leaves: number;
  readonly types: Readonly<Record<string, number>>;
  /** `sha256:` and the hex digest of the day's checkpoint file. */
  readonly checkpoint: string;
  /** Proof that the tree of `from` begins the tree of `size`; empty on the first day. */
  readonly consistency: readonly Buffer[];
  /** Sizes of the stamped checkpoints of the day, as known when it was sealed. */
  readonly stamps: readonly number[];
  /** Paths of the tiles and bundles that the day added, in the order of writing. */
  readonly tiles: readonly string[];
  /** RFC 3339, UTC. */
  readonly sealedAt: string;
}

const HASH_BYTES = 32;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const MAX_PROOF = 63;

type Json = Readonly<Record<string, unknown>>;

export function encodeManifest(manifest: DayManifest): Buffer {
  const { root, consistency } = manifest;
  const text = canonicalJson({
    ...manifest,
    root: root.toString('base64'),
    consistency: consistency.map((hash) => hash.toString('base64')),
  });
  return Buffer.from(text, 'utf8');
}

/** Reads the bytes of a manifest; accepts only what `encodeManifest` writes, else undefined. */
export function parseManifest(bytes: Buffer): DayManifest | undefined {
  const json = objectOf(bytes);
  if (json === undefined) return undefined;
  const root = hashOf(json['root']);
  const consistency = listOf(json['consistency'], hashOf);
  if (root === undefined || consistency === undefined || consistency.length > MAX_PROOF) return undefined;
  if (![wellNamed, wellCounted, wellListed].every((holds) => holds(json))) return undefined;
  const manifest = { ...(json as unknown as DayManifest), root, consistency };
  return encodeManifest(manifest).equals(bytes) ? manifest : undefined;
}

function wellNamed(json: Json): boolean {
  const { version, origin, day, previousDay, checkpoint, sealedAt } = json;
  return (
    Object.keys(json).length === 14 &&
    version === 1 &&
    typeof origin === 'string' &&
    dayOf(day) !== undefined &&
    (previousDay === null || dayOf(previousDay) !== undefined) &&
    typeof checkpoint === 'string' &&
    DIGEST.test(checkpoint) &&
    typeof sealedAt === 'string' &&
    !Number.isNaN(Date.parse(sealedAt))
  );
}

function wellCounted({ from, size, leaves, types }: Json): boolean {
  if (typeof types !== 'object' || types === null || Array.isArray(types)) return false;
  const counts = Object.values(types as Json).map(countOf);
  if (countOf(from) === undefined || countOf(size) === undefined || counts.includes(undefined)) return false;
  const total = (counts as readonly number[]).reduce((sum, count) => sum + count, 0);
  return leaves === Number(size) - Number(from) && leaves > 0 && total === leaves;
}

function wellListed({ stamps, tiles }: Json): boolean {
  const path = (value: unknown): string | undefined =>
    typeof value === 'string' && value.startsWith('tile/') ? value : undefined;
  return listOf(stamps, countOf) !== undefined && listOf(tiles, path) !== undefined;
}

function objectOf(bytes: Buffer): Json | undefined {
  try {
    const json: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Json) : undefined;
  } catch {
    return undefined;
  }
}

function listOf<T>(value: unknown, read: (one: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const list = value.map(read);
  return list.includes(undefined) ? undefined : (list as T[]);
}

function hashOf(value: unknown): Buffer | undefined {
  const bytes = typeof value === 'string' ? decodeBase64(value) : undefined;
  return bytes?.length === HASH_BYTES ? bytes : undefined;
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function dayOf(value: unknown): string | undefined {
  return typeof value === 'string' && isDay(value) ? value : undefined;
}
