import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Agreement } from '../../../src/agreement/agreement.ts';
import { type RegisterChange } from '../../../src/gateway/register-change.ts';
import { type SecretHasher } from '../../../src/identity/secret-hasher.ts';
import { readSettings } from '../../../src/settings/read-settings.ts';
import { type Settings } from '../../../src/settings/settings.ts';
import { type AgreementDraft } from '../agreement-builder.ts';
import { type DemoAccess } from '../demo-access.ts';
import {
  AGREEMENT,
  OPERATION,
  planRealm,
  realmActivation,
  realmCertificates,
  writeAgreement,
  writeListenerFiles,
} from '../gateway-realm.ts';
import { ROOT } from '../repository.ts';

/** The agreement that ends in the year because notice of it was given. */
export const ENDING = 'tr-iskur-cgm-2024-ek';
/** Both agreements were signed on this day, so that their year ends with the same day of the next one. */
export const SIGNED_ON = '2025-10-15';
/** How long the records of queries are kept: their months are destroyed in the year itself. */
export const KEPT_FOR = 'P2M';
/** Id of the source in the settings file. */
export const SOURCE = 'iskur-araci-kayit';

const MANY = 1_000_000;
const YEARS = 4 * 365 * 86_400_000;

/** Settings of a node in a folder of its own, with both agreements. @param name first part of its origins */
export async function yearSettings(name: string): Promise<Settings> {
  const folder = mkdtempSync(join(tmpdir(), 'gecit-year-'));
  const protocols = join(folder, 'protocols');
  writeAgreement(protocols, loosened);
  writeAgreement(
    protocols,
    (draft) => {
      loosened(Object.assign(draft, { id: ENDING }));
    },
    `${ENDING}.yaml`,
  );
  const certificates = await realmCertificates();
  const settings = readSettings(
    {
      ...writeListenerFiles(join(folder, 'certs'), certificates),
      GECIT_REALM: 'test',
      GECIT_GATEWAY_NAME: name,
      GECIT_DATA_DIR: join(folder, 'data'),
      GECIT_CERTS_DIR: join(folder, 'certs'),
      GECIT_LOGS_DIR: join(folder, 'logs'),
      GECIT_PROTOCOLS_DIR: protocols,
      GECIT_OPERATOR_KEY: join(folder, 'operator.key'),
      GECIT_PARTNER_PORT: '0',
      GECIT_OPS_PORT: '0',
    },
    ROOT,
  );
  return {
    ...settings,
    tokenSeconds: 2 * 86_400,
    burst: { size: MANY, perSecond: MANY },
    evidence: { ...settings.evidence, checkpointSeconds: 0 },
    witness: {
      ...settings.witness,
      ...clientFiles(folder, certificates.agencies.iskur),
      pushSeconds: 86_400,
    },
    sources: settings.sources
      .filter((source) => source.kind === 'sql')
      .map((source) => ({
        ...source,
        operations: [...source.operations, { agreement: ENDING, operation: OPERATION, query: 'unused' }],
      })),
  };
}

/** The node shows itself to its witness as an agency that the witness knows. */
function clientFiles(
  folder: string,
  { certificate, key }: { readonly certificate: string; readonly key: string },
): Pick<Settings['witness'], 'certificate' | 'key'> {
  const files = { certificate: join(folder, 'client.crt'), key: join(folder, 'client.key') };
  writeFileSync(files.certificate, certificate);
  writeFileSync(files.key, key, { mode: 0o600 });
  return files;
}

function loosened(draft: AgreementDraft): void {
  for (const rule of draft.retention as { class: string; period: string }[])
    if (rule.class === 'access-record') rule.period = KEPT_FOR;
  Object.assign(draft.quotas, { agreement: MANY, agency: MANY, official: MANY });
}

/** What the registers of a node must learn: its partners, and officials who may ask under both agreements all year. */
export async function yearRealm(
  agreements: readonly Agreement[],
  { hasher, now }: { readonly hasher: SecretHasher; readonly now: number },
): Promise<{ readonly changes: readonly RegisterChange[]; readonly access: DemoAccess }> {
  const agreement = agreementOf(agreements, AGREEMENT);
  const plan = { agreement, hasher, now, activation: realmActivation(agreement, SIGNED_ON) };
  const { changes, access } = planRealm(plan, await realmCertificates());
  const ending = realmActivation(agreementOf(agreements, ENDING), SIGNED_ON);
  return {
    changes: [...changes.flatMap(underBoth), { kind: 'set-activation', activation: ending }],
    access,
  };
}

export function agreementOf(agreements: readonly Agreement[], id: string): Agreement {
  const found = agreements.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no agreement ${id}`);
  return found;
}

function underBoth(change: RegisterChange): RegisterChange[] {
  if (change.kind !== 'add-authority') return [change];
  const { from, until, trainingValidUntil } = change.authority;
  const authority = {
    ...change.authority,
    dailyQuota: MANY,
    until: until < from + 90 * 86_400_000 ? until : until + YEARS,
    trainingValidUntil: trainingValidUntil === null ? null : trainingValidUntil + YEARS,
  };
  return [AGREEMENT, ENDING].map((agreementId) => ({
    kind: 'add-authority',
    authority: { ...authority, agreementId },
  }));
}
