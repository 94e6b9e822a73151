import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { EvidenceError } from './evidence-error.ts';
import { codeOf } from './file-operations.ts';

/** No origin begins with an underscore. */
const NAME = /^_sealing-(\d{1,10})\.lock$/;

/** Who holds the lock: written into its file. */
interface Holder {
  readonly host: string;
  readonly pid: number;
  /** Tells a process from a later one with the same number; null where the system does not say. */
  readonly started: string | null;
}

/**
 * Takes the right to seal, for one process at a time. Everybody who wants it makes a file of his own and only then looks for
 * those of others, so that of two at least one sees the other and withdraws. The file of a dead process of this machine is
 * removed; of another machine nothing can be known, and its file stays.
 * @returns what gives the right back
 * @throws EvidenceError SEAL_IN_PROGRESS, EVIDENCE_NOT_WRITABLE
 */
export function holdSealing(folder: string): () => void {
  const own = join(folder, `_sealing-${String(process.pid)}.lock`);
  make(folder, own);
  const release = (): void => {
    rmSync(own, { force: true });
  };
  const others = readdirSync(folder).filter((name) => NAME.test(name) && name !== basename(own));
  const other = others.find((name) => isHeld(join(folder, name)));
  if (other === undefined) return release;
  release();
  throw new EvidenceError('SEAL_IN_PROGRESS', { file: join(folder, other) });
}

function make(folder: string, own: string): void {
  const holder: Holder = { host: hostname(), pid: process.pid, started: startOf(process.pid) };
  try {
    mkdirSync(folder, { recursive: true });
    // One process seals once at a time: its own file is held by a seal under way, or left by a dead one of the same number.
    if (isHeld(own)) throw new EvidenceError('SEAL_IN_PROGRESS', { file: own });
    writeFileSync(own, JSON.stringify(holder), { flag: 'wx' });
  } catch (error) {
    if (error instanceof EvidenceError) throw error;
    throw new EvidenceError('EVIDENCE_NOT_WRITABLE', { file: own }, error);
  }
}

/** Whether somebody holds this file; removes it where its process is known to be gone. */
function isHeld(file: string): boolean {
  const holder = holderOf(file);
  if (holder === undefined) return false;
  if (holder.host !== hostname() || isAlive(holder)) return true;
  rmSync(file, { force: true });
  return false;
}

/** Undefined where the file is gone. One that is not written to its end says only what its name says. */
function holderOf(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    return { host: hostname(), pid: Number(NAME.exec(basename(file))?.[1]), started: null };
  }
}

function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Without the right to ask there is a process to ask about.
    if (codeOf(error) !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return started === null || now === null || started === now;
}

/** Linux: clock ticks between the start of the system and that of the process. */
function startOf(pid: number): string | null {
  try {
    const status = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The name stands in parentheses and may hold anything; the start is the 20th word after it.
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
