import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { type Finding } from '../../src/audit/verify/finding.ts';
import { type NodeReport } from '../../src/audit/verify/report.ts';
import { readLogKey } from '../../src/store/log-key.ts';
import { DATABASE, EVIDENCE, type EvidenceNode, newYearNode } from '../support/evidence-node.ts';
import { seeded } from '../support/load.ts';
import { FOLDER_MUTATIONS } from '../support/mutations/folder-mutations.ts';
import { FORGED_MUTATIONS, givenName } from '../support/mutations/forged-mutations.ts';
import { Bench, Choice, type Expected, type LogFacts, type Mutated } from '../support/mutations/mutation.ts';
import { PART_MUTATIONS } from '../support/mutations/part-mutations.ts';
import { SIGNED_MUTATIONS } from '../support/mutations/signed-mutations.ts';
import { TREE_MUTATIONS } from '../support/mutations/tree-mutations.ts';

const MUTATIONS = {
  ...TREE_MUTATIONS,
  ...SIGNED_MUTATIONS,
  ...PART_MUTATIONS,
  ...FORGED_MUTATIONS,
  ...FOLDER_MUTATIONS,
};

/** A mutation that was not found, or found elsewhere. */
export interface Missed {
  /** Repeats it: `--seed` of the campaign with one round. */
  readonly seed: number;
  readonly kind: string;
  readonly what: string;
  readonly verdict: string;
  readonly findings: readonly string[];
}

export interface KindFigures {
  rounds: number;
  found: number;
  /** Of those, where the place that the report names first is the right one. */
  first: number;
  tampered: number;
}

export interface MutationFigures {
  readonly rounds: number;
  readonly found: number;
  readonly kinds: Readonly<Record<string, KindFigures>>;
  readonly missed: readonly Missed[];
}

export interface MutationOptions {
  /** One round each. */
  readonly seeds: readonly number[];
  readonly onRound?: (round: number, figures: MutationFigures) => void;
}

