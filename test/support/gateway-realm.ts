import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { type Activation } from '../../src/agreement/activation.ts';
import { type Agreement } from '../../src/agreement/agreement.ts';
import { demoAgencies } from '../../src/demo/demo-agencies.ts';
import { createDemoOfficials, undertakingVersion } from '../../src/demo/demo-officials.ts';
import { type RegisterChange } from '../../src/gateway/register-change.ts';
import { describeCertificate } from '../../src/identity/certificates/describe-certificate.ts';
import { createRsaKeyPair, type RsaKeyPair } from '../../src/identity/certificates/rsa-key-pair.ts';
import { type IssuedCertificate, signCertificate } from '../../src/identity/certificates/sign-certificate.ts';
import { type SecretHasher } from '../../src/identity/secret-hasher.ts';
import { type AgencyAccess, type DemoAccess } from './demo-access.ts';
import { type AgreementDraft } from './agreement-builder.ts';
import { textOf } from './repository.ts';
import { type Made, sharedFolder } from './shared-folder.ts';

export const AGREEMENT = 'tr-iskur-cgm-2024';
export const OPERATION = 'araci-sorgu';
export const PURPOSE = 'cocuk-isciligi-takip';

/** An intermediary whom the source of the test realm knows, as the source's columns name it. */
export const KNOWN = {
  tckn: '10000000146',
  record: {
    adSoyad: 'Şahin Uydurma',
    unvan: 'Uydurma Tarım Aracılığı',
    izinBaslangicTarihi: '2025-09-01',
    telefon: '+90 500 000 12 34',
    bildirilenIsciSayisi: 37,
    durum: 'gecerli',
  },
} as const;

/** A valid number that the source does not know. */
export const UNKNOWN_TCKN = '17160614084';

/** Certificates of one CA. They share a key, since identity is the certificate, and hold for decades, since clocks are set. */
export interface RealmCertificates {
  readonly ca: IssuedCertificate;
  readonly server: IssuedCertificate;
  readonly agencies: Readonly<Record<'cgm' | 'iskur' | 'other', IssuedCertificate>>;
  /** Of the same CA, and registered by nobody. */
  readonly stranger: IssuedCertificate;
}

const LIFE = { validFrom: Date.UTC(2020, 0, 1), validTo: Date.UTC(2049, 11, 31) };
const LEAF = { name: 'basicConstraints', cA: false, critical: true };
const HOSTS = [
  { type: 2, value: 'localhost' },
  { type: 7, ip: '127.0.0.1' },
];

let read: Promise<RealmCertificates> | undefined;

/** Made once per run. */
export async function realmCertificates(): Promise<RealmCertificates> {
  return (read ??= sharedFolder('certificates', writeCertificates).then(readCertificates));
}

const CERTIFICATES = 'certificates.json';

async function writeCertificates(): Promise<Made> {
  const folder = mkdtempSync(join(tmpdir(), 'gecit-certificates-'));
  const made = makeCertificates(await createRsaKeyPair());
  writeFileSync(join(folder, CERTIFICATES), JSON.stringify(made), { mode: 0o600 });
  return {
    folder,
    [Symbol.asyncDispose]: async () => rm(folder, { recursive: true }),
  };
}

function readCertificates(folder: string): RealmCertificates {
  const text = readFileSync(join(folder, CERTIFICATES), 'utf8');
  const { ca, server, agencies, stranger } = JSON.parse(text) as RealmCertificates;
  const whole = ({ certificate, key }: IssuedCertificate): IssuedCertificate => ({
    ...describeCertificate(certificate),
    certificate,
    key,
  });
  return {
    ca: whole(ca),
    server: whole(server),
    agencies: { cgm: whole(agencies.cgm), iskur: whole(agencies.iskur), other: whole(agencies.other) },
    stranger: whole(stranger),
  };
}

