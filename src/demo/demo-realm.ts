import { rename } from 'node:fs/promises';
import { type RegisterChange } from '../gateway/register-change.ts';
import { type IdentityRows } from '../identity/identity-register.ts';
import { FaultsError } from '../shared/fault.ts';
import { type DemoRealmOptions, prepareRealm, syncFolder } from './prepare-realm.ts';
import { type DemoFolders, realmPaths } from './realm-paths.ts';
import { demoState, realmFingerprints, removeDemoFiles } from './realm-state.ts';

/** The gateway's registers as the making of the realm needs them. */
export interface DemoRegisters {
  identityRows(): Promise<Pick<IdentityRows, 'agencies' | 'certificates'>>;
  /** Enters the whole realm in one durable, recorded act. */
  commit(changes: readonly RegisterChange[]): Promise<void>;
}

export type DemoOutcome = 'made' | 'finished' | 'kept';

/**
 * Sees to it that the demo realm stands whole: files and registers of the same realm, never half of one.
 *
 * 1. `prepareRealm` writes certificates, register and `demo.json.prepared`. Dies the process here, no register knows
 *    the realm: the next start removes the files and begins anew.
 * 2. `commit` enters everything in one transaction. Dies the process during it, the transaction did not happen (as 1)
 *    or did (as 3).
 * 3. The prepared file is renamed to `demo.json`. Dies the process before, the registers know the certificates that
 *    stand on disk: the next start does the renaming only.
 *
 * @throws FaultsError when the registers hold agencies other than those of the files: nothing is removed then
 */
export async function ensureDemoRealm(
  options: DemoRealmOptions,
  registers: DemoRegisters,
): Promise<DemoOutcome> {
  const { folders } = options;
  const state = demoState(folders);
  const known = await whatRegistersKnow(folders, state === 'absent' || state === 'broken', registers);
  if (known === 'another') throw new FaultsError([mismatchFault(folders)]);
  if (known === 'nothing') {
    await removeDemoFiles(folders);
    await registers.commit(await prepareRealm(options));
  }
  if (known === 'this' && state === 'complete') return 'kept';
  await publishRealm(folders);
  return known === 'nothing' ? 'made' : 'finished';
}

async function whatRegistersKnow(
  folders: DemoFolders,
  withoutFiles: boolean,
  registers: DemoRegisters,
): Promise<'nothing' | 'this' | 'another'> {
  const { agencies, certificates } = await registers.identityRows();
  if (agencies.length === 0) return 'nothing';
  if (withoutFiles) return 'another';
  const entered = new Set(certificates.map((certificate) => certificate.fingerprint));
  return realmFingerprints(folders).every((fingerprint) => entered.has(fingerprint)) ? 'this' : 'another';
}

async function publishRealm(folders: DemoFolders): Promise<void> {
  const paths = realmPaths(folders);
  await rename(paths.preparedFile, paths.demoFile);
  await syncFolder(folders.data);
}

function mismatchFault(folders: DemoFolders): FaultsError['faults'][number] {
  const { demoFile, certificates } = realmPaths(folders);
  return {
    code: 'DEMO_REALM_INCOMPLETE',
    file: demoFile,
    line: 0,
    key: '',
    message: {
      tr: 'veritabanındaki deneme ortamının dosyaları eksik veya başka bir ortama ait',
      en: 'files of the demo realm in the database are missing or belong to another realm',
    },
    remedy: {
      tr: `Dosyaları yedekten geri getirin; ya da ${folders.data} ve ${certificates} klasörlerini silip yeniden başlatın.`,
      en: `Restore the files from a backup, or remove ${folders.data} and ${certificates} and start again.`,
    },
  };
}