/** Changes the evidence of one node in one place at a time, and looks whether verifying it says so and where. */
export async function mutationRounds({ seeds, onRound }: MutationOptions): Promise<MutationFigures> {
  await using node = await newYearNode();
  const place = mkdtempSync(join(tmpdir(), 'gecit-mutations-'));
  try {
    const ground = prepare(node, place);
    const kinds: Record<string, KindFigures> = {};
    const missed: Missed[] = [];
    let found = 0;
    for (const [round, seed] of seeds.entries()) {
      const outcome = roundOf(node, ground, seed);
      tally((kinds[outcome.kind] ??= { rounds: 0, found: 0, first: 0, tampered: 0 }), outcome);
      if (outcome.missed === undefined) found += 1;
      else missed.push(outcome.missed);
      onRound?.(round + 1, { rounds: round + 1, found, kinds, missed });
    }
    return { rounds: seeds.length, found, kinds, missed };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** The first seeds from this one on that choose every kind of change once. */
export function seedsOfEveryKind(from: number): number[] {
  const seeds = new Map<string, number>();
  const kinds = Object.keys(MUTATIONS);
  for (let seed = from; seeds.size < kinds.length; seed += 1) {
    const kind = new Choice(seeded(seed)).of(kinds);
    if (!seeds.has(kind)) seeds.set(kind, seed);
  }
  return [...seeds.values()];
}

function tally(figures: KindFigures, { missed, first, verdict }: Outcome): void {
  figures.rounds += 1;
  if (missed !== undefined) return;
  figures.found += 1;
  if (first) figures.first += 1;
  if (verdict === 'tampered') figures.tampered += 1;
}

interface Ground {
  /** Never changed. */
  readonly pristine: string;
  readonly work: string;
  readonly earlier: readonly string[];
  readonly logs: readonly LogFacts[];
  readonly given: ReadonlyMap<string, Buffer>;
}

function prepare(node: EvidenceNode, place: string): Ground {
  const [pristine, work] = [join(place, 'pristine'), join(place, 'work')];
  mkdirSync(join(pristine, EVIDENCE), { recursive: true });
  node.copyTo(pristine);
  dropGuards(join(pristine, DATABASE));
  cpSync(pristine, work, { recursive: true });
  const logs = factsOf(node, pristine);
  const given = new Map(
    logs.flatMap((log) =>
      log.checkpoints.map((size) => [givenName(log, size), noteOf(pristine, log, size)] as const),
    ),
  );
  return { pristine, work, earlier: node.earlier, logs, given };
}

function dropGuards(file: string): void {
  const database = new Sqlite(file);
  const triggers = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all();
  for (const name of triggers) database.exec(`DROP TRIGGER ${String(name)}`);
  database.close();
}

function factsOf(node: EvidenceNode, place: string): LogFacts[] {
  const database = new Sqlite(join(place, DATABASE), { readonly: true });
  const sizes = (table: string, log: number): number[] =>
    database
      .prepare<[number], number>(`SELECT size FROM ${table} WHERE log = ? ORDER BY size`)
      .pluck()
      .all(log);
  const heads = database
    .prepare<[], { log: number; origin: string; size: number }>(
      'SELECT log, origin, size FROM audit_head ORDER BY log',
    )
    .all();
  const sealed = new Map(node.verify({ only: 'folder' }).logs.map((report) => [report.origin, report.size]));
  const facts = heads.map(({ log, origin, size }) => ({
    log,
    origin,
    size,
    roots: sizes('audit_root', log),
    checkpoints: sizes('audit_checkpoint', log),
    sealed: sealed.get(origin) ?? 0,
    signer: readLogKey(join(node.place, 'keys'), origin),
  }));
  database.close();
  return facts;
}

function noteOf(place: string, { log }: LogFacts, size: number): Buffer {
  const database = new Sqlite(join(place, DATABASE), { readonly: true });
  const note = database
    .prepare<[number, number], string>('SELECT note FROM audit_checkpoint WHERE log = ? AND size = ?')
    .pluck()
    .get(log, size);
  database.close();
  return Buffer.from(note ?? '');
}

interface Outcome {
  readonly kind: string;
  readonly verdict: string;
  /** Whether the report names the place first. */
  readonly first: boolean;
  readonly missed: Missed | undefined;
}

/** What cannot be done or verified names its seed, so that it can be repeated. */
function roundOf(node: EvidenceNode, ground: Ground, seed: number): Outcome {
  try {
    return oneRound(node, ground, seed);
  } catch (cause) {
    throw new Error(`the round of seed ${String(seed)} failed`, { cause });
  }
}

function oneRound(node: EvidenceNode, ground: Ground, seed: number): Outcome {
  const choice = new Choice(seeded(seed));
  const bench = new Bench(ground.work, ground.logs, ground.earlier, choice);
  const kind = choice.of(Object.keys(MUTATIONS));
  const mutated = (MUTATIONS[kind] ?? unknownKind)(bench);
  const given = new Map(
    (mutated.given ?? []).map((name) => [name, ground.given.get(name) ?? Buffer.alloc(0)]),
  );
  const report = node.verify(
    { given, open: mutated.open ?? false, ...(mutated.only === undefined ? {} : { only: mutated.only }) },
    ground.work,
  );
  restore(bench, ground);
  const findings = [...report.findings, ...report.logs.flatMap((log) => log.findings)];
  const found = isFound(report, mutated, findings);
  const missed = found ? undefined : missedBy(seed, kind, { mutated, report, findings });
  return { kind, verdict: report.verdict, first: firstIsRight(report, mutated), missed };
}

function unknownKind(): never {
  throw new Error('no such kind');
}

function isFound(report: NodeReport, mutated: Mutated, findings: readonly Finding[]): boolean {
  if (mutated.noticed === true) return findings.some((finding) => isPlace(finding, mutated));
  if (report.verdict === 'sound') return false;
  return findings.some((finding) => finding.severity !== 'notice' && isPlace(finding, mutated));
}

function isPlace(finding: Finding, { indexes = [], files = [], row }: Expected): boolean {
  if (files.some((file) => finding.file?.endsWith(file) === true)) return true;
  if (row !== undefined && finding.row?.startsWith(row) === true) return true;
  const { index, until } = finding;
  return indexes.some(
    (one) => index === one || (index !== undefined && until !== undefined && index <= one && one < until),
  );
}

function firstIsRight({ logs }: NodeReport, mutated: Mutated): boolean {
  return logs.some(({ verdict, findings }) => {
    const [first] = findings;
    return verdict !== 'sound' && first !== undefined && isPlace(first, mutated);
  });
}

function missedBy(
  seed: number,
  kind: string,
  { mutated, report, findings }: { mutated: Mutated; report: NodeReport; findings: readonly Finding[] },
): Missed {
  return {
    seed,
    kind,
    what: mutated.what,
    verdict: report.verdict,
    findings: findings
      .filter(({ severity }) => severity !== 'notice')
      .map(({ code, index, until, file, row, cause }) => [code, index, until, file, row, cause].join(' ')),
  };
}

function restore(bench: Bench, { pristine, work }: Ground): void {
  if (bench.databaseTouched) cpSync(join(pristine, DATABASE), join(work, DATABASE));
  for (const side of ['-wal', '-shm', '-journal']) rmSync(join(work, `${DATABASE}${side}`), { force: true });
  for (const [path, bytes] of bench.touched) {
    const file = join(bench.folder, path);
    if (bytes === undefined) rmSync(file, { force: true });
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
  }
}
