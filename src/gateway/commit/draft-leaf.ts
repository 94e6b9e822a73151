import { type Agreement } from '../../agreement/agreement.ts';
import { type Official } from '../../identity/official.ts';
import { type GatewayError, PROBLEMS } from '../../shared/problem.ts';
import { isTckn } from '../../shared/tckn.ts';
import { type Partly } from '../exchange-state.ts';
import { type AskedFor, askedFor } from './asked-for.ts';
import { type LeafDraft, type PersonalContent } from './entry.ts';

/** Kept when no agreement says otherwise, e.g. for attempts at agreements that do not exist. */
const KEPT_BY_DEFAULT = 'P10Y';

/** The leaf of an exchange as far as it got: catalogue values and registered ids only. */
export function draftLeaf(state: Partly): LeafDraft {
  const { caller, standing } = state;
  return {
    type: 'disclosure',
    queryId: caller.queryId,
    // A revoked certificate is no proof any more, but it was registered: the attempt is that agency's.
    agency: standing.identities.certificate(caller.certificateFingerprint)?.agencyId ?? null,
    certificate: caller.certificateFingerprint,
    tls: caller.tls,
    proof: state.official === undefined ? null : 'shared-secret',
    ...agreementOf(state.agreement),
    ...operationOf(state.agreed),
    purpose: state.purpose ?? null,
    code: null,
    outcome: null,
    surplus: null,
    count: 1,
    action: null,
    about: null,
  };
}

function agreementOf(
  agreement: Agreement | undefined,
): Pick<LeafDraft, 'agreement' | 'agreementVersion' | 'agreementHash' | 'legalBasis'> {
  if (agreement === undefined) {
    return { agreement: null, agreementVersion: null, agreementHash: null, legalBasis: null };
  }
  const { id, version, hash, legalBasis } = agreement;
  return {
    agreement: id,
    agreementVersion: version,
    agreementHash: hash,
    legalBasis: legalBasis.map((basis) => basis.id),
  };
}

function operationOf(agreed: Partly['agreed']): Pick<LeafDraft, 'operation' | 'provider' | 'mode'> {
  if (agreed === undefined) return { operation: null, provider: null, mode: null };
  const { id, provider } = agreed.operation;
  return { operation: id, provider, mode: 'instant' };
}

/** The leaf of a refused or failed exchange. */
export function draftRefusal(state: Partly, error: GatewayError): LeafDraft {
  const type = PROBLEMS[error.code].kind === 'fault' ? 'failure' : 'refusal';
  return { ...draftLeaf(state), type, code: error.code };
}

/** Who asked about whom, for which case, from where: sealed apart from the leaf. Refusals say what was asked for. */
export function draftPersonal(state: Partly): PersonalContent {
  const { caller, official, agreement, input, caseReference } = state;
  const asked = input === undefined ? askedFor(state) : null;
  return {
    content: {
      address: caller.address,
      official: official === undefined ? null : personOf(official),
      input: input ?? null,
      caseReference: caseReference ?? null,
      asked,
    },
    subject: subjectOf(input ?? asked?.input ?? {}),
    officialId: official?.id ?? null,
    caseReference: caseOf(caseReference, asked),
    retentionClass: 'access',
    keptFor: keptFor(agreement),
  };
}

function caseOf(proven: string | undefined, asked: AskedFor | null): string | null {
  return proven ?? asked?.caseReference ?? null;
}

function personOf({ id, name, unit }: Official): object {
  return { id, name, unit };
}

function keptFor(agreement: Agreement | undefined): string {
  return agreement?.retention.find((rule) => rule.class === 'access-record')?.period ?? KEPT_BY_DEFAULT;
}

/** The person asked about, if the number that was given can be anybody's. */
function subjectOf(input: Readonly<Record<string, string>>): PersonalContent['subject'] {
  const value = Object.values(input).find(isTckn);
  return value === undefined ? null : { type: 'tckn', value };
}
