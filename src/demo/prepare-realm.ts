import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Activation } from '../agreement/activation.ts';
import { type Agreement } from '../agreement/agreement.ts';
import { type RegisterChange } from '../gateway/register-change.ts';
import { type Agency } from '../identity/agency.ts';
import { writePrivateFile } from '../identity/certificates/write-private-file.ts';
import { type SecretHasher } from '../identity/secret-hasher.ts';
import { type Clock } from '../shared/clock.ts';
import { zonedDay } from '../shared/zoned-day.ts';
import { createRegisterFile } from '../sources/sql/register-file.ts';
import { demoAgencies } from './demo-agencies.ts';
import { type DemoAgencyAccess } from './demo-certificates.ts';
import { type DemoFile, writeDemoFile } from './demo-file.ts';
import { createDemoOfficials, undertakingVersion } from './demo-officials.ts';
import { createDemoRegister } from './demo-register.ts';
import { type DemoFolders, pathInFile, realmPaths } from './realm-paths.ts';

export interface DemoRealmOptions {
  readonly folders: DemoFolders;
  /** SQLite file of the provider's register, absolute; the source's settings name the same. */
  readonly registerFile: string;
  readonly partnerUrl: string;
  readonly agreement: Agreement;
  readonly hasher: SecretHasher;
  readonly clock: Clock;
}

const DAY = 86_400_000;
const SIGNED_DAYS_AGO = 30;

/**
 * Writes every file of a new realm, the demo file under its prepared name and last, and returns what the registers
 * must learn. Nothing of an earlier realm may stand in the way (`removeDemoFiles`).
 */
export async function prepareRealm(options: DemoRealmOptions): Promise<RegisterChange[]> {
  const { folders, agreement, clock } = options;
  const paths = realmPaths(folders);
  const now = clock.now();
  const signed = zonedDay(now - SIGNED_DAYS_AGO * DAY, agreement.timeZone);
  const agencies = demoAgencies(agreement);
  const { createDemoCertificates } = await import('./demo-certificates.ts');
  const accesses = await createDemoCertificates(paths.certificates, agencies, clock);
  const officials = createDemoOfficials(agreement, options.hasher, { signed: signed.start, now });
  const register = createDemoRegister(clock);
  await mkdir(dirname(options.registerFile), { recursive: true, mode: 0o700 });
  createRegisterFile(options.registerFile, register.rows);
  await mkdir(folders.data, { recursive: true, mode: 0o700 });
  const content: DemoFile = {
    partnerUrl: options.partnerUrl,
    agencies: accesses.map((access) => listedAgency(folders, access)),
    officials: officials.listed,
    subjects: [...register.subjects],
  };
  // If the process dies before this file is whole, no register knows the realm yet and the next start makes another.
  await writePrivateFile(paths.preparedFile, writeDemoFile(content));
  await syncFolder(paths.certificates);
  await syncFolder(folders.data);
  return [
    ...agencyChanges(agencies, accesses),
    ...officials.changes,
    { kind: 'set-activation', activation: activationOf(agreement, signed.date) },
  ];
}

/** Waits until the names in a folder are on disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function agencyChanges(agencies: readonly Agency[], accesses: readonly DemoAgencyAccess[]): RegisterChange[] {
  return [
    ...agencies.map((agency): RegisterChange => ({ kind: 'add-agency', agency })),
    ...accesses.map(({ certificate }): RegisterChange => ({ kind: 'add-certificate', certificate })),
  ];
}

function listedAgency(folders: DemoFolders, access: DemoAgencyAccess): DemoFile['agencies'][number] {
  const { cert, key, p12 } = access.files;
  return {
    id: access.certificate.agencyId,
    cert: pathInFile(folders, cert),
    key: pathInFile(folders, key),
    p12: pathInFile(folders, p12),
    p12Password: access.p12Password,
  };
}

function activationOf(agreement: Agreement, signedOn: string): Activation {
  return {
    agreementId: agreement.id,
    version: agreement.version,
    hash: agreement.hash,
    signedOn: Object.fromEntries(agreement.parties.map((party) => [party.id, signedOn])),
    undertaking: { version: undertakingVersion(agreement), signedOn },
    noticeOn: null,
    terminatedAt: null,
    suspendedAt: null,
  };
}
