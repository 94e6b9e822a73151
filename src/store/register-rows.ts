import { type Activation } from '../agreement/activation.ts';
import { type Agency, type AgencyCertificate } from '../identity/agency.ts';
import { type Authority, type Official } from '../identity/official.ts';
import { type Operator } from '../identity/operator.ts';

/** Rows of the register tables as SQLite gives them. Lists and maps are JSON text. */

export type AgencyRow = Agency;

export interface CertificateRow {
  readonly fingerprint: string;
  readonly agency_id: string;
  readonly subject: string;
  readonly valid_to: number;
  readonly revoked_at: number | null;
}

export interface OfficialRow {
  readonly id: string;
  readonly agency_id: string;
  readonly name: string;
  readonly unit: string;
  readonly client_id: string;
  readonly secret_hash: string;
  readonly allowed_addresses: string;
}

export interface AuthorityRow {
  readonly official_id: string;
  readonly agreement_id: string;
  readonly operations: string;
  readonly purposes: string;
  readonly daily_quota: number;
  readonly valid_from: number;
  readonly valid_until: number;
  readonly undertaking_version: string | null;
  readonly training_valid_until: number | null;
}

export interface ActivationRow {
  readonly agreement_id: string;
  readonly version: number;
  readonly hash: string;
  readonly signed_on: string;
  readonly undertaking_version: string | null;
  readonly undertaking_signed_on: string | null;
  readonly notice_on: string | null;
  readonly terminated_at: number | null;
  readonly suspended_at: number | null;
}

export interface OperatorRow {
  readonly id: string;
  readonly name: string;
  readonly public_key: string;
  readonly added_at: number;
  readonly ended_at: number | null;
}

export function certificateOf(row: CertificateRow): AgencyCertificate {
  return {
    fingerprint: row.fingerprint,
    agencyId: row.agency_id,
    subject: row.subject,
    validTo: row.valid_to,
    revokedAt: row.revoked_at,
  };
}

export function officialOf(row: OfficialRow): Official {
  return {
    id: row.id,
    agencyId: row.agency_id,
    name: row.name,
    unit: row.unit,
    clientId: row.client_id,
    secretHash: row.secret_hash,
    allowedAddresses: JSON.parse(row.allowed_addresses) as string[],
  };
}

export function authorityOf(row: AuthorityRow): Authority {
  return {
    officialId: row.official_id,
    agreementId: row.agreement_id,
    operations: JSON.parse(row.operations) as string[],
    purposes: JSON.parse(row.purposes) as string[],
    dailyQuota: row.daily_quota,
    from: row.valid_from,
    until: row.valid_until,
    undertakingVersion: row.undertaking_version,
    trainingValidUntil: row.training_valid_until,
  };
}

export function activationOf(row: ActivationRow): Activation {
  const { undertaking_version: version, undertaking_signed_on: signedOn } = row;
  return {
    agreementId: row.agreement_id,
    version: row.version,
    hash: row.hash,
    signedOn: JSON.parse(row.signed_on) as Record<string, string>,
    undertaking: version === null || signedOn === null ? null : { version, signedOn },
    noticeOn: row.notice_on,
    terminatedAt: row.terminated_at,
    suspendedAt: row.suspended_at,
  };
}

export function operatorOf(row: OperatorRow): Operator {
  return {
    id: row.id,
    name: row.name,
    publicKey: row.public_key,
    addedAt: row.added_at,
    endedAt: row.ended_at,
  };
}
