import { existsSync, lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isKid } from '../../audit/retention.ts';
import { createSecretFile, readSecretFile } from '../secret-file.ts';
import { errorCode } from '../store-fault.ts';
import { eraseFile } from './erase-file.ts';
import { type OnStep } from './key-wrapper.ts';

const KEYS = '.json';
const TOMBSTONE = '.destroyed';
/** What `writeNewFile` and `replaceSecretFile` leave behind of the files here when the process dies in them. */
const DRAFT = /\.(?:json|destroyed|key)\.[0-9a-f]{12}\.new$/;
const PLAN = /^[\w.:-]{1,64}$/;

/** The keys of a kid were destroyed on purpose. */
export interface Tombstone {
  readonly kid: string;
  /** RFC 3339; null where the file does not say. */
  readonly at: string | null;
  /** Id of the approved plan; null where the log ordered it. */
  readonly plan: string | null;
}

/** @throws RangeError when the text is no kid: no other text ever names a file */
export function keyFileOf(folder: string, kid: string): string {
  return join(folder, checkedKid(kid) + KEYS);
}

/** Every kid with a key file and no tombstone, sorted. */
export function kidsIn(folder: string): string[] {
  const names = new Set(namesIn(folder));
  return kidsWith(names, KEYS).filter((kid) => !names.has(kid + TOMBSTONE));
}

/** Every kid that may never have keys again, sorted. The name of the file says it, whatever is in the file. */
export function destroyedKids(folder: string): Tombstone[] {
  return kidsWith(namesIn(folder), TOMBSTONE).map((kid) => readTombstone(folder, kid));
}

export function isDestroyed(folder: string, kid: string): boolean {
  return existsSync(tombstoneOf(folder, kid));
}

/**
 * Decides durably that the kid has no keys any more; its file, if there is one, is dead from here on.
 * @returns false when that was decided before
 */
export function writeTombstone(folder: string, { kid, at, plan }: Tombstone): boolean {
  if (plan !== null && !PLAN.test(plan))
    throw new RangeError('a plan id has 1 to 64 letters, digits and .:_-');
  return createSecretFile(tombstoneOf(folder, kid), `${JSON.stringify({ kid, at, plan })}\n`);
}

/** Erases the files of kids with tombstones and every draft. @returns the kids whose keys were still there */
export function eraseDestroyed(folder: string, onStep: OnStep): string[] {
  for (const name of namesIn(folder)) if (DRAFT.test(name)) eraseDraft(join(folder, name), onStep);
  return kidsWith(namesIn(folder), TOMBSTONE).filter((kid) => eraseFile(keyFileOf(folder, kid), onStep));
}

/** A draft whose process died between link and removal is a second name of a living file: only that name may go. */
function eraseDraft(file: string, onStep: OnStep): void {
  if (lstatSync(file).nlink > 1) unlinkSync(file);
  else eraseFile(file, onStep);
}

function tombstoneOf(folder: string, kid: string): string {
  return join(folder, checkedKid(kid) + TOMBSTONE);
}

function readTombstone(folder: string, kid: string): Tombstone {
  const text = (key: string, from: object): string | null => {
    const value = (from as Record<string, unknown>)[key];
    return typeof value === 'string' ? value : null;
  };
  try {
    const parsed = JSON.parse(readSecretFile(tombstoneOf(folder, kid)) ?? '') as object;
    return { kid, at: text('at', parsed), plan: text('plan', parsed) };
  } catch {
    return { kid, at: null, plan: null };
  }
}

function checkedKid(kid: string): string {
  if (!isKid(kid)) throw new RangeError('a kid is <class>-<period>-<YYYY-MM>');
  return kid;
}

function kidsWith(names: Iterable<string>, ending: string): string[] {
  return [...names]
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .filter(isKid)
    .sort();
}

/** Names in a folder; none where there is no folder. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
