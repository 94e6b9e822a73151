import { type Leaf } from '../../audit/leaf.ts';
import { SEARCHED_VALUES } from '../../audit/search-index.ts';
import { tryDecodeLeaf } from '../../audit/try-decode-leaf.ts';

/** The values that an index keeps of a leaf, in the order of `SEARCHED_VALUES`; one object for all leaves that have the same. */
export interface IndexedValues {
  /** Tells them from all others. */
  readonly key: string;
  readonly list: readonly (string | null)[];
}

/** What an index takes of a leaf. */
export interface IndexedLeaf {
  /** RFC 3339 */
  readonly time: string;
  readonly values: IndexedValues;
}

/** In a key; no catalogue value holds them. */
const ABSENT = '\u0000';
const BETWEEN = '\u0001';
const MOST_KEPT = 10_000;

const BEFORE_TIME = ',"time":"';
const HEAD = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z","queryId":"[\da-f-]{36}",$/;
const AFTER_VALUES = ',"kid":';
const END = /^,"kid":(?:null|"[\da-z-]+"),"personal":(?:null|"[\w+/=]{44}"),"answer":(?:null|"[\w+/=]{44}")\}$/;
const TIME_LENGTH = 24;
/** From the beginning of the time to that of the values. */
const HEAD_LENGTH = 75;

/**
 * Reads leaves for an index. Between its time and query id on the one hand and what was sealed on the other, a leaf holds catalogue
 * values only, and the same ones come again and again: what stood there once is not parsed again.
 */
export class IndexedLeaves {
  readonly #byText = new Map<string, IndexedValues>();
  readonly #byKey = new Map<string, IndexedValues>();

  /** Undefined where the text is no leaf or tells no time. */
  read(text: string): IndexedLeaf | undefined {
    const head = text.indexOf(BEFORE_TIME) + BEFORE_TIME.length;
    const end = text.lastIndexOf(AFTER_VALUES);
    if (!HEAD.test(text.slice(head, head + HEAD_LENGTH)) || !END.test(text.slice(end))) return this.#parse(text);
    const around = text.slice(0, head) + text.slice(head + HEAD_LENGTH, end);
    const time = text.slice(head, head + TIME_LENGTH);
    const values = this.#byText.get(around);
    if (values !== undefined) return Number.isNaN(Date.parse(time)) ? undefined : { time, values };
    const leaf = this.#parse(text);
    // Not where a leaf that somebody changed states its time twice.
    if (leaf?.time === time) keep(this.#byText, around, leaf.values);
    return leaf;
  }

  #parse(text: string): IndexedLeaf | undefined {
    const leaf = tryDecodeLeaf(text);
    return leaf && { time: leaf.time, values: this.#valuesOf(leaf) };
  }

  #valuesOf(leaf: Leaf): IndexedValues {
    const list = SEARCHED_VALUES.map((name) => textOrNull(leaf[name]));
    const key = list.map((value) => (value ?? ABSENT) + BETWEEN).join('');
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const values = { key, list };
    keep(this.#byKey, key, values);
    return values;
  }
}

function keep(map: Map<string, IndexedValues>, key: string, values: IndexedValues): void {
  if (map.size >= MOST_KEPT) map.clear();
  map.set(key, values);
}

/** A leaf that somebody changed may hold anything; what is no text equals nothing that is searched for. */
function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
