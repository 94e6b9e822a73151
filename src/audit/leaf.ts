/**
 * What a leaf records: one per query, per act of administration, per reading of evidence, and per event in the life of the
 * log itself: a time stamp received, what a witness did, keys destroyed, a hold, the change to the next log and its opening.
 */
export type LeafType =
  | 'disclosure'
  | 'repeat'
  | 'refusal'
  | 'failure'
  | 'not-delivered'
  | 'act'
  | 'reading'
  | 'time-stamp'
  | 'witness'
  | 'keydestroy'
  | 'hold'
  | 'rollover'
  | 'log-opened';

/** What a leaf of the log's own life states: catalogue values, hashes, keys and counts. Never anything of a person. */
export type LeafFacts = Readonly<Record<string, string | number | null>>;

/**
 * The content of a leaf: catalogue values only, never personal data nor text that a caller chose.
 * Absent members are null in the encoding, so that every leaf has the same keys in the same order.
 */
export interface Leaf {
  readonly type: LeafType;
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  /** UUIDv7; also the `instance` of a problem response. */
  readonly queryId: string;
  /** Registered agency; null for acts. */
  readonly agency: string | null;
  /** SHA-256 fingerprint of the registered client certificate. */
  readonly certificate: string | null;
  /** Negotiated protocol and cipher suite, e.g. `TLSv1.3 TLS_AES_256_GCM_SHA384`. */
  readonly tls: string | null;
  /** How strongly the person was proven. */
  readonly proof: 'shared-secret' | 'operator-key' | null;
  readonly agreement: string | null;
  readonly agreementVersion: number | null;
  readonly agreementHash: string | null;
  readonly operation: string | null;
  readonly provider: string | null;
  readonly legalBasis: readonly string[] | null;
  readonly purpose: string | null;
  readonly mode: 'instant' | null;
  /** Problem code; null for answers and acts. */
  readonly code: string | null;
  readonly outcome: 'found' | 'not-found' | null;
  /** Number of undeclared members that the source sent and the gateway dropped. */
  readonly surplus: number | null;
  /** How many equal attempts this leaf stands for; more than 1 only in a flood. */
  readonly count: number;
  /** Acts and readings: the catalogue name, e.g. `quota.set`. */
  readonly action: string | null;
  /** The query id of the record that this leaf is about (`not-delivered`). */
  readonly about: string | null;
  /** Data key of the personal part. */
  readonly kid: string | null;
  /** Commitment to the personal part, base64. */
  readonly personal: string | null;
  /** Commitment to the answer, base64. */
  readonly answer: string | null;
  /** Last, and only in leaves of the log's own life. */
  readonly facts?: LeafFacts | undefined;
}

/** First line of every leaf; the version of the encoding. */
const LEAF_PREFIX = 'gecit-audit/v1\n';

/** C2SP tlog-tiles entry bundles carry a uint16 length. */
const MAX_LEAF_BYTES = 4096;

const KEYS = [
  'type', 'time', 'queryId', 'agency', 'certificate', 'tls', 'proof', 'agreement', 'agreementVersion', 'agreementHash',
  'operation', 'provider', 'legalBasis', 'purpose', 'mode', 'code', 'outcome', 'surplus', 'count', 'action', 'about', 'kid',
  'personal', 'answer',
] as const satisfies readonly (keyof Leaf)[]; // prettier-ignore

/**
 * The bytes of a leaf. They are stored and hashed as they are, and never encoded again.
 * @throws RangeError above 4096 bytes
 */
export function encodeLeaf(leaf: Leaf): Buffer {
  const text = JSON.stringify(leaf, KEYS as unknown as string[]);
  const whole =
    leaf.facts === undefined ? text : `${text.slice(0, -1)},"facts":${JSON.stringify(leaf.facts)}}`;
  const bytes = Buffer.from(LEAF_PREFIX + whole, 'utf8');
  if (bytes.length > MAX_LEAF_BYTES) throw new RangeError(`leaf of ${String(bytes.length)} bytes`);
  return bytes;
}

/**
 * Reads the bytes of a leaf for display and search; proofs use the bytes themselves.
 * @throws SyntaxError when the bytes are not a leaf
 */
export function decodeLeaf(bytes: Buffer): Leaf {
  return decodeLeafText(bytes.toString('utf8'));
}

/**
 * The same of a leaf's text.
 * @throws SyntaxError when the text is not a leaf
 */
export function decodeLeafText(text: string): Leaf {
  if (!text.startsWith(LEAF_PREFIX)) throw new SyntaxError('not a leaf: unknown prefix');
  return JSON.parse(text.slice(LEAF_PREFIX.length)) as Leaf;
}
