import { canonicalJson } from '../shared/canonical-json.ts';
import { decodeBase64 } from './note/strict-text.ts';
import { ReceiptFault } from './receipt-reasons.ts';

/** An answer as the partner received it, as far as its receipt can prove it. */
export interface ReceiptAnswer {
  readonly queryId: string;
  readonly outcome: string;
  readonly agreement: { readonly id: string; readonly version: number; readonly hash: string };
  readonly purpose: string;
  /** RFC 8785 form of `{data, outcome, queryId}`: the bytes that the answer's commitment covers. */
  readonly committed: Buffer;
  readonly receipt: {
    readonly origin: string;
    readonly index: number;
    readonly leaf: Buffer;
    /** 32 bytes */
    readonly opening: Buffer;
  };
}

/** Upper bound of the text of an answer, in characters. */
export const MAX_ANSWER: number = 1024 * 1024;

const OPENING_BYTES = 32;
const STRING = /"(?:[^"\\]|\\.)*"/g;

type Members = Readonly<Record<string, unknown>>;

/**
 * Reads the JSON text of an answer. Members that the receipt does not cover are not looked at.
 * @throws ReceiptFault RECEIPT_ANSWER_UNREADABLE
 */
export function readReceiptAnswer(text: string): ReceiptAnswer {
  try {
    return answerOf(parse(text));
  } catch (cause) {
    throw new ReceiptFault('RECEIPT_ANSWER_UNREADABLE', cause);
  }
}

function parse(text: string): unknown {
  if (text.length > MAX_ANSWER) throw new RangeError(`answer of ${String(text.length)} characters`);
  const value: unknown = JSON.parse(text);
  // Of a member named twice one reader sees the first value, another the last. Outside strings, a colon is a member.
  const colons = text.replace(STRING, '').split(':').length - 1;
  if (colons !== membersIn(value)) throw new SyntaxError('a member is named twice');
  return value;
}

function membersIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, inner) => sum + membersIn(inner), own);
}

function answerOf(value: unknown): ReceiptAnswer {
  const answer = membersOf(value);
  const [agreement, receipt] = [membersOf(answer['agreement']), membersOf(answer['receipt'])];
  const [queryId, outcome] = [textOf(answer['queryId']), textOf(answer['outcome'])];
  const data = answer['data'] === null ? null : membersOf(answer['data']);
  return {
    queryId,
    outcome,
    agreement: {
      id: textOf(agreement['id']),
      version: countOf(agreement['version']),
      hash: textOf(agreement['hash']),
    },
    purpose: textOf(answer['purpose']),
    committed: Buffer.from(canonicalJson({ data, outcome, queryId }), 'utf8'),
    receipt: {
      origin: textOf(receipt['origin']),
      index: countOf(receipt['index']),
      leaf: bytesOf(receipt['leaf']),
      opening: openingOf(receipt['opening']),
    },
  };
}

function membersOf(value: unknown): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('no object');
  return value as Members;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('no text');
  return value;
}

function countOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new TypeError('no count');
  return value;
}

function bytesOf(value: unknown): Buffer {
  const bytes = decodeBase64(textOf(value));
  if (bytes === undefined) throw new TypeError('no base64');
  return bytes;
}

function openingOf(value: unknown): Buffer {
  const opening = bytesOf(value);
  if (opening.length !== OPENING_BYTES) throw new TypeError('an opening has 32 bytes');
  return opening;
}
