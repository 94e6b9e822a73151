import { existsSync } from 'node:fs';
import { type NodeReport } from './audit/verify/report.ts';
import { DATABASE } from './backup/archive-format.ts';
import { BackupError } from './backup/backup-error.ts';
import { below, unpackArchive, type UnpackedArchive } from './backup/unpack-archive.ts';
import { type ArchiveSource, type OnBackupStep } from './cli/backup-desk.ts';
import { type Operator } from './identity/operator.ts';
import { findLogs, findNodes } from './store/find-log.ts';
import { openStore } from './store/open-store.ts';
import { adoptDatabase } from './store/restored-database.ts';
import { type CopyTerms, findingCodes, verifyCopy } from './verify-copy.ts';

/** Where the parts of an archive of data go. */
export interface DataPlace {
  readonly database: string;
  readonly evidence: string;
  readonly protocols: string;
}

/** Where those of an archive of keys go. */
export interface KeysPlace {
  readonly keys: string;
  readonly certs: string;
}

/** What is known of data once they are proven. */
export interface ProvenData {
  readonly report: NodeReport;
  /** Everybody who was ever registered in the backup. */
  readonly operators: readonly Operator[];
}

/** @throws BackupError BACKUP_*, RESTORE_NOT_WRITTEN */
export async function unpackData(
  source: ArchiveSource,
  { database, evidence, protocols }: DataPlace,
  onStep: OnBackupStep,
): Promise<UnpackedArchive> {
  const unpacked = await unpackArchive({
    ...source,
    kind: 'data',
    placeOf: (name) => {
      if (name === DATABASE) return database;
      if (name.startsWith('evidence/')) return below(evidence, name);
      return name.startsWith('protocols/') ? below(protocols, name) : null;
    },
    onProgress: (bytes) => {
      onStep('reading', bytes, null);
    },
  });
  if (!existsSync(database))
    throw new BackupError('BACKUP_DAMAGED', { place: source.file, detail: DATABASE });
  return unpacked;
}

/** @param place null only reads: every hash is checked, nothing is written. @throws BackupError BACKUP_*, RESTORE_NOT_WRITTEN */
export async function unpackKeys(source: ArchiveSource, place: KeysPlace | null): Promise<UnpackedArchive> {
  return unpackArchive({
    ...source,
    kind: 'keys',
    placeOf: (name) =>
      place === null ? null : below(name.startsWith('keys/') ? place.keys : place.certs, name),
  });
}

/**
 * Brings unpacked data up to the schema of this version, proves every log, and that an operator in them signed the archive.
 * @param roots PEM file of the roots of the time-stamp authority
 * @throws BackupError BACKUP_SIGNER_UNKNOWN; FaultsError for the database
 */
export async function proveData(
  { manifest, signature }: UnpackedArchive,
  { file, place, roots }: { readonly file: string; readonly place: DataPlace; readonly roots: string | null },
  terms: CopyTerms,
): Promise<ProvenData> {
  const { database, evidence } = place;
  await adoptDatabase(database);
  const report = verifyCopy({ databaseFile: database, evidence, roots }, terms);
  const operators = await operatorsIn(database);
  const known = operators.some((one) => one.publicKey.trim() === signature.publicKey.trim());
  if (!known) throw new BackupError('BACKUP_SIGNER_UNKNOWN', { place: file, detail: manifest.operator });
  return { report, operators };
}

/**
 * A backup of a log that was not whole already is taken as it is; one that is worse than its maker saw is not.
 * @throws BackupError BACKUP_NOT_SOUND
 */
export function requireNotWorse(report: NodeReport, { manifest }: UnpackedArchive, file: string): void {
  const worse = report.verdict === 'incomplete' && manifest.verdict === 'sound';
  if (report.verdict === 'tampered' || worse)
    throw new BackupError('BACKUP_NOT_SOUND', { place: file, detail: findingCodes(report).join(', ') });
}

/** Key files that the data need and that are not there. A later generation of the master key stands for an earlier one. */
export function keysMissing(
  needed: readonly string[],
  present: ReadonlySet<string>,
  dead: ReadonlySet<string>,
): readonly string[] {
  const isMaster = (name: string): boolean => /^master(?:-\d+)?\.key$/.test(name);
  const anyMaster = [...present].some(isMaster);
  return needed.filter(
    (name) => !present.has(name) && !dead.has(name.replace(/\.json$/, '')) && !(anyMaster && isMaster(name)),
  );
}

async function operatorsIn(databaseFile: string): Promise<readonly Operator[]> {
  const databaseUrl = `sqlite:${databaseFile}`;
  const [node = ''] = findNodes(databaseUrl);
  const origin = findLogs(databaseUrl, node).at(-1)?.origin ?? '';
  const store = await openStore({ databaseUrl, origin });
  try {
    return await store.operators();
  } finally {
    await store.close();
  }
}
