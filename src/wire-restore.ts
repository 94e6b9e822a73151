import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type GivenCheckpoint } from './audit/verify/given-checkpoint.ts';
import { askWitnesses, type WitnessedCheckpoints } from './ask-witnesses.ts';
import { BackupError } from './backup/backup-error.ts';
import { filesThatDiffer, requireSameEvidence } from './backup/compare-evidence.ts';
import { checkpointsKept, raiseMark } from './backup/kept-checkpoints.ts';
import { compareWithKnown, type Comparison } from './backup/lost-records.ts';
import { placeFiles, type PlacingPlan } from './backup/place-files.ts';
import { filesBelow } from './backup/snapshot-folder.ts';
import { below, type UnpackedArchive } from './backup/unpack-archive.ts';
import { certificateFiles } from './backup-members.ts';
import { type OnBackupStep, type RestoreOrder, type StagedRestore } from './cli/backup-desk.ts';
import { type Operator } from './identity/operator.ts';
import { openAdministration } from './open-administration.ts';
import { openGatewayStore } from './open-gateway-store.ts';
import { readCertificate } from './privacy/destruction/certificate.ts';
import { destroyAgain, knownDestructions, type KnownDestructions } from './restored-keys.ts';
import {
  movesAside,
  restorePlace,
  type RestorePlace,
  stagedSettings,
  stageFolders,
} from './restore-place.ts';
import { evidenceFolder, keyFolder, logNode } from './settings/places.ts';
import { type Settings } from './settings/settings.ts';
import { type Clock } from './shared/clock.ts';
import { zonedDay } from './shared/zoned-day.ts';
import { databaseFile } from './store/database-file.ts';
import { CertificateFiles } from './store/destruction/certificate-files.ts';
import { keyFileNames } from './store/key-archive.ts';
import { destroyedKids } from './store/keys/key-folder.ts';
import { type LeftDatabase, leftDatabase, settleDatabase } from './store/restored-database.ts';
import {
  keysMissing,
  proveData,
  type ProvenData,
  requireNotWorse,
  unpackData,
  unpackKeys,
} from './unpack-backup.ts';
import { withReaders } from './verify-copy.ts';

/** What a restore rests on. */
export interface RestoreParts {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly order: RestoreOrder;
  readonly onStep: OnBackupStep;
}

/** A gateway of a backup, put together and proven beside its place. */
export class Restore {
  readonly #parts: RestoreParts;
  readonly #place: RestorePlace;
  readonly #release: () => void;

  /** @param release lets others make or restore a backup again */
  constructor(parts: RestoreParts, release: () => void) {
    this.#parts = parts;
    this.#place = restorePlace(parts.settings);
    this.#release = release;
  }

  /** @throws BackupError, FaultsError; then nothing is left of it */
  async stage(): Promise<StagedRestore> {
    try {
      return await this.#staged();
    } catch (error) {
      this.#discard();
      throw error;
    }
  }

