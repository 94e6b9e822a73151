import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type EvidenceReader } from '../../audit/audit-log.ts';
import { parseWitnessPolicy } from '../../audit/note/parse-witness-policy.ts';
import { type WitnessPolicy } from '../../audit/note/witness-policy.ts';
import { type ExaminedLog, type NodeBooks } from '../../audit/verify/examined-log.ts';
import { createFinding, type Finding } from '../../audit/verify/finding.ts';
import { type OpeningVault } from '../../audit/verify/open-check.ts';
import { type NodeReport } from '../../audit/verify/report.ts';
import { type Terms } from '../../audit/verify/terms.ts';
import { examineDatabaseLog, firstOpening } from '../../audit/verify/verify-database-log.ts';
import { verifyNode, worst } from '../../audit/verify/verify-node.ts';
import { FaultsError } from '../../shared/fault.ts';
import { logFolder } from '../evidence-files.ts';
import { MAX_BYTES, POLICY } from '../evidence-paths.ts';
import { readEvidenceFile } from '../read-evidence-file.ts';
import { findFolderLogs } from './find-folder-logs.ts';
import { FolderComparison } from './folder-comparison.ts';
import { examineFolderLog, type FolderLog } from './verify-folder-log.ts';

/** The database of a node. */
export interface DatabaseSource {
  readonly file: string;
  /** First two parts of the origins. */
  readonly node: string;
  /** Every log of the node, oldest first; closed by whoever opened them. */
  readonly readers: readonly EvidenceReader[];
  /** Whether the database holds a log by now. */
  readonly exists: (origin: string) => boolean;
  /** Given where personal parts are to be opened. */
  readonly vault?: OpeningVault | undefined;
}

/** What is to be verified: a database, an evidence folder, or both, which are then compared. */
export interface Sources {
  readonly database?: DatabaseSource | undefined;
  /** Of one log, or of any number of logs below it. */
  readonly folder?: string | undefined;
}

/** Verifies whatever is there, and compares a database with the evidence folder of the same logs. Writes nothing. */
export function verifySources({ database, folder }: Sources, terms: Terms): NodeReport {
  const folders = folder === undefined ? [] : findFolderLogs(folder);
  const { policy, findings } = policyOf(folders, terms);
  const held = { ...terms, policy };
  // What the folder says now, before the database is looked at.
  const examine = database === undefined ? [] : databaseLogs(database, folder, folders);
  const reports: NodeReport[] = [{ verdict: 'sound', logs: [], findings }];
  if (database !== undefined) {
    const { node, exists } = database;
    const codes = { givenBeyond: 'given-beyond', givenMissing: 'given-log-missing' } as const;
    reports.push(verifyNode({ node, logs: examine, exists, ...codes }, held));
  }
  // A folder in which nothing is sealed yet knows no log that a given checkpoint could be missed in.
  if (folders.length > 0) reports.push(verifyFolders(folders, database?.node ?? null, held));
  if (folder !== undefined && folders.length === 0 && database === undefined)
    reports.push({
      verdict: 'sound',
      logs: [],
      findings: [createFinding('folder-empty', { file: folder }, null)],
    });
  return merged(reports);
}

type Examine = (books: NodeBooks) => ExaminedLog;

function databaseLogs(
  { file, readers, vault }: DatabaseSource,
  base: string | undefined,
  folders: readonly FolderLog[],
): Examine[] {
  return readers.map((reader, place) => {
    const { origin } = reader.head();
    const kept = folders.find((log) => log.origin === origin)?.folder ?? unsealed(base, origin);
    const next = readers[place + 1];
    const admitted = next === undefined ? null : (firstOpening(next)?.signed ?? null);
    const folder = kept === undefined ? undefined : new FolderComparison(kept);
    return (books) => examineDatabaseLog({ reader, file, folder, vault, admitted }, books);
  });
}

/** Before the first seal there is nothing but the mark of the newest signature. */
function unsealed(base: string | undefined, origin: string): string | undefined {
  const folder = base === undefined ? undefined : logFolder(base, origin);
  return folder !== undefined && existsSync(folder) ? folder : undefined;
}

/**
 * A log that is closed may be sealed before the one that follows it: that one is not missed here. Beside a database, which
 * knows its node, a checkpoint of a log that is not sealed yet is compared there.
 */
function verifyFolders(folders: readonly FolderLog[], node: string | null, terms: Terms): NodeReport {
  const logs = folders.map(
    (log): Examine =>
      (books) =>
        examineFolderLog(log, books),
  );
  const code = node === null ? 'given-beyond-seal' : 'given-not-sealed';
  return verifyNode({ node, logs, exists: () => true, givenBeyond: code, givenMissing: code }, terms);
}

/** The policy that was given, else that of the newest folder. */
function policyOf(
  folders: readonly FolderLog[],
  { policy }: Terms,
): { readonly policy: WitnessPolicy | undefined; readonly findings: readonly Finding[] } {
  if (policy !== undefined) return { policy, findings: [] };
  for (const { folder } of folders.toReversed()) {
    const file = join(folder, POLICY);
    try {
      const bytes = readEvidenceFile(file, MAX_BYTES.policy);
      if (bytes !== undefined)
        return { policy: parseWitnessPolicy(bytes.toString('utf8'), file), findings: [] };
    } catch (thrown) {
      const cause = thrown instanceof FaultsError ? (thrown.faults[0]?.code ?? null) : null;
      return { policy, findings: [createFinding('policy-malformed', { file }, cause)] };
    }
  }
  return { policy, findings: [] };
}

function merged(reports: readonly NodeReport[]): NodeReport {
  const findings = reports.flatMap((report) => report.findings);
  const verdicts = findings.map(({ severity }) => (severity === 'notice' ? 'sound' : severity));
  return {
    verdict: worst([...reports.map(({ verdict }) => verdict), ...verdicts]),
    logs: reports.flatMap(({ logs }) => logs),
    findings,
  };
}
