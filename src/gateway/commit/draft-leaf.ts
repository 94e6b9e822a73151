import { type Agreement } from '../../agreement/agreement.ts';
import { type LeafDraft } from '../../audit/leaf.ts';
import { type Official } from '../../identity/official.ts';
import { type GatewayError, PROBLEMS } from '../../shared/problem.ts';
import { isTckn } from '../../shared/tckn.ts';
import { type Partly } from '../exchange-state.ts';
import { type AskedFor, askedFor } from './asked-for.ts';
import { type PersonalContent } from './entry.ts';

/** Kept when no agreement says otherwise, e.g. for attempts at agreements that do not exist. */
const KEPT_BY_DEFAULT = 'P10Y';

/** How an exchange ended. */
type Ending = Pick<LeafDraft, 'type' | 'code' | 'outcome' | 'surplus'>;

const UNDECIDED: Ending = { type: 'disclosure', code: null, outcome: null, surplus: null };

/** The leaf of an exchange as far as it got: catalogue values and registered ids only. */
export function draftLeaf(state: Partly, ending: Ending = UNDECIDED): LeafDraft {
  const { type, code, outcome, surplus } = ending;
  const { caller, standing } = state;
  const { agreement, agreementVersion, agreementHash, legalBasis } = agreementPart(state.agreement);
  const { operation, provider, mode } = operationPart(state.agreed);
  // Written out member by member: an object that is put together of others costs ten times as much.
  return {
    type,
    queryId: caller.queryId,
    // A revoked certificate is no proof any more, but it was registered: the attempt is that agency's.
    agency: standing.identities.certificate(caller.certificateFingerprint)?.agencyId ?? null,
    certificate: caller.certificateFingerprint,
    tls: caller.tls,
    proof: state.official === undefined ? null : 'shared-secret',
    agreement,
    agreementVersion,
    agreementHash,
    operation,
    provider,
    legalBasis,
    purpose: state.purpose ?? null,
    mode,
    code,
    outcome,
    surplus,
    count: 1,
    action: null,
    about: null,
  };
}

type AgreementPart = Pick<LeafDraft, 'agreement' | 'agreementVersion' | 'agreementHash' | 'legalBasis'>;
type OperationPart = Pick<LeafDraft, 'operation' | 'provider' | 'mode'>;

const NO_AGREEMENT: AgreementPart = {
  agreement: null,
  agreementVersion: null,
  agreementHash: null,
  legalBasis: null,
};
const NO_OPERATION: OperationPart = { operation: null, provider: null, mode: null };

const agreementParts = new WeakMap<Agreement, AgreementPart>();

function agreementPart(agreement: Agreement | undefined): AgreementPart {
  if (agreement === undefined) return NO_AGREEMENT;
  const known = agreementParts.get(agreement);
  if (known !== undefined) return known;
  const { id, version, hash } = agreement;
  const legalBasis = agreement.legalBasis.map((basis) => basis.id);
  const part = { agreement: id, agreementVersion: version, agreementHash: hash, legalBasis };
  agreementParts.set(agreement, part);
  return part;
}

function operationPart(agreed: Partly['agreed']): OperationPart {
  if (agreed === undefined) return NO_OPERATION;
  const { id, provider } = agreed.operation;
  return { operation: id, provider, mode: 'instant' };
}

/** The leaf of a refused or failed exchange. */
export function draftRefusal(state: Partly, error: GatewayError): LeafDraft {
  const type = PROBLEMS[error.code].kind === 'fault' ? 'failure' : 'refusal';
  return draftLeaf(state, { type, code: error.code, outcome: null, surplus: null });
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
