import { decodeLeaf, type Leaf } from '../audit/leaf.ts';
import { type Administration } from '../gateway/administration.ts';

export interface Filter {
  readonly agency?: string | undefined;
  readonly agreement?: string | undefined;
  readonly operation?: string | undefined;
  readonly purpose?: string | undefined;
  readonly code?: string | undefined;
  readonly outcome?: string | undefined;
  readonly type?: string | undefined;
  /** Official's id. */
  readonly official?: string | undefined;
  /** TCKN. */
  readonly subject?: string | undefined;
  /** Epoch milliseconds, inclusive. */
  readonly from?: number | undefined;
  /** Epoch milliseconds, exclusive. */
  readonly to?: number | undefined;
  readonly limit: number;
}

export interface Found {
  readonly index: number;
  readonly leaf: Leaf;
}

const EQUAL = ['agency', 'agreement', 'operation', 'purpose', 'code', 'outcome', 'type'] as const;

/** The newest records that satisfy every part of the filter, newest first. Persons are found by their keyed tags. */
export function searchLog(administration: Administration, filter: Filter): Found[] {
  return administration.log.atOneMoment(() => search(administration, filter));
}

function search(administration: Administration, filter: Filter): Found[] {
  const tagged = taggedIndexes(administration, filter);
  const found: Found[] = [];
  for (const { index, bytes } of administration.log.leaves()) {
    if (tagged !== undefined && !tagged.has(index)) continue;
    const leaf = decodeLeaf(bytes);
    if (!fits(leaf, filter)) continue;
    found.push({ index, leaf });
    if (found.length > filter.limit) found.shift();
  }
  return found.reverse();
}

function fits(leaf: Leaf, filter: Filter): boolean {
  if (EQUAL.some((key) => filter[key] !== undefined && leaf[key] !== filter[key])) return false;
  const time = Date.parse(leaf.time);
  return time >= (filter.from ?? -Infinity) && time < (filter.to ?? Infinity);
}

/** Undefined where the filter names no person. */
function taggedIndexes(
  administration: Administration,
  { official, subject }: Filter,
): Set<number> | undefined {
  const sets = [
    official === undefined ? undefined : indexesOf(administration, 'official', 'official', official),
    subject === undefined ? undefined : indexesOf(administration, 'subject', 'tckn', subject),
  ].filter((set) => set !== undefined);
  return sets.length === 0
    ? undefined
    : sets.reduce((left, right) => new Set([...left].filter((index) => right.has(index))));
}

/** One tag for each month whose keys still exist. */
function indexesOf(
  { log, vault }: Administration,
  kind: 'official' | 'subject',
  type: string,
  value: string,
): Set<number> {
  return new Set(log.indexesTagged(kind, [...vault.searchTags(type, value).values()]));
}
