import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type NodeReport } from './audit/verify/report.ts';
import { CheckpointError } from './audit/checkpoint-error.ts';
import { archiveFile } from './backup/archive-target.ts';
import { type ArchiveHeader, type ArchiveManifest, DATABASE, headerOf } from './backup/archive-format.ts';
import { BackupError, causeText } from './backup/backup-error.ts';
import { type DatabaseCopy } from './backup/database-copy.ts';
import { raiseMark } from './backup/kept-checkpoints.ts';
import { requireRecipients } from './backup/recipients.ts';
import { filesBelow, snapshotFolder } from './backup/snapshot-folder.ts';
import { type ArchiveDraft, writeDraft } from './backup/archive-draft.ts';
import { keyMembers, type Named, plainMembers, type SettingsSource } from './backup-members.ts';
import {
  type ArchiveTarget,
  type BackupOrder,
  type BackupSigner,
  type MadeBackup,
  type OnBackupStep,
  type PreparedBackup,
} from './cli/backup-desk.ts';
import { openGatewayStore } from './open-gateway-store.ts';
import { evidenceFolder, keyFolder, logNode } from './settings/places.ts';
import { type Settings } from './settings/settings.ts';
import { type Clock } from './shared/clock.ts';
import { FaultsError } from './shared/fault.ts';
import { copyDatabase } from './store/copy-database.ts';
import { databaseFile } from './store/database-file.ts';
import { neededKeyFiles, readKeyFolder } from './store/key-archive.ts';
import { takeProcessLock } from './store/process-lock.ts';
import { findingCodes, logsInCopy, verifyCopy } from './verify-copy.ts';
import { EvidenceOfNode } from './wire-evidence.ts';

/** What backups are made of. */
export interface BackupParts {
  readonly settings: Settings;
  readonly source: SettingsSource;
  /** Version of the product. */
  readonly product: string;
  readonly clock: Clock;
}

/** An order that is known to be possible. */
interface Prepared {
  readonly id: string;
  readonly startedAt: string;
  readonly data: Target;
  readonly keys: Target | undefined;
}

interface Target {
  readonly file: string;
  readonly recipients: readonly string[];
}

/** Names of the folders in which a backup is put together, beside what it is taken from. */
const STAGE = 'backing-up';
/** What a copy may grow by while it is made. */
const ROOM_BYTES = 64 * 1024 * 1024;

/** The database of these settings as a port: every engine copies into an SQLite file. */
export function databaseCopyOf({ databaseUrl }: Settings): DatabaseCopy {
  const from = databaseFile(databaseUrl);
  return { copyTo: async (file, onProgress) => copyDatabase(from, file, onProgress) };
}

/**
 * Checks an order before anything is recorded or made, and keeps others from making a backup meanwhile.
 * @throws FaultsError for recipients; BackupError BACKUP_EXISTS, BACKUP_NOT_WRITTEN, BACKUP_IN_PROGRESS
 */
export function prepareBackup(parts: BackupParts, order: BackupOrder): PreparedBackup {
  const { settings, clock } = parts;
  const now = clock.now();
  const target = (kind: 'data' | 'keys', { to, recipients }: ArchiveTarget): Target => {
    const usual = kind === 'data' ? settings.backup.recipients : settings.backup.keysRecipients;
    const chosen = recipients.length > 0 ? recipients : usual;
    return { file: archiveFile(to, kind, logNode(settings), now), recipients: chosen };
  };
  const data = target('data', order.data);
  const keys = order.keys && target('keys', order.keys);
  requireRecipients(data.recipients, keys?.recipients);
  if (keys?.file === data.file) throw new BackupError('BACKUP_EXISTS', { place: keys.file });
  const release = lockBackups(settings);
  try {
    requireRoom(settings);
  } catch (error) {
    release();
    throw error;
  }
  const prepared = { id: randomUUID(), startedAt: new Date(now).toISOString(), data, keys };
  return {
    id: prepared.id,
    data: { to: data.file, recipients: data.recipients },
    keys: keys && { to: keys.file, recipients: keys.recipients },
    make: async (signer, onStep) => new Backup(parts, prepared, signer, onStep).make(),
    release,
  };
}

/** @throws BackupError BACKUP_IN_PROGRESS */
export function lockBackups({ folders }: Settings): () => void {
  const file = join(folders.data, 'backup.lock');
  const release = takeProcessLock(file);
  if (release === undefined) throw new BackupError('BACKUP_IN_PROGRESS', { place: file });
  return release;
}

/** The copy stands in the data folder until it is encrypted. */
function requireRoom({ folders, databaseUrl }: Settings): void {
  const file = databaseFile(databaseUrl);
  const sizes = [file, `${file}-wal`].map((one) => statSync(one, { throwIfNoEntry: false })?.size ?? 0);
  const needed = sizes.reduce((sum, size) => sum + size, ROOM_BYTES);
  const { bavail, bsize } = statfsSync(folders.data);
  if (bavail * bsize < needed)
    throw new BackupError('BACKUP_NOT_WRITTEN', { place: folders.data, detail: 'ENOSPC' });
}

class Backup {
  readonly #parts: BackupParts;
  readonly #prepared: Prepared;
  readonly #signer: BackupSigner;
  readonly #onStep: OnBackupStep;
  readonly #copy: string;
  readonly #evidence: string;

