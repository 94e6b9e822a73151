import { readFileSync } from 'node:fs';
import { type EvidenceReader } from './audit/audit-log.ts';
import { trustedCertificates } from './audit/time-stamp/trusted-certificates.ts';
import { type NodeReport } from './audit/verify/report.ts';
import { type Terms } from './audit/verify/terms.ts';
import { worst } from './audit/verify/verify-node.ts';
import { type ArchivedLog } from './backup/archive-format.ts';
import { verifySources } from './evidence/verify/verify-sources.ts';
import { findLogs, findNodes, openLogOf } from './store/find-log.ts';

/** A database that nobody writes, with the evidence folder beside it. */
export interface CopyToVerify {
  readonly databaseFile: string;
  readonly evidence: string;
  /** PEM file of the roots of the time-stamp authority; null where checkpoints are not stamped. */
  readonly roots: string | null;
}

/** @see Terms */
export type CopyTerms = Pick<Terms, 'now' | 'keys' | 'onProgress'> & Partial<Pick<Terms, 'given'>>;

/** Proves every log of a copy, as `gecit audit verify` does. Writes nothing. */
export function verifyCopy({ databaseFile, evidence, roots }: CopyToVerify, terms: CopyTerms): NodeReport {
  const url = `sqlite:${databaseFile}`;
  const trusted = roots === null ? undefined : trustedCertificates(readFileSync(roots, 'utf8'));
  const reports = findNodes(url).map((node, place) =>
    withReaders(url, node, (readers) =>
      verifySources(
        {
          database: {
            file: databaseFile,
            node,
            readers,
            exists: (origin) => readers.some((reader) => reader.head().origin === origin),
          },
          // The folder holds the logs of every node, and is verified once.
          folder: place === 0 ? evidence : undefined,
        },
        { given: [], ...terms, policy: undefined, trusted },
      ),
    ),
  );
  return {
    verdict: worst(reports.map(({ verdict }) => verdict)),
    logs: reports.flatMap(({ logs }) => logs),
    findings: reports.flatMap(({ findings }) => findings),
  };
}

/** Every log of a copy, as its manifest lists it. */
export function logsInCopy(databaseFile: string): ArchivedLog[] {
  const url = `sqlite:${databaseFile}`;
  return findNodes(url).flatMap((node) =>
    withReaders(url, node, (readers) =>
      readers.map((reader) => {
        const { origin, size, root } = reader.head();
        const checkpoint = reader.newestCheckpoint()?.note ?? null;
        return { origin, size, root: root.toString('base64'), vkey: reader.vkey() ?? null, checkpoint };
      }),
    ),
  );
}

/** Codes of what a report found, without mere notices; each once. */
export function findingCodes({ logs, findings }: NodeReport): string[] {
  const all = [...logs.flatMap((log) => log.findings), ...findings];
  return [...new Set(all.filter(({ severity }) => severity !== 'notice').map(({ code }) => code))].sort();
}

/** Opens every log of a node, oldest first, for as long as the work takes. */
export function withReaders<T>(
  url: string,
  node: string,
  work: (readers: readonly EvidenceReader[]) => T,
): T {
  const readers: EvidenceReader[] = [];
  try {
    for (const { origin } of findLogs(url, node)) readers.push(openLogOf(url, origin));
    return work(readers);
  } finally {
    for (const reader of readers) reader.close();
  }
}
