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

/** What the commit gives to a leaf. */
export type LeafSeal = Pick<Leaf, 'time' | 'kid' | 'personal' | 'answer'>;

/** A leaf before the commit gives it its time and its commitments. */
export type LeafDraft = Omit<Leaf, keyof LeafSeal>;

/** First line of every leaf; the version of the encoding. */
const LEAF_PREFIX = 'gecit-audit/v1\n';

/** C2SP tlog-tiles entry bundles carry a uint16 length. */
const MAX_LEAF_BYTES = 4096;

/**
 * The bytes of a leaf. They are stored and hashed as they are, and never encoded again.
 * @throws RangeError above 4096 bytes
 */
export function encodeLeaf(leaf: Leaf): Buffer {
  return encodeDraft(leaf, leaf);
}

/**
 * The same of a leaf in two parts.
 * @throws RangeError above 4096 bytes
 */
export function encodeDraft(draft: LeafDraft, seal: LeafSeal): Buffer {
  const bytes = Buffer.from(LEAF_PREFIX + leafJson(draft, seal), 'utf8');
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

/**
 * The JSON text of a leaf: every member but `facts`, always in this order, whatever object it comes from.
 * Put together by hand, since a writer that picks members from an object takes several times as long.
 */
function leafJson(draft: LeafDraft, seal: LeafSeal): string {
  const facts = draft.facts === undefined ? '' : `,"facts":${JSON.stringify(draft.facts)}`;
  return (
    `{"type":${value(draft.type)},"time":${JSON.stringify(seal.time)},"queryId":${JSON.stringify(draft.queryId)},` +
    callerJson(draft) +
    agreedJson(draft) +
    `"code":${value(draft.code)},"outcome":${value(draft.outcome)},"surplus":${String(draft.surplus)},` +
    `"count":${String(draft.count)},"action":${value(draft.action)},"about":${JSON.stringify(draft.about)},` +
    `"kid":${value(seal.kid)},"personal":${JSON.stringify(seal.personal)},"answer":${JSON.stringify(seal.answer)}${facts}}`
  );
}

function callerJson({ agency, certificate, tls, proof }: LeafDraft): string {
  return `"agency":${value(agency)},"certificate":${value(certificate)},"tls":${value(tls)},"proof":${value(proof)},`;
}

function agreedJson(draft: LeafDraft): string {
  const { agreement, agreementVersion, agreementHash, operation, provider, legalBasis, purpose, mode } =
    draft;
  return (
    `"agreement":${value(agreement)},"agreementVersion":${String(agreementVersion)},"agreementHash":${value(agreementHash)},` +
    `"operation":${value(operation)},"provider":${value(provider)},"legalBasis":${list(legalBasis)},` +
    `"purpose":${value(purpose)},"mode":${value(mode)},`
  );
}

/** Far more than the catalogue values of a gateway; should it be reached, keeping begins anew. */
const MOST_KEPT = 4096;
const kept = new Map<string, string>();
const keptLists = new WeakMap<readonly string[], string>();

/** A catalogue value as JSON. The same ones come with every leaf, so their texts are kept. */
function value(text: string | null): string {
  if (text === null) return 'null';
  const known = kept.get(text);
  if (known !== undefined) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const json = JSON.stringify(text);
  kept.set(text, json);
  return json;
}

function list(texts: Leaf['legalBasis']): string {
  if (texts === null) return 'null';
  const known = keptLists.get(texts);
  if (known !== undefined) return known;
  const json = JSON.stringify(texts);
  keptLists.set(texts, json);
  return json;
}