  constructor(parts: BackupParts, prepared: Prepared, signer: BackupSigner, onStep: OnBackupStep) {
    this.#parts = parts;
    this.#prepared = prepared;
    this.#signer = signer;
    this.#onStep = onStep;
    const { folders } = parts.settings;
    this.#copy = join(folders.data, STAGE, 'gecit.db');
    this.#evidence = join(folders.logs, STAGE, 'evidence');
  }

  async make(): Promise<MadeBackup> {
    this.#clear();
    try {
      const unsigned = await this.#sign();
      await this.#stage();
      const report = this.#verify();
      return await this.#write(report, unsigned);
    } finally {
      this.#clear();
    }
  }

  /** So that nearly all of the copy is covered by a signature that stands in it. @returns code of why it was not */
  async #sign(): Promise<string | null> {
    const { settings, clock } = this.#parts;
    const store = await openGatewayStore(settings);
    const evidence = new EvidenceOfNode({ settings, store, clock });
    try {
      await (await evidence.current()).publish();
      return null;
    } catch (error) {
      if (error instanceof CheckpointError) return error.code;
      if (error instanceof FaultsError) return error.faults[0]?.code ?? error.name;
      throw error;
    } finally {
      await evidence.close();
      await store.close();
    }
  }

  /** The folder first, then the database: whatever the folder says was signed or sealed is in the copy of the database. */
  async #stage(): Promise<void> {
    const { settings } = this.#parts;
    try {
      mkdirSync(join(this.#copy, '..'), { recursive: true, mode: 0o700 });
      snapshotFolder(evidenceFolder(settings), this.#evidence);
      await databaseCopyOf(settings).copyTo(this.#copy, (done, total) => {
        this.#onStep('copying', done, total);
      });
      this.#raiseMarks();
    } catch (error) {
      if (error instanceof FaultsError) throw error;
      const detail = causeText(error);
      throw new BackupError('BACKUP_NOT_WRITTEN', { place: settings.folders.data, detail }, error);
    }
  }

  /** What was signed between the two copies: the newest checkpoint in the database was a mark before it was a row. */
  #raiseMarks(): void {
    for (const { origin, checkpoint } of logsInCopy(this.#copy))
      if (checkpoint !== null) raiseMark(this.#evidence, origin, checkpoint);
  }

  #verify(): NodeReport {
    const { settings, clock } = this.#parts;
    const roots = settings.timeStamps?.roots ?? null;
    const copy = { databaseFile: this.#copy, evidence: this.#evidence, roots };
    return verifyCopy(copy, {
      now: clock.now(),
      keys: [],
      onProgress: (_origin, leaves) => {
        this.#onStep('verifying', leaves, null);
      },
    });
  }

  async #write(report: NodeReport, unsigned: string | null): Promise<MadeBackup> {
    const { settings } = this.#parts;
    const { id, data, keys } = this.#prepared;
    const drafts: ArchiveDraft[] = [];
    try {
      const manifest = this.#manifest('data', report);
      const dataDraft = await this.#draft(data, 'data', this.#dataMembers(), manifest);
      drafts.push(dataDraft);
      const keyFiles = keys && keyMembers(readKeyFolder(keyFolder(settings)), settings);
      const keysDraft =
        keys && (await this.#draft(keys, 'keys', keyFiles ?? [], this.#manifest('keys', null)));
      if (keysDraft !== undefined) drafts.push(keysDraft);
      for (const draft of drafts) await draft.publish();
      return {
        id,
        data: dataDraft.made,
        keys: keysDraft?.made ?? null,
        report,
        manifest: dataDraft.manifest,
        unsigned,
      };
    } catch (error) {
      for (const draft of drafts) draft.remove();
      throw error;
    }
  }

  async #draft(
    { file, recipients }: Target,
    kind: 'data' | 'keys',
    members: readonly Named[],
    manifest: Omit<ArchiveManifest, 'members' | 'finishedAt'>,
  ): Promise<ArchiveDraft> {
    return writeDraft(
      { file, recipients, header: this.#header(kind), members, manifest, signer: this.#signer },
      {
        clock: this.#parts.clock,
        onWritten: (bytes, total) => {
          this.#onStep('writing', bytes, total);
        },
      },
    );
  }

  #dataMembers(): Named[] {
    const { settings, source } = this.#parts;
    const evidence = filesBelow(this.#evidence).map((name) => ({
      name: `evidence/${name}`,
      content: { file: join(this.#evidence, name) },
    }));
    return [
      { name: DATABASE, content: { file: this.#copy } },
      ...evidence,
      ...plainMembers(settings, source),
    ];
  }

  #header(kind: 'data' | 'keys'): ArchiveHeader {
    const { settings, product } = this.#parts;
    const { id, startedAt } = this.#prepared;
    return headerOf({ kind, id, startedAt, product, node: logNode(settings), realm: settings.realm });
  }

  #manifest(
    kind: 'data' | 'keys',
    report: NodeReport | null,
  ): Omit<ArchiveManifest, 'members' | 'finishedAt'> {
    const { id, startedAt } = this.#prepared;
    return {
      id,
      kind,
      startedAt,
      operator: this.#signer.operator,
      verdict: report?.verdict ?? null,
      findings: report === null ? [] : findingCodes(report),
      logs: logsInCopy(this.#copy),
      keyFiles: neededKeyFiles(keyFolder(this.#parts.settings)),
    };
  }

  #clear(): void {
    const { folders } = this.#parts.settings;
    for (const folder of [folders.data, folders.logs])
      rmSync(join(folder, STAGE), { recursive: true, force: true });
  }
}
