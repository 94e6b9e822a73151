import Sqlite from 'better-sqlite3';
import { decodeLeaf } from '../../src/audit/leaf.ts';
import { parseVkey } from '../../src/audit/note/note-key.ts';
import { parseWitnessPolicy } from '../../src/audit/note/parse-witness-policy.ts';
import { readGivenCheckpoint } from '../../src/audit/verify/given-checkpoint.ts';
import { type NodeReport } from '../../src/audit/verify/report.ts';
import { databaseFile } from '../../src/store/database-file.ts';
import { verifyPlace } from './evidence-node.ts';
import { type FailingNode, type NodePlace } from './failing-node.ts';

/** What the evidence of a node says against what the node told to others. */
export interface Contradictions {
  /** Answers without exactly their leaf at the place that their receipt names. */
  readonly answersWithoutLeaf: number;
  /** Query ids that more than one leaf has. */
  readonly duplicates: number;
  /** Difference between the official's counter and the disclosures that are recorded. */
  readonly miscounted: number;
  /** Cosignatures under a tree that is not the foreign log's own. */
  readonly foreignForks: number;
  readonly verdict: NodeReport['verdict'];
  readonly findings: readonly string[];
}

interface LeafRow {
  readonly origin: string;
  readonly idx: number;
  readonly query_id: string;
  readonly leaf: Buffer;
}

/** Compares everything that was told, before a death and after it, with what lies on the disk. */
export function contradictionsOf(
  { settings, folder, told }: FailingNode,
  { world, foreign, witness, clock }: NodePlace,
): Contradictions {
  const { leaves, counted } = lookInto(databaseFile(settings.databaseUrl), world.asker.officialId);
  const answersWithoutLeaf = told.answers.filter(({ queryId, receipt }) => {
    const stored = leaves.find((leaf) => leaf.query_id === queryId);
    const isThere = stored?.origin === receipt.origin && stored.idx === receipt.index;
    return !isThere || !stored.leaf.equals(receipt.leaf);
  }).length;
  const disclosed = leaves.filter(({ leaf }) => decodeLeaf(leaf).type === 'disclosure').length;
  const report = verifyPlace(folder, {
    now: clock.now(),
    // That of a later log is vouched for by the one before.
    keys: [...told.keys].slice(0, 1).map(parseVkey),
    policy: parseWitnessPolicy(`witness w ${witness.cosigner.vkey}\nquorum none\n`, 'witness.policy'),
    trusted: world.authority.trusted,
    given: [...told.notes].map(([name, note]) => {
      const given = readGivenCheckpoint(name, Buffer.from(note));
      if (given === undefined) throw new Error(`${name} is no checkpoint`);
      return given;
    }),
  });
  return {
    answersWithoutLeaf,
    duplicates: leaves.length - new Set(leaves.map((leaf) => leaf.query_id)).size,
    miscounted: counted - disclosed,
    foreignForks: told.cosigned.filter(({ size, root }) => !root.equals(foreign.tree.rootAt(size))).length,
    verdict: report.verdict,
    findings: [...report.findings, ...report.logs.flatMap((log) => log.findings)].map(({ code }) => code),
  };
}

/** The database as anybody sees it who opens the file: every leaf of every log, and the official's counters together. */
function lookInto(file: string, officialId: string): { leaves: readonly LeafRow[]; counted: number } {
  const database = new Sqlite(file, { readonly: true });
  try {
    const leaves = database
      .prepare<[], LeafRow>('SELECT origin, idx, query_id, leaf FROM audit_leaf JOIN audit_head USING (log)')
      .all();
    const counted = database
      .prepare<[string], number>('SELECT COALESCE(SUM(used), 0) FROM quota_counter WHERE scope LIKE ?')
      .pluck()
      .get(`official:%/${officialId}`);
    return { leaves, counted: counted ?? 0 };
  } finally {
    database.close();
  }
}
