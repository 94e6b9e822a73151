import { OWNER_ONLY } from '../shared/new-file.ts';
import { type ArchiveKind, FOLDERS, HEADER, MANIFEST, SIGNATURE } from './archive-format.ts';

/** Evidence and agreements are to be handed out. */
const HANDED_OUT = /^(?:evidence\/(?!destruction\/)|protocols\/)/;
const LONGEST = 1_000;
const SEGMENT = /^(?!\.{1,2}$)[^/\\\0]+$/;
const ROOT_MEMBERS: ReadonlySet<string> = new Set([HEADER, MANIFEST, SIGNATURE]);

/**
 * Whether a member may have this name. Anybody can encrypt for a public recipient, so that no name is trusted: one that
 * leaves its folder is refused before a byte is written.
 */
export function isMemberName(name: string, kind: ArchiveKind): boolean {
  if (ROOT_MEMBERS.has(name)) return true;
  const [folder = '', ...segments] = name.split('/');
  const known = (FOLDERS[kind] as readonly string[]).includes(folder);
  return (
    known &&
    name.length <= LONGEST &&
    segments.length > 0 &&
    segments.every((segment) => SEGMENT.test(segment))
  );
}

/** Mode of the file that a member becomes. */
export function modeOf(name: string): number {
  return HANDED_OUT.test(name) ? 0o644 : OWNER_ONLY;
}