  async #staged(): Promise<StagedRestore> {
    const { settings, clock, order, onStep } = this.#parts;
    const left = leftDatabase(settings.databaseUrl, clock.now());
    this.#requirePlace();
    this.#clear();
    for (const folder of stageFolders(this.#place)) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const data = await unpackData(order.data, this.#place, onStep);
    this.#requireOurs(data, order.data.file);
    const keys = order.keys && (await unpackKeys(order.keys, this.#place));
    if (keys !== undefined) this.#requireOurs(keys, order.keys?.file ?? '');
    const { report, operators } = await this.#prove(data);
    this.#addCertificates(operators);
    requireSameEvidence(this.#place.evidence, evidenceFolder(settings));
    const { comparison, witnesses, open } = await this.#compare(left);
    const markKept = this.#raiseMarks(comparison, open);
    const unknownBeyond = !markKept && !order.nothingFollowed;
    const known = await this.#destructions(operators, left);
    const present = new Set(keyFileNames(this.#keyFolder()));
    const keysErased = keys === undefined ? [] : destroyAgain(this.#place.keys, known, clock);
    return {
      manifest: data.manifest,
      report,
      lost: comparison.lost,
      opensNext: comparison.lost.length > 0 || unknownBeyond,
      unknownBeyond,
      witnesses: witnesses.words,
      keysErased,
      keysMissing: keysMissing(data.manifest.keyFiles, present, known.kids),
      agreementsDiffer: this.#ownAgreements()
        ? filesThatDiffer(this.#place.protocols, settings.folders.protocols)
        : [],
      openAdministration: async () => openAdministration(this.#stagedSettings(), clock),
      putInPlace: async () => Promise.resolve(this.#putInPlace(data, onStep)),
      discard: async () => {
        this.#discard();
        return Promise.resolve();
      },
    };
  }

  /** @throws BackupError RESTORE_PLACE_TAKEN, RESTORE_KEYS_MISSING */
  #requirePlace(): void {
    const { settings, order } = this.#parts;
    const file = databaseFile(settings.databaseUrl);
    const names = keyFileNames(keyFolder(settings));
    if (!order.replace && existsSync(file)) throw new BackupError('RESTORE_PLACE_TAKEN', { place: file });
    if (order.keys === undefined && !names.includes('credential.key'))
      throw new BackupError('RESTORE_KEYS_MISSING', { place: keyFolder(settings) });
    if (order.keys !== undefined && !order.replace && names.length > 0)
      throw new BackupError('RESTORE_PLACE_TAKEN', { place: keyFolder(settings) });
  }

  #requireOurs({ header }: UnpackedArchive, file: string): void {
    if (header.node !== logNode(this.#parts.settings))
      throw new BackupError('BACKUP_OF_ANOTHER', { place: file, detail: header.node });
  }

  async #prove(data: UnpackedArchive): Promise<ProvenData> {
    const { settings, clock, order, onStep } = this.#parts;
    const { file } = order.data;
    const about = { file, place: this.#place, roots: settings.timeStamps?.roots ?? null };
    const proven = await proveData(data, about, {
      now: clock.now(),
      keys: order.trusted.logKeys,
      onProgress: (_origin, leaves) => {
        onStep('verifying', leaves, null);
      },
    });
    requireNotWorse(proven.report, data, file);
    return proven;
  }

  /** Certificates that stand in the place or were kept elsewhere; a start acts on them, and so does what follows here. */
  #addCertificates(operators: readonly Operator[]): void {
    const { settings, order, clock } = this.#parts;
    const today = zonedDay(clock.now(), settings.timeZone).date;
    const staged = new CertificateFiles(this.#place.evidence);
    const kept = new CertificateFiles(evidenceFolder(settings)).texts();
    for (const { text } of kept) {
      const certificate = attempt(() => readCertificate(text, operators, today));
      if (certificate !== undefined) staged.write(certificate);
    }
    for (const file of order.certificates)
      staged.write(readCertificate(readFileSync(file, 'utf8'), operators, today));
  }

  async #compare(
    left: LeftDatabase | undefined,
  ): Promise<{ comparison: Comparison; witnesses: WitnessedCheckpoints; open: string }> {
    const { settings, order } = this.#parts;
    const node = logNode(settings);
    const url = `sqlite:${this.#place.database}`;
    const open = withReaders(url, node, (readers) => readers.at(-1)?.head().origin ?? '');
    const witnesses = await askWitnesses(settings, open);
    const kept: GivenCheckpoint[] = [
      ...checkpointsKept(evidenceFolder(settings), node),
      ...checkpointsKept(this.#place.evidence, node),
      ...order.trusted.checkpoints,
      ...witnesses.checkpoints,
    ];
    const stranger = kept.find(({ origin }) => !origin.startsWith(`${node}/`));
    if (stranger !== undefined)
      throw new BackupError('RESTORE_CONTRADICTS', { place: stranger.file, detail: stranger.origin });
    const place = databaseFile(settings.databaseUrl);
    const sizes = new Map([...(left?.sizes ?? [])].filter(([origin]) => origin.startsWith(`${node}/`)));
    const comparison = withReaders(url, node, (readers) => compareWithKnown(readers, kept, { place, sizes }));
    return { comparison, witnesses, open };
  }

  /**
   * Nothing smaller is ever signed than what is known to have been signed.
   * @returns whether the place itself still tells what was signed of the open log
   */
  #raiseMarks({ newest }: Comparison, open: string): boolean {
    const { settings } = this.#parts;
    for (const [origin, { note }] of newest) raiseMark(this.#place.evidence, origin, note);
    return checkpointsKept(evidenceFolder(settings), logNode(settings)).some(({ origin }) => origin === open);
  }

  async #destructions(
    operators: readonly Operator[],
    left: LeftDatabase | undefined,
  ): Promise<KnownDestructions> {
    const { settings, clock } = this.#parts;
    const store = await openGatewayStore(this.#stagedSettings());
    try {
      return await knownDestructions({
        evidence: [this.#place.evidence],
        register: await store.openDestruction(),
        operators,
        others: [...(left?.destroyedKids ?? []), ...destroyedKids(keyFolder(settings)).map(({ kid }) => kid)],
        today: zonedDay(clock.now(), settings.timeZone).date,
      });
    } finally {
      await store.close();
    }
  }

  #putInPlace({ manifest }: UnpackedArchive, onStep: OnBackupStep): string | null {
    try {
      settleDatabase(this.#place.database);
      const plan = this.#plan(manifest.id);
      placeFiles(plan, this.#place.journal, (done, total) => {
        onStep('placing', done, total);
      });
      return plan.aside[0] === undefined ? null : dirname(plan.aside[0].to);
    } finally {
      this.#release();
    }
  }

  #plan(id: string): PlacingPlan {
    const { settings, order, clock } = this.#parts;
    const { database, keys, certs, evidence, protocols } = this.#place;
    const withKeys = order.keys !== undefined;
    const names = keyFileNames(keyFolder(settings));
    return {
      id,
      aside: movesAside(settings, withKeys && names.length > 0, clock.now()),
      keys: withKeys ? { from: keys, to: keyFolder(settings) } : null,
      missing: withKeys
        ? certificateFiles(settings).map(([name, file]) => ({ from: below(certs, name), to: file }))
        : [],
      evidence: { from: evidence, to: evidenceFolder(settings) },
      witnessed: order.nothingFollowed,
      agreements: this.#ownAgreements() ? null : { from: protocols, to: settings.folders.protocols },
      database: { from: database, to: databaseFile(settings.databaseUrl) },
      stage: [...stageFolders(this.#place)],
    };
  }

  #stagedSettings(): Settings {
    const { settings, order } = this.#parts;
    return stagedSettings(settings, {
      keys: order.keys !== undefined,
      agreements: !this.#ownAgreements(),
    });
  }

  #keyFolder(): string {
    return this.#parts.order.keys === undefined ? keyFolder(this.#parts.settings) : this.#place.keys;
  }

  /** Agreements of the place stay: they came with its installation. */
  #ownAgreements(): boolean {
    return filesBelow(this.#parts.settings.folders.protocols).length > 0;
  }

  #clear(): void {
    for (const folder of stageFolders(this.#place)) rmSync(folder, { recursive: true, force: true });
  }

  #discard(): void {
    this.#clear();
    this.#release();
  }
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
