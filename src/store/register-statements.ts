import { type RegisterChange } from '../gateway/register-change.ts';
import { planHash } from '../privacy/destruction/plan.ts';
import { canonicalJson } from '../shared/canonical-json.ts';

type Kind = RegisterChange['kind'];

/** Values by the names that the statements use. */
export type RegisterValues = Readonly<Record<string, string | number | null>>;

/**
 * The statements of each change, for every engine: the first one that changes a row is the change, and where none does it
 * hits nothing. An update stands before the insert that it saves.
 */
export const STATEMENTS: Readonly<Record<Kind, readonly string[]>> = {
  'add-agency': ['INSERT INTO agency (id, name) VALUES (:id, :name)'],
  'add-certificate': [
    `INSERT INTO agency_certificate (fingerprint, agency_id, subject, valid_to, revoked_at)
     VALUES (:fingerprint, :agencyId, :subject, :validTo, :revokedAt)`,
  ],
  'revoke-certificate': [
    'UPDATE agency_certificate SET revoked_at = :at WHERE fingerprint = :fingerprint AND revoked_at IS NULL',
  ],
  'add-official': [
    `INSERT INTO official (id, agency_id, name, unit, client_id, secret_hash, allowed_addresses)
     VALUES (:id, :agencyId, :name, :unit, :clientId, :secretHash, :allowedAddresses)`,
  ],
  'add-authority': [
    `INSERT INTO authority (official_id, agreement_id, operations, purposes, daily_quota, valid_from, valid_until,
       undertaking_version, training_valid_until)
     VALUES (:officialId, :agreementId, :operations, :purposes, :dailyQuota, :from, :until, :undertakingVersion,
       :trainingValidUntil)`,
  ],
  'end-authority': [
    `UPDATE authority SET valid_until = :at
     WHERE official_id = :officialId AND agreement_id = :agreementId AND valid_until > :at`,
  ],
  'set-activation': [
    `UPDATE agreement_activation SET version = :version, hash = :hash, signed_on = :signedOn,
       undertaking_version = :undertakingVersion, undertaking_signed_on = :undertakingSignedOn, notice_on = :noticeOn,
       terminated_at = :terminatedAt, suspended_at = :suspendedAt
     WHERE agreement_id = :agreementId`,
    `INSERT INTO agreement_activation (agreement_id, version, hash, signed_on, undertaking_version,
       undertaking_signed_on, notice_on, terminated_at, suspended_at)
     VALUES (:agreementId, :version, :hash, :signedOn, :undertakingVersion, :undertakingSignedOn, :noticeOn,
       :terminatedAt, :suspendedAt)`,
  ],
  'lower-limit': [
    'UPDATE quota_limit SET answers = :limit WHERE scope = :scope',
    'INSERT INTO quota_limit (scope, answers) VALUES (:scope, :limit)',
  ],
  'restore-limit': ['DELETE FROM quota_limit WHERE scope = :scope'],
  'add-operator': [
    `INSERT INTO operator (id, name, public_key, added_at, ended_at)
     VALUES (:id, :name, :publicKey, :addedAt, :endedAt)`,
  ],
  'end-operator': ['UPDATE operator SET ended_at = :at WHERE id = :operatorId AND ended_at IS NULL'],
  'place-hold': [
    `INSERT INTO legal_hold (id, kid, from_month, to_month, record, placed_at)
     VALUES (:id, :kid, :fromMonth, :toMonth, :record, :placedAt)`,
  ],
  'lift-hold': ['UPDATE legal_hold SET lifted_at = :at WHERE id = :holdId AND lifted_at IS NULL'],
  'add-plan': [
    'INSERT INTO destruction_plan (id, hash, "plan", made_at) VALUES (:planId, :hash, :plan, :madeAt)',
  ],
  'approve-plan': [
    `INSERT INTO destruction_approval ("plan", operator, public_key, statement, signature)
     VALUES (:planId, :operator, :publicKey, :statement, :signature)`,
  ],
  'destroy-kid': [
    `INSERT INTO destroyed_kid (kid, "plan", day, record)
     SELECT :kid, :planId, :day, :record WHERE :again = 1 OR 2 <= (
       SELECT COUNT(*) FROM destruction_approval a JOIN operator o ON o.id = a.operator
       WHERE a."plan" = :planId AND o.ended_at IS NULL)`,
  ],
};

/** Makes whoever keeps the registers in memory read them anew. */
export const BUMP = 'UPDATE register_version SET version = version + 1';

/** Whether the change can be told to a database at all. */
export function isPossible(change: RegisterChange): boolean {
  return change.kind !== 'lower-limit' || (Number.isSafeInteger(change.limit) && change.limit >= 0);
}

/** Values that a statement does not name are ignored. */
export function valuesOf(change: RegisterChange): RegisterValues {
  if ('activation' in change) return activationValues(change.activation);
  if ('official' in change) {
    return { ...change.official, allowedAddresses: JSON.stringify(change.official.allowedAddresses) };
  }
  if ('authority' in change) {
    const { operations, purposes } = change.authority;
    return {
      ...change.authority,
      operations: JSON.stringify(operations),
      purposes: JSON.stringify(purposes),
    };
  }
  if ('agency' in change) return { ...change.agency };
  if ('certificate' in change) return { ...change.certificate };
  if ('operator' in change) return { ...change.operator };
  return destructionValues(change);
}

type Remaining = Exclude<
  RegisterChange,
  { activation: unknown } | { official: unknown } | { authority: unknown } | { agency: unknown }
  | { certificate: unknown } | { operator: unknown }
>; // prettier-ignore

function destructionValues(change: Remaining): RegisterValues {
  if (change.kind === 'place-hold') {
    const { scope, ...hold } = change.hold;
    return { kid: null, fromMonth: null, toMonth: null, ...hold, ...scope };
  }
  if (change.kind === 'add-plan') {
    const { plan } = change;
    const madeAt = Date.parse(plan.madeAt);
    return { planId: plan.id, hash: planHash(plan), plan: canonicalJson(plan), madeAt };
  }
  if (change.kind === 'approve-plan') {
    const { planId, approval } = change;
    return { ...approval, planId, statement: canonicalJson(approval.statement) };
  }
  if (change.kind === 'destroy-kid') return { ...change, again: change.again ? 1 : 0 };
  return change;
}

function activationValues({
  undertaking,
  signedOn,
  ...rest
}: Extract<RegisterChange, { kind: 'set-activation' }>['activation']): RegisterValues {
  return {
    ...rest,
    signedOn: JSON.stringify(signedOn),
    undertakingVersion: undertaking?.version ?? null,
    undertakingSignedOn: undertaking?.signedOn ?? null,
  };
}
