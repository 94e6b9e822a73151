import { type Sentence } from '../../shared/problem.ts';

/** A place in the content of an agreement file. The content may be wrong in any way: looking never throws. */
export interface Probe {
  readonly path: readonly (string | number)[];
  /** Undefined where there is nothing. */
  readonly value: unknown;
}

/** A rule between values that is broken at a place. */
export interface Finding {
  /** End of the fault code, after `AGREEMENT_`. */
  readonly code: string;
  readonly path: Probe['path'];
  readonly message: Sentence;
  readonly remedy: Sentence;
}

/** Looks at a whole file and finds every place where its rule is broken; wrong types are left to the schema. */
export type Check = (root: Probe) => readonly Finding[];

/** The value under a key of a block, with its path; undefined content where the block has none. */
export function member(probe: Probe, key: string): Probe {
  const { value } = probe;
  const has = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
  return { path: [...probe.path, key], value: has ? (value as Record<string, unknown>)[key] : undefined };
}

/** The items of a list, or of the list at a key; none where there is no list. */
export function items(probe: Probe, key?: string): readonly Probe[] {
  const list = key === undefined ? probe : member(probe, key);
  if (!Array.isArray(list.value)) return [];
  return list.value.map((value: unknown, index) => ({ path: [...list.path, index], value }));
}

/** Whether the key holds a list. */
export function isList(root: Probe, key: string): boolean {
  return Array.isArray(member(root, key).value);
}

/** The value as text; undefined where it is none. */
export function textOf(probe: Probe): string | undefined {
  return typeof probe.value === 'string' ? probe.value : undefined;
}

/** The value as a number; undefined where it is none. */
export function numberOf(probe: Probe): number | undefined {
  return typeof probe.value === 'number' ? probe.value : undefined;
}

/** The texts that a key has in the items of a list. */
export function textsOf(list: readonly Probe[], key: string): string[] {
  return list.map((item) => textOf(member(item, key))).filter((text) => text !== undefined);
}

/** A value of the file inside a sentence: short and on one line, whatever it holds. */
export function quoted(value: string): string {
  const line = value.replace(/[\p{C}\p{Z}]+/gu, ' ');
  return `"${line.length > 60 ? `${line.slice(0, 60)}…` : line}"`;
}
