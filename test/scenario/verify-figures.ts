import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeyFiles } from '../../src/store/keys/key-files.ts';
import { EvidenceNode, verifyPlace } from '../support/evidence-node.ts';

/** Records of one commit, of a checkpoint, and days that they are spread over. */
const COMMIT = 500;
const CHECKPOINT = 10_000;
const DAYS = 10;
const FIRST_DAY = Date.parse('2026-03-02T08:00:00Z');
const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.parse('2026-06-01T00:00:00Z');

/** A node of so many records, each with its personal part, over ten sealed days. @returns its place, to be removed by the caller */
export async function buildLarge(records: number, onProgress: (done: number) => void): Promise<string> {
  await using node = await EvidenceNode.make(new Date(FIRST_DAY).toISOString());
  const perDay = Math.ceil(records / DAYS);
  let done = 1;
  for (let day = 0; day < DAYS && done < records; day += 1) {
    const end = Math.min(records, (day + 1) * perDay);
    for (let second = 1; done < end; second += 1) {
      const time = new Date(FIRST_DAY + day * DAY + second * 1000).toISOString();
      const size = await node.queries(time, Math.min(COMMIT, end - done));
      if (Math.floor(size / CHECKPOINT) > Math.floor(done / CHECKPOINT)) await node.checkpoint(2);
      done = size;
      onProgress(done);
    }
    await node.stamp(new Date(FIRST_DAY + day * DAY + DAY / 2).toISOString());
    done += 1;
    await node.seal(new Date(FIRST_DAY + day * DAY + DAY).toISOString());
  }
  const place = mkdtempSync(join(tmpdir(), 'gecit-large-'));
  node.copyTo(place);
  cpSync(join(node.place, 'keys'), join(place, 'keys'), { recursive: true });
  return place;
}

export type VerifyMode = 'database' | 'database-open' | 'folder';

export interface VerifyFigures {
  readonly verdict: string;
  readonly records: number;
  readonly recordsPerSecond: number;
  /** The same by the processor's time of this process, all its threads: what a busy machine does not distort. */
  readonly recordsPerCpuSecond: number;
  readonly partsPerSecond: number | null;
  /** Resident memory in MB before, after a tenth, and at the end of the walk, and the most of all. */
  readonly rssStart: number;
  readonly rssTenth: number;
  readonly rssEnd: number;
  readonly rssMost: number;
}

/** Verifies a place once; to be called in a process of its own. */
export function measure(place: string, mode: VerifyMode, records: number): VerifyFigures {
  const rssStart = megabytes();
  let rssTenth = 0;
  const onProgress = (_origin: string, leaves: number): void => {
    if (rssTenth === 0 && leaves >= records / 10) rssTenth = megabytes();
  };
  const terms = { now: NOW, keys: [], policy: undefined, trusted: undefined, given: [], onProgress };
  const vault = mode === 'database-open' ? openKeyFiles(join(place, 'keys'), KIDS, '2026-06-01') : undefined;
  const before = process.cpuUsage();
  const report = verifyPlace(place, terms, { only: mode === 'folder' ? 'folder' : 'database', vault });
  const { user, system } = process.cpuUsage(before);
  const [log] = report.logs;
  if (log === undefined) throw new Error('no log was verified');
  return {
    verdict: report.verdict,
    records: log.size,
    recordsPerSecond: log.recordsPerSecond,
    recordsPerCpuSecond: Math.round(log.size / ((user + system) / 1e6)),
    partsPerSecond: log.opened?.partsPerSecond ?? null,
    rssStart,
    rssTenth,
    rssEnd: megabytes(),
    rssMost: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/** Nothing may be made under any of them. */
const KIDS = { has: (): boolean => true, ofMonth: (): readonly string[] => [] };

/** Removes what `buildLarge` made. */
export function removeLarge(place: string): void {
  rmSync(place, { recursive: true, force: true });
}

function megabytes(): number {
  return Math.round(process.memoryUsage().rss / 1024 / 1024);
}
