import { type GivenCheckpoint } from '../audit/verify/given-checkpoint.ts';
import { type NoteKey } from '../audit/note/note-key.ts';
import { type NodeReport } from '../audit/verify/report.ts';
import { type ArchiveManifest, type ManifestSignature } from '../backup/archive-format.ts';
import { type LostRecords } from '../backup/lost-records.ts';
import { type Administration } from '../gateway/administration.ts';

/** What a long command is doing, and how far it is. */
export type BackupStep = 'copying' | 'verifying' | 'writing' | 'reading' | 'placing';
export type OnBackupStep = (step: BackupStep, done: number, total: number | null) => void;

/** An archive to be made: where, and for whom it is encrypted. */
export interface ArchiveTarget {
  /** A file that is not there yet, or a folder, in which the archive gets a name of its own. */
  readonly to: string;
  /** Age recipients; empty takes those of the settings. */
  readonly recipients: readonly string[];
}

export interface BackupOrder {
  readonly data: ArchiveTarget;
  /** Undefined: no keys are backed up. */
  readonly keys: ArchiveTarget | undefined;
}

/** Whoever gives the command signs the list of contents. */
export interface BackupSigner {
  readonly operator: string;
  readonly publicKey: string;
  /** Ed25519, base64. */
  sign(bytes: Buffer): string;
}

/** An archive that was made. */
export interface MadeArchive {
  readonly file: string;
  readonly size: number;
  /** Of the encrypted file, lower-case hex. */
  readonly sha256: string;
}

export interface MadeBackup {
  readonly id: string;
  readonly data: MadeArchive;
  readonly keys: MadeArchive | null;
  /** What verifying said of the copy before it was encrypted. */
  readonly report: NodeReport;
  readonly manifest: ArchiveManifest;
  /** Code of why the newest records could not be signed first; null where they were. */
  readonly unsigned: string | null;
}

/** A backup whose order is known to be possible; nothing is made yet. */
export interface PreparedBackup {
  readonly id: string;
  readonly data: ArchiveTarget;
  readonly keys: ArchiveTarget | undefined;
  /** Call it once the operator's act is recorded: the copy holds that record. */
  make(signer: BackupSigner, onStep: OnBackupStep): Promise<MadeBackup>;
  /** Lets others make a backup again. */
  release(): void;
}

/** An archive that is there, and who may open it. */
export interface ArchiveSource {
  readonly file: string;
  /** File of an age identity. */
  readonly identity: string;
}

/** Checkpoints and keys of logs that were kept elsewhere. */
export interface TrustedElsewhere {
  readonly checkpoints: readonly GivenCheckpoint[];
  readonly logKeys: readonly NoteKey[];
}

export interface CheckedBackup {
  readonly manifest: ArchiveManifest;
  readonly signature: ManifestSignature;
  readonly report: NodeReport;
  /** Key files that the data need and the archive of keys lacks; null where none was given. */
  readonly keysMissing: readonly string[] | null;
}

/** Archives that belong together, and what they are held to. */
export interface BackupSource {
  readonly data: ArchiveSource;
  readonly keys: ArchiveSource | undefined;
  readonly trusted: TrustedElsewhere;
}

export interface CheckOrder extends BackupSource {
  /** PEM file of the roots of the time-stamp authority; null follows no token to a root. */
  readonly roots: string | null;
}

export interface RestoreOrder extends BackupSource {
  /** Moves what stands in the place aside. */
  readonly replace: boolean;
  /** Certificates of destruction that were kept elsewhere. */
  readonly certificates: readonly string[];
  /** Nothing was recorded after the backup, as the operator knows. */
  readonly nothingFollowed: boolean;
}

/** What a witness said when it was asked for the newest checkpoint of a log that it cosigned. */
export interface WitnessWord {
  readonly witness: string;
  readonly origin: string;
  /** Null where it cosigned none, or could not be asked. */
  readonly size: number | null;
  /** Code of why it could not be asked; null where it answered. */
  readonly fault: string | null;
}

/** A restored gateway that stands beside its place: proven, and nothing of it is in use yet. */
export interface StagedRestore {
  readonly manifest: ArchiveManifest;
  readonly report: NodeReport;
  /** What is known to be missing; empty where nothing is. */
  readonly lost: readonly LostRecords[];
  /** Whether the log must be closed and followed by another: records are lost, or nothing tells whether any are. */
  readonly opensNext: boolean;
  /** Whether nothing in the place tells what was signed after the backup. */
  readonly unknownBeyond: boolean;
  readonly witnesses: readonly WitnessWord[];
  /** Kids whose keys the archive of keys brought back and that were erased again before anything was put in place. */
  readonly keysErased: readonly string[];
  readonly keysMissing: readonly string[] | null;
  /** Agreements that the place has and that differ from those of the backup, by file. */
  readonly agreementsDiffer: readonly string[];
  openAdministration(): Promise<Administration>;
  /** Puts everything in place; what dies in it is finished by the next `finishInterrupted`. @returns where the old ones are */
  putInPlace(onStep: OnBackupStep): Promise<string | null>;
  /** Removes what was staged. */
  discard(): Promise<void>;
}

/** Backups as a command sees them. */
export interface BackupDesk {
  /** @throws FaultsError for recipients; BackupError BACKUP_EXISTS, BACKUP_NOT_WRITTEN, BACKUP_IN_PROGRESS */
  prepare(order: BackupOrder): PreparedBackup;
  /** Decrypts into a temporary folder, proves everything there, and removes it. @throws BackupError */
  check(order: CheckOrder, onStep: OnBackupStep): Promise<CheckedBackup>;
  /** Ends what an interrupted restore had begun to put in place. @returns its backup's id; undefined where there was none */
  finishInterrupted(onStep: OnBackupStep): Promise<string | undefined>;
  /** @throws BackupError when the archive or what stands in the place does not allow it */
  stageRestore(order: RestoreOrder, onStep: OnBackupStep): Promise<StagedRestore>;
}
