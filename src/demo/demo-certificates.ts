import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Agency, type AgencyCertificate } from '../identity/agency.ts';
import { issueAgencyCertificate } from '../identity/certificates/agency-certificate.ts';
import { createAuthority } from '../identity/certificates/authority.ts';
import { toPkcs12 } from '../identity/certificates/pkcs12.ts';
import { issueServerCertificate } from '../identity/certificates/server-certificate.ts';
import { type IssuedCertificate } from '../identity/certificates/sign-certificate.ts';
import { writePrivateFile, writePublicFile } from '../identity/certificates/write-private-file.ts';
import { newSecret } from '../identity/secret-hasher.ts';
import { type Clock } from '../shared/clock.ts';
import { DEMO_AUTHORITY } from '../shared/demo-authority.ts';

const YEARS = 10;
/** Longest life that browsers accept for a server certificate. */
const DAYS = 397;

/** An agency's way into the realm: what the register keeps and what the partner needs. */
export interface DemoAgencyAccess {
  readonly certificate: AgencyCertificate;
  readonly files: { readonly cert: string; readonly key: string; readonly p12: string };
  readonly p12Password: string;
}

/**
 * Makes the authority, the server's certificate and one for each agency, and writes them into the folder, which is new:
 * `ca`, `server` and `<agency>` `.crt` and `.key`, and `<agency>.p12`.
 */
export async function createDemoCertificates(
  folder: string,
  agencies: readonly Agency[],
  clock: Clock,
): Promise<DemoAgencyAccess[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const authority = await createAuthority(DEMO_AUTHORITY, YEARS, clock);
  const names = { organisation: 'Geçit Demo', hosts: ['localhost', '127.0.0.1', '::1'] as const };
  const [, , ...accesses] = await Promise.all([
    writePair(folder, 'ca', authority),
    issueServerCertificate(authority, names, DAYS, clock).then(async (server) =>
      writePair(folder, 'server', server),
    ),
    ...agencies.map(async (agency) => createAccess(folder, authority, agency, clock)),
  ]);
  return accesses;
}

async function createAccess(
  folder: string,
  authority: IssuedCertificate,
  agency: Agency,
  clock: Clock,
): Promise<DemoAgencyAccess> {
  const issued = await issueAgencyCertificate(
    authority,
    { agencyId: agency.id, name: agency.name },
    DAYS,
    clock,
  );
  const pair = await writePair(folder, agency.id, issued);
  const p12 = join(folder, `${agency.id}.p12`);
  const p12Password = newSecret();
  const content = { certificate: issued.certificate, key: issued.key, chain: [authority.certificate] };
  await writePrivateFile(p12, toPkcs12({ ...content, friendlyName: agency.id }, p12Password));
  const { fingerprint, subject, validTo } = issued;
  return {
    certificate: { fingerprint, agencyId: agency.id, subject, validTo, revokedAt: null },
    files: { ...pair, p12 },
    p12Password,
  };
}

async function writePair(
  folder: string,
  name: string,
  issued: IssuedCertificate,
): Promise<{ cert: string; key: string }> {
  const files = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  await writePublicFile(files.cert, issued.certificate);
  await writePrivateFile(files.key, issued.key);
  return files;
}
