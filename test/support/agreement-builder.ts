import { stringify } from 'yaml';
import { type Activation } from '../../src/agreement/activation.ts';
import { agreementHash } from '../../src/agreement/agreement-hash.ts';
import { type Agreement } from '../../src/agreement/agreement.ts';

/** What an agreement file states: the agreement without its hash. */
export type AgreementContent = Omit<Agreement, 'hash'>;

/** A valid agreement between `alpha` (consumer) and `beta` (provider) with every type of field. Fictional. */
export function agreementContent(overrides: Partial<AgreementContent> = {}): AgreementContent {
  return { ...structuredClone(VALID), ...overrides };
}

/** The agreement as the loader gives it; `hash` follows the content unless it is overridden. */
export function anAgreement(overrides: Partial<Agreement> = {}): Agreement {
  const { hash, ...rest } = overrides;
  const content = agreementContent(rest);
  return { ...content, hash: hash ?? agreementHash(content) };
}

/** The text of a valid agreement file. `change` may put anything into a draft, wrong things too. */
export function agreementYaml(change: (draft: AgreementDraft) => unknown = () => undefined): string {
  const draft = agreementContent() as unknown as AgreementDraft;
  change(draft);
  return stringify(draft, { aliasDuplicateObjects: false });
}

/** Content that a test may spoil. */
export type AgreementDraft = Record<string, unknown> & {
  parties: Draft[];
  glossary: Draft[];
  legalBasis: Draft[];
  systems: Draft[];
  purposes: Draft[];
  operations: (Draft & { input: Draft[]; output: Draft[]; purposes: unknown[] })[];
  quotas: Draft;
  term: Draft;
  statistics: Draft[];
  annexes: Draft[];
  retention: Draft[];
};
type Draft = Record<string, unknown>;

/** An activation that puts the agreement in force from 2024-03-15, never suspended, noticed or ended. */
export function anActivation(agreement: Agreement, overrides: Partial<Activation> = {}): Activation {
  const undertaking = agreement.annexes.find((annex) => annex.content === 'undertaking')?.version;
  return {
    agreementId: agreement.id,
    version: agreement.version,
    hash: agreement.hash,
    signedOn: Object.fromEntries(agreement.parties.map((party) => [party.id, '2024-03-15'])),
    undertaking: undertaking === undefined ? null : { version: undertaking, signedOn: '2024-03-15' },
    noticeOn: null,
    terminatedAt: null,
    suspendedAt: null,
    ...overrides,
  };
}

function both(text: string): { readonly tr: string; readonly en: string } {
  return { tr: `${text} (tr)`, en: `${text} (en)` };
}

const VALID: AgreementContent = {
  id: 'alpha-beta-2024',
  version: 1,
  title: both('Data sharing'),
  scope: both('Farm permits'),
  year: 2024,
  language: 'tr',
  profile: 'tr-kvkk',
  timeZone: 'Europe/Istanbul',
  parties: [
    { id: 'alpha', name: both('Alpha'), role: 'controller', units: [{ id: 'alpha-it', name: both('IT') }] },
    { id: 'beta', name: both('Beta'), role: 'controller', units: [{ id: 'beta-it', name: both('IT') }] },
  ],
  glossary: [{ term: 'BETA', means: both('Beta agency'), refersTo: ['beta'], section: 'IV.1' }],
  legalBasis: [
    {
      id: 'circular-2017-6',
      kind: 'circular',
      title: both('Circular'),
      number: '2017/6',
      gazette: { number: '30043', date: '2017-04-19' },
      section: 'III',
    },
  ],
  systems: [
    { id: 'beta-register', owner: 'beta', name: both('Beta register') },
    { id: 'alpha-register', owner: 'alpha', name: both('Alpha register') },
  ],
  purposes: [
    { id: 'permit-check', name: both('Permit check'), section: 'V.C.1' },
    { id: 'child-protection', name: both('Child protection'), section: 'V.C.1' },
  ],
  operations: [
    {
      id: 'permit-lookup',
      kind: 'lookup',
      name: both('Permit look-up'),
      annex: 'Ek-1',
      provider: 'beta',
      consumer: 'alpha',
      system: 'beta-register',
      modes: ['instant'],
      purposes: ['permit-check', 'child-protection'],
      input: [{ id: 'tckn', type: 'tckn', label: both('Identity number'), necessity: both('Finds the person') }],
      output: [
        {
          id: 'fullName', type: 'text', maxLength: 200, nullable: false, category: 'identity',
          label: both('Name'), necessity: both('Confirms the person'),
        },
        {
          id: 'permitFrom', type: 'date', nullable: false, category: 'professional',
          label: both('Permit from'), necessity: both('Shows the period'),
        },
        {
          id: 'workers', type: 'integer', minimum: 0, maximum: 100_000, nullable: true, category: 'professional',
          label: both('Workers'), necessity: both('Sizes the visit'),
        },
        {
          id: 'status', type: 'code', nullable: false, category: 'professional',
          values: [
            { code: 'valid', label: both('Valid') },
            { code: 'ended', label: both('Ended') },
          ],
          label: both('Status'), necessity: both('Tells whether the permit stands'),
        },
      ],
    },
  ],
  quotas: { agreement: 500, agency: 400, official: 100 },
  addressRule: { required: true, smallestPrefix: { ipv4: 8, ipv6: 32 } },
  safeguards: [{ id: 'mutual-tls', section: 'V.B.1' }],
  term: { length: 'P1Y', renewal: 'tacit', notice: 'P1M' },
  statistics: [
    { publisher: 'alpha', dataOwner: 'beta', systems: ['beta-register'], consent: 'required', section: 'V.Ç.10' },
  ],
  onwardSharing: false,
  annexes: [
    { id: 'Ek-1', content: 'field-list', title: both('Shared data') },
    {
      id: 'Ek-2', content: 'undertaking', title: both('Undertaking'), version: '2024-1',
      givenBy: 'alpha', givenTo: 'beta',
    },
    { id: 'Ek-3', content: 'personnel', title: both('Personnel') },
  ],
  retention: [
    { class: 'access-record', period: 'P10Y', source: both('Limitation') },
    { class: 'consumer-copy', period: 'P1Y', source: both('Parties') },
    { class: 'destruction-record', period: 'P3Y', source: both('Regulation') },
  ],
  document: { pages: 4, articles: 13, originals: 2, section: 'Yürürlük 3' },
}; // prettier-ignore
