import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { finishPlacing } from './backup/place-files.ts';
import {
  type BackupDesk,
  type CheckedBackup,
  type CheckOrder,
  type OnBackupStep,
} from './cli/backup-desk.ts';
import { restorePlace } from './restore-place.ts';
import { type Environment } from './settings/environment.ts';
import { readSettings, settingsFile } from './settings/read-settings.ts';
import { type Settings } from './settings/settings.ts';
import { type Clock, systemClock } from './shared/clock.ts';
import { keysMissing, proveData, unpackData, unpackKeys } from './unpack-backup.ts';
import { lockBackups, prepareBackup } from './wire-backup.ts';
import { Restore } from './wire-restore.ts';

/** Settings, and what they were read from. */
export interface BackupSettingsSource {
  settings(): Settings;
  readonly file: string;
  readonly environment: Environment;
}

/** Backups of the gateway that environment and settings file describe. @param root folder of package.json */
export function productBackups(environment: Environment, root: string, product: string): BackupDesk {
  let read: Settings | undefined;
  const settings = (): Settings => (read ??= readSettings(environment, root));
  const file = resolve(root, settingsFile(environment));
  return backupDesk({ settings, file, environment }, product, systemClock);
}

/** @param product version of the product */
export function backupDesk(source: BackupSettingsSource, product: string, clock: Clock): BackupDesk {
  return {
    prepare: (order) => prepareBackup({ settings: source.settings(), source, product, clock }, order),
    check: async (order, onStep) => checkBackup(order, clock, onStep),
    finishInterrupted: async (onStep) => {
      const settings = source.settings();
      const release = lockBackups(settings);
      try {
        return await Promise.resolve(
          finishPlacing(restorePlace(settings).journal, (done, total) => {
            onStep('placing', done, total);
          }),
        );
      } finally {
        release();
      }
    },
    stageRestore: async (order, onStep) => {
      const settings = source.settings();
      return new Restore({ settings, clock, order, onStep }, lockBackups(settings)).stage();
    },
  };
}

/** Needs neither settings nor keys of the gateway. */
async function checkBackup(order: CheckOrder, clock: Clock, onStep: OnBackupStep): Promise<CheckedBackup> {
  const folder = mkdtempSync(join(tmpdir(), 'gecit-backup-'));
  try {
    const at = (name: string): string => join(folder, name);
    const place = { database: at('gecit.db'), evidence: at('evidence'), protocols: at('protocols') };
    const data = await unpackData(order.data, place, onStep);
    const keys = order.keys && (await unpackKeys(order.keys, null));
    const about = { file: order.data.file, place, roots: order.roots };
    const { report } = await proveData(data, about, {
      now: clock.now(),
      keys: order.trusted.logKeys,
      given: order.trusted.checkpoints,
      onProgress: (_origin, leaves) => {
        onStep('verifying', leaves, null);
      },
    });
    const { manifest, signature } = data;
    return { manifest, signature, report, keysMissing: keys === undefined ? null : missingIn(data, keys) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Unpacked = Awaited<ReturnType<typeof unpackKeys>>;

function missingIn(data: Unpacked, keys: Unpacked): readonly string[] {
  const names = keys.manifest.members.map(({ name }) => name.slice('keys/'.length));
  const dead = names
    .filter((name) => name.endsWith('.destroyed'))
    .map((name) => name.slice(0, -'.destroyed'.length));
  return keysMissing(data.manifest.keyFiles, new Set(names), new Set(dead));
}
