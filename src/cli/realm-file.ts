import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { UsageError } from './command-error.ts';
import { type PartnerConnection } from './partner-client.ts';

const realmSchema = z.looseObject({
  partnerUrl: z.string(),
  agencies: z.array(z.looseObject({ id: z.string(), cert: z.string(), key: z.string() })),
  officials: z
    .array(
      z.looseObject({
        agency: z.string(),
        clientId: z.string(),
        clientSecret: z.string(),
        allowedAddresses: z.array(z.string()),
        dailyQuota: z.number(),
        about: z.string(),
      }),
    )
    .min(1),
  subjects: z.array(z.looseObject({ tckn: z.string(), about: z.string() })).min(1),
});

/** What a partner reads in `data/demo.json`. */
export type Realm = z.infer<typeof realmSchema>;

export type RealmOfficial = Realm['officials'][number];

/** Relative paths in the file stand on the folder of package.json, two folders above this file. */
const PROJECT_ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** @throws UsageError when there is no demo realm */
export function readRealm(dataFolder: string): Realm {
  try {
    return realmSchema.parse(JSON.parse(readFileSync(join(dataFolder, 'demo.json'), 'utf8')));
  } catch {
    throw new UsageError(NO_REALM);
  }
}

/** How an agency of the realm reaches its gateway. */
export function realmConnection(realm: Realm, agencyId: string): PartnerConnection {
  const files = agencyFiles(realm, agencyId);
  return {
    url: realm.partnerUrl,
    ca: readPemFile(files.authority),
    certificate: readPemFile(files.certificate),
    key: readPemFile(files.key),
  };
}

/** The authority that signed the certificates of the realm, with its key. */
export function realmAuthority(realm: Realm, agencyId: string): { certificate: string; key: string } {
  const { authority, authorityKey } = agencyFiles(realm, agencyId);
  return { certificate: readPemFile(authority), key: readPemFile(authorityKey) };
}

/** The authority's files stand beside those of its agencies. */
function agencyFiles(
  realm: Realm,
  agencyId: string,
): Record<'certificate' | 'key' | 'authority' | 'authorityKey', string> {
  const agency = realm.agencies.find(({ id }) => id === agencyId);
  if (agency === undefined) throw new UsageError(NO_REALM);
  const certificate = resolve(PROJECT_ROOT, agency.cert);
  const folder = dirname(certificate);
  return {
    certificate,
    key: resolve(PROJECT_ROOT, agency.key),
    authority: join(folder, 'ca.crt'),
    authorityKey: join(folder, 'ca.key'),
  };
}

/** @throws UsageError that names the file when it cannot be read */
export function readPemFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError({
      tr: `${file} okunamıyor. Dosyanın yerini ve iznini denetleyin.`,
      en: `${file} cannot be read. Check its place and permission.`,
    });
  }
}

const NO_REALM = {
  tr: 'Deneme ortamı bulunamadı (demo.json yok ya da okunamıyor). Önce npm start çalıştırın.',
  en: 'There is no demo realm (demo.json is missing or cannot be read). Run npm start first.',
};
