import { type KeyVault } from '../../audit/key-vault.ts';
import { kidOf, purgeAfter } from '../../audit/retention.ts';
import { type PersonalPart, sealBatch, type SealedRecord } from '../../audit/seal-personal.ts';
import { zonedDay } from '../../shared/zoned-day.ts';
import { type Entry } from './entry.ts';
import { type Verdict } from './judge-entries.ts';

/** When and with what a batch is sealed: epoch milliseconds, the keys, the IANA zone of the log's day. */
export interface Sealing {
  readonly now: number;
  readonly vault: KeyVault;
  readonly timeZone: string;
}

/** What is sealed under one kid, and the places of the entries it came from. */
interface Group {
  readonly places: number[];
  readonly parts: PersonalPart[];
}

/**
 * Seals every personal part of a batch under the keys of its class, period and month.
 * @param openingOf opening of the answer's commitment, 32 bytes, by the place of the entry
 * @returns in the order of the entries; undefined where a record has no personal part
 * @throws FaultsError RECORD_KEYS_LOST when keys are gone that sealed parts need
 */
export function sealEntries(
  entries: readonly Entry[],
  verdicts: readonly Verdict[],
  { now, vault, timeZone }: Sealing,
  openingOf: (place: number) => Buffer,
): readonly (SealedRecord | undefined)[] {
  const { date } = zonedDay(now, timeZone);
  const groups = new Map<string, Group>();
  entries.forEach(({ personal, draft }, place) => {
    if (personal === null) return;
    const { content, subject, officialId, caseReference, retentionClass, keptFor } = personal;
    const opening = verdicts[place]?.kind === 'answer' ? openingOf(place) : null;
    const { places, parts } = groupOf(groups, kidOf(retentionClass, keptFor, date));
    places.push(place);
    const until = purgeAfter(date, keptFor);
    const { queryId } = draft;
    parts.push({ queryId, content, opening, subject, officialId, caseReference, purgeAfter: until });
  });
  const sealed = entries.map((): SealedRecord | undefined => undefined);
  for (const [kid, { places, parts }] of groups) {
    const records = sealBatch(vault.keysFor(kid), parts);
    for (const [which, place] of places.entries()) sealed[place] = records[which];
  }
  return sealed;
}

function groupOf(groups: Map<string, Group>, kid: string): Group {
  let group = groups.get(kid);
  if (group === undefined) groups.set(kid, (group = { places: [], parts: [] }));
  return group;
}
