import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { SIGNED_MARK } from '../evidence/verify/stray-files.ts';
import { OWNER_ONLY, replaceFile, syncFolder, writeNewFile } from '../shared/new-file.ts';
import { BackupError, causeText } from './backup-error.ts';
import { raiseMark } from './kept-checkpoints.ts';
import { filesBelow } from './snapshot-folder.ts';

const move = z.object({ from: z.string(), to: z.string() });
const planSchema = z.object({
  /** Id of the backup. */
  id: z.string(),
  /** What stood in the place when the plan was made, in the order in which it goes. */
  aside: z.array(move),
  keys: move.nullable(),
  /** Files that are put where there is none. */
  missing: z.array(move),
  evidence: move,
  /** Whether what was cosigned of other logs is the newest that there is. */
  witnessed: z.boolean(),
  agreements: move.nullable(),
  database: move,
  /** Folders that are empty afterwards. */
  stage: z.array(z.string()),
});

/** How a staged gateway is put in place, step by step. */
export type PlacingPlan = z.infer<typeof planSchema>;
type Move = z.infer<typeof move>;

/** What was cosigned of other logs: an older copy of it would let this gateway cosign a fork of them. */
const WITNESSED = /^witnessed\/[0-9a-f]+\.checkpoint$/;

/**
 * Puts a staged gateway in place. The database comes last: until then no gateway starts there. Dies the process anywhere after
 * the plan was written down, `finishPlacing` does the rest; every step that was done is passed over.
 * @param journal file of the plan, within the stage
 * @throws BackupError RESTORE_NOT_WRITTEN
 */
export function placeFiles(
  plan: PlacingPlan,
  journal: string,
  onFile: (done: number, total: number) => void,
): void {
  written(journal, () => {
    replaceFile(journal, JSON.stringify(plan), OWNER_ONLY);
  });
  place(plan, onFile);
  removeStage(plan, journal);
}

/** Ends what a process that died had begun. @returns id of the backup; undefined where nothing was begun */
export function finishPlacing(
  journal: string,
  onFile: (done: number, total: number) => void,
): string | undefined {
  if (!existsSync(journal)) return undefined;
  const plan = planSchema.parse(JSON.parse(readFileSync(journal, 'utf8')));
  place(plan, onFile);
  removeStage(plan, journal);
  return plan.id;
}

function place(plan: PlacingPlan, onFile: (done: number, total: number) => void): void {
  const { aside, keys, missing, evidence, agreements, database } = plan;
  // Once the old database is away no gateway starts until the new one is there.
  for (const one of aside) moveAside(one);
  if (keys !== null) for (const name of filesBelow(keys.from)) placeSecret(keys, name);
  for (const one of missing) placeMissing(one);
  const unsettled = new Set<string>();
  const names = filesBelow(evidence.from).filter((name) => plan.witnessed || !WITNESSED.test(name));
  names.forEach((name, index) => {
    placeEvidence(evidence, name, unsettled);
    onFile(index + 1, names.length);
  });
  if (agreements !== null)
    for (const name of filesBelow(agreements.from)) placeFile(agreements, name, unsettled);
  for (const folder of unsettled)
    written(folder, () => {
      syncFolder(folder);
    });
  // If the process dies before this, the next call does the same again and comes here.
  placeDatabase(database);
}

function moveAside({ from, to }: Move): void {
  // Once it is away, what stands there is new.
  if (existsSync(to) || !existsSync(from)) return;
  written(from, () => {
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    renameSync(from, to);
    syncFolder(dirname(to));
    syncFolder(dirname(from));
  });
}

function placeSecret({ from, to }: Move, name: string): void {
  const target = join(to, name);
  written(target, () => {
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    const bytes = readFileSync(join(from, name));
    if (existsSync(target) && readFileSync(target).equals(bytes)) return;
    writeNewFile(target, bytes, OWNER_ONLY);
  });
}

function placeMissing({ from, to }: Move): void {
  if (existsSync(to) || !existsSync(from)) return;
  written(to, () => {
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    writeNewFile(to, readFileSync(from), OWNER_ONLY);
  });
}

function placeEvidence(evidence: Move, name: string, unsettled: Set<string>): void {
  if (!name.endsWith(`/${SIGNED_MARK}`)) {
    placeFile(evidence, name, unsettled);
    return;
  }
  const origin = name.slice(0, -SIGNED_MARK.length - 1);
  written(join(evidence.to, name), () => {
    raiseMark(evidence.to, origin, readFileSync(join(evidence.from, name), 'utf8'));
  });
}

/** One that is there stays: it was compared before, or is one of those that change and is newer. */
function placeFile({ from, to }: Move, name: string, unsettled: Set<string>): void {
  const target = join(to, name);
  // Also of a file that is there: the process that put it there may have died before its name reached the disk.
  for (let folder = dirname(target); folder.length >= dirname(to).length; folder = dirname(folder))
    unsettled.add(folder);
  if (existsSync(target)) return;
  written(target, () => {
    mkdirSync(dirname(target), { recursive: true });
    giveName(join(from, name), target);
  });
}

function giveName(file: string, target: string): void {
  try {
    linkSync(file, target);
  } catch (error) {
    if (causeText(error) === 'EEXIST') return;
    writeNewFile(target, readFileSync(file), statSync(file).mode);
  }
}

function placeDatabase({ from, to }: Move): void {
  if (!existsSync(from)) return;
  written(to, () => {
    if (existsSync(to)) throw new Error('a database stands here');
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    renameSync(from, to);
    syncFolder(dirname(to));
  });
}

/** The journal goes first: without it what is left is rubbish that the next restore removes. */
function removeStage({ stage }: PlacingPlan, journal: string): void {
  written(journal, () => {
    rmSync(journal, { force: true });
    syncFolder(dirname(journal));
    for (const folder of stage) rmSync(folder, { recursive: true, force: true });
  });
}

function written(file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (error instanceof BackupError) throw error;
    throw new BackupError('RESTORE_NOT_WRITTEN', { place: file, detail: causeText(error) }, error);
  }
}
