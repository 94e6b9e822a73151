import { NoteFormatError } from '../note/note-format-error.ts';
import { type NoteKey, parseVkey } from '../note/note-key.ts';
import { type Place } from './finding.ts';
import { type Findings } from './findings.ts';
import { type Opening } from './life-trail.ts';

/** Where the key of a log is told. */
export interface KeySources {
  readonly origin: string;
  /** As it is stored beside the log; undefined where it is not. */
  readonly stored: string | undefined;
  /** What the first leaf states; undefined where it opens no log. */
  readonly opening: Opening | undefined;
  /** Keys that were kept elsewhere. */
  readonly pinned: readonly NoteKey[];
  /** Where the stored key is. */
  readonly place: Place;
}

/** The key that checkpoints of a log must be signed with, and whether it was kept elsewhere. */
export interface ResolvedKey {
  readonly key: NoteKey | undefined;
  readonly pinned: boolean;
}

/** The key to hold a log to: one kept elsewhere, else that of the first leaf, else the stored one; all must be the same. */
export function resolveKey(sources: KeySources, findings: Findings): ResolvedKey {
  const told = openedWith(sources, findings);
  const kept = storedKey(sources, findings);
  const { opening, origin, pinned, place } = sources;
  if (kept !== undefined && opening !== undefined && kept.vkey !== opening.key)
    findings.add('key-differs', place);
  const own = told ?? kept;
  const ofLog = pinned.filter(({ name, type }) => name === origin && type === 'ed25519');
  if (ofLog.length === 0) return { key: own, pinned: false };
  const same = ofLog.find(({ vkey }) => vkey === own?.vkey);
  if (own !== undefined && same === undefined) findings.add('key-not-trusted', place);
  return { key: same ?? ofLog[0], pinned: true };
}

/** A log that was begun before its first record named a key is tied to it by a key kept elsewhere. */
function openedWith({ opening, origin, pinned }: KeySources, findings: Findings): NoteKey | undefined {
  const tied = pinned.some(({ name, type }) => name === origin && type === 'ed25519');
  if (opening === undefined && !tied) findings.add('opening-missing');
  else if (opening !== undefined && opening.origin !== origin) findings.add('opening-differs', { index: 0 });
  return opening === undefined ? undefined : keyOf(opening.key);
}

function storedKey({ stored, place }: KeySources, findings: Findings): NoteKey | undefined {
  const key = stored === undefined ? undefined : keyOf(stored);
  if (stored === undefined) findings.add('key-missing', place);
  else if (key === undefined) findings.add('key-malformed', place);
  return key;
}

function keyOf(vkey: string): NoteKey | undefined {
  try {
    return parseVkey(vkey);
  } catch (thrown) {
    if (thrown instanceof NoteFormatError) return undefined;
    throw thrown;
  }
}