function makeCertificates(keys: RsaKeyPair): RealmCertificates {
  const ca = signCertificate(
    {
      ...LIFE,
      subject: { commonName: 'Test CA', organisation: 'Test' },
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, critical: true },
      ],
    },
    keys,
  );
  const issue = (commonName: string, ...extensions: object[]): IssuedCertificate =>
    signCertificate(
      { ...LIFE, subject: { commonName, organisation: 'Test' }, extensions: [LEAF, ...extensions] },
      keys,
      ca,
    );
  const client = { name: 'extKeyUsage', clientAuth: true };
  return {
    ca,
    server: issue(
      'localhost',
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: HOSTS },
    ),
    agencies: { cgm: issue('cgm', client), iskur: issue('iskur', client), other: issue('other', client) },
    stranger: issue('cgm', client),
  };
}

/** Writes the listener's files and returns the variables that name them. */
export function writeListenerFiles(
  folder: string,
  { ca, server }: RealmCertificates,
): Record<string, string> {
  mkdirSync(folder, { recursive: true });
  const files = { ca: ca.certificate, server: server.certificate, key: server.key };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
  return listenerVariables(folder);
}

function listenerVariables(folder: string): Record<string, string> {
  return {
    GECIT_PARTNER_CERTIFICATE: join(folder, 'server'),
    GECIT_PARTNER_KEY: join(folder, 'key'),
    GECIT_PARTNER_CLIENT_CA: join(folder, 'ca'),
  };
}

/** Writes the shipped agreement into a new folder, changed as a test wants it. */
export function writeAgreement(
  folder: string,
  change: (draft: AgreementDraft) => unknown,
  name = `${AGREEMENT}.yaml`,
): void {
  mkdirSync(folder, { recursive: true });
  const draft = parse(textOf(`protocols/${AGREEMENT}.yaml`)) as AgreementDraft;
  change(draft);
  writeFileSync(join(folder, name), stringify(draft, { aliasDuplicateObjects: false }));
}

/** The agreement's life in the test realm: signed by all on one day. */
export function realmActivation(agreement: Agreement, signedOn: string): Activation {
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

export interface RealmPlan {
  readonly agreement: Agreement;
  readonly hasher: SecretHasher;
  readonly now: number;
  readonly activation: Activation | undefined;
}

/** The people of the demo realm with certificates of our own: what the registers must learn, and what partners hold. */
export function planRealm(
  { agreement, hasher, now, activation }: RealmPlan,
  certificates: RealmCertificates,
): { readonly changes: readonly RegisterChange[]; readonly access: DemoAccess } {
  const signed = now - 30 * 24 * 60 * 60 * 1000;
  const officials = createDemoOfficials(agreement, hasher, { signed, now });
  const agencies = demoAgencies(agreement);
  const changes: RegisterChange[] = [
    ...agencies.map((agency): RegisterChange => ({ kind: 'add-agency', agency })),
    ...agencies.map(({ id }): RegisterChange => {
      const { fingerprint, subject, validTo } = certificates.agencies[id];
      const certificate = { fingerprint, agencyId: id, subject, validTo, revokedAt: null };
      return { kind: 'add-certificate', certificate };
    }),
    ...officials.changes,
  ];
  if (activation !== undefined) changes.push({ kind: 'set-activation', activation });
  const accessOf = ({ certificate, key, fingerprint }: IssuedCertificate): AgencyAccess => ({
    certificate,
    key,
    fingerprint,
  });
  const access = {
    ca: certificates.ca.certificate,
    agencies: {
      cgm: accessOf(certificates.agencies.cgm),
      iskur: accessOf(certificates.agencies.iskur),
      other: accessOf(certificates.agencies.other),
    },
    officials: officials.listed,
    subjects: [
      { tckn: KNOWN.tckn, about: 'licensed, workers reported' },
      { tckn: UNKNOWN_TCKN, about: 'unknown number with a valid checksum' },
    ],
  };
  return { changes, access };
}
