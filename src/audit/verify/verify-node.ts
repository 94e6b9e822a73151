import { type ExaminedLog, NodeBooks, reportLog } from './examined-log.ts';
import { type FindingCode } from './finding.ts';
import { Findings, type Verdict } from './findings.ts';
import { type GivenCheckpoint } from './given-checkpoint.ts';
import { type KeyTrust, type NodeReport } from './report.ts';
import { type Terms } from './terms.ts';

/** A node whose logs are to be verified together. */
export interface NodeToVerify {
  /** First two parts of the origins, `<gateway name>/<node>`; null where it is not known beforehand. */
  readonly node: string | null;
  /** One call for each log, oldest first; each walks its log. */
  readonly logs: readonly ((books: NodeBooks) => ExaminedLog)[];
  /** What it means that a checkpoint kept elsewhere is of a longer log, or of one that is not here. */
  readonly givenBeyond: FindingCode;
  readonly givenMissing: FindingCode;
  /** Whether a log is there by now: one may have been opened since `logs` was listed. */
  readonly exists: (origin: string) => boolean;
}

/** Walks every log of a node, then compares each with the one before it. One verdict for each log. */
export function verifyNode(
  { node, logs, exists, givenBeyond, givenMissing }: NodeToVerify,
  terms: Terms,
): NodeReport {
  const books = new NodeBooks(terms, givenBeyond);
  const examined = new Map<string, ExaminedLog>();
  for (const examine of logs) {
    const log = examine(books);
    examined.set(log.origin, log);
  }
  books.stamps.ended([...examined.values()].every((log) => log.whole));
  const trusts = new Map<string, KeyTrust>();
  for (const log of examined.values()) {
    const before = examined.get(log.opening?.previous?.origin ?? '');
    link(log, before);
    requireNext(log, (origin) => examined.has(origin) || exists(origin));
    trusts.set(log.origin, trustOf(log, before, trusts));
  }
  const reports = [...examined.values()].map((log) => reportLog(log, trusts.get(log.origin) ?? 'none'));
  const nodes = new Set([node, ...reports.map(({ origin }) => nodeOf(origin))]);
  const others = strangers(
    terms.given.filter(({ origin }) => !examined.has(origin)),
    nodes,
    givenMissing,
  );
  const verdict = worst([others.verdict, ...reports.map((report) => report.verdict)]);
  return { verdict, logs: reports, findings: others.list() };
}

/** As bad as the worst. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('tampered')) return 'tampered';
  return verdicts.includes('incomplete') ? 'incomplete' : 'sound';
}

/** Checkpoints that were given and whose log is not there. */
function strangers(
  given: readonly GivenCheckpoint[],
  nodes: ReadonlySet<string | null>,
  missing: FindingCode,
): Findings {
  const findings = new Findings();
  for (const { file, origin } of given)
    findings.add(nodes.has(nodeOf(origin)) ? missing : 'given-foreign', { file });
  return findings;
}

function requireNext({ ending, findings }: ExaminedLog, isThere: (origin: string) => boolean): void {
  if (ending !== null && !isThere(ending.next)) findings.add('next-missing', { index: ending.index });
}

function link(log: ExaminedLog, before: ExaminedLog | undefined): void {
  const previous = log.opening?.previous ?? null;
  if (previous === null) return;
  if (before === undefined) log.findings.add('previous-missing', { index: 0 });
  // A log that was not walked to its end is tampered with already: its end says nothing.
  else if (before.whole && !endsEarly(before, previous.size)) compareEnds(log, previous, before);
}

/** A log whose key is lost is sealed only as far as it is signed. */
function endsEarly({ kept, ending, size, findings }: ExaminedLog, previousSize: number): boolean {
  const early = kept === 'folder' && ending === null && size < previousSize;
  if (early) findings.add('previous-not-sealed', { index: size });
  return early;
}

function compareEnds(log: ExaminedLog, previous: TreeEnd, before: ExaminedLog): void {
  if (log.firstTime < before.lastTime) log.findings.add('time-backwards', { index: 0 });
  const signed = log.opening?.signed ?? null;
  // The end of a log that a restore cut off is never signed, so that no folder ever holds it.
  if (before.kept === 'folder' && before.ending === null && signed !== null) compareCut(signed, before);
  else compareEnd(log, previous, before);
}

function compareEnd(log: ExaminedLog, previous: TreeEnd, before: ExaminedLog): void {
  if (previous.size !== before.size || previous.root !== before.root)
    before.findings.add('previous-differs', { index: Math.min(previous.size, before.size) });
  const { ending } = before;
  if (ending?.next !== log.origin) before.findings.add('end-differs', { index: before.size });
  else if (ending.nextKey !== log.key?.vkey) log.findings.add('next-key-differs', { index: 0 });
}

/** A folder holds what was signed, up to its newest seal: more, or another tree, was never signed. */
function compareCut(signed: TreeEnd, { size, root, findings }: ExaminedLog): void {
  if (size > signed.size || (size === signed.size && root !== signed.root))
    findings.add('previous-differs', { index: Math.min(size, signed.size) });
  else findings.add('cut-by-restore', size < signed.size ? { index: size, until: signed.size } : {});
}

interface TreeEnd {
  readonly size: number;
  /** base64 */
  readonly root: string;
}

/** The leaf that names the next key must itself be signed for. */
function trustOf(
  log: ExaminedLog,
  before: ExaminedLog | undefined,
  trusts: ReadonlyMap<string, KeyTrust>,
): KeyTrust {
  if (log.key === undefined) return 'none';
  if (log.pinned) return 'pinned';
  return before !== undefined && names(before, log.key.vkey) && isTrusted(trusts.get(before.origin))
    ? 'vouched'
    : 'own';
}

function names({ ending, findings, checkpoints, size }: ExaminedLog, vkey: string): boolean {
  return ending?.nextKey === vkey && findings.verdict !== 'tampered' && checkpoints.newest === size;
}

function isTrusted(trust: KeyTrust | undefined): boolean {
  return trust === 'pinned' || trust === 'vouched';
}

function nodeOf(origin: string): string {
  return origin.slice(0, origin.lastIndexOf('/'));
}
