import { describe, expect, test } from '@jest/globals';
import { readAgreement } from '../../../src/agreement/read-agreement.ts';
import { type Fault } from '../../../src/shared/fault.ts';
import { type AgreementDraft, agreementContent, agreementYaml } from '../../support/agreement-builder.ts';

function faultsAfter(change: (draft: AgreementDraft) => unknown): readonly Fault[] {
  return readAgreement('a.yaml', agreementYaml(change)).faults;
}

function codesAfter(change: (draft: AgreementDraft) => unknown): string[] {
  return faultsAfter(change).map((fault) => `${fault.code} ${fault.key}`);
}

type Spoiling = [rule: string, expected: string, change: (draft: AgreementDraft) => unknown];

const SPOILINGS: Spoiling[] = [
  [
    'a third party [R002-001]',
    'AGREEMENT_PARTY_COUNT parties',
    (d) => d.parties.push({ ...d.parties[0], id: 'gamma' }),
  ],
  ['a party twice', 'AGREEMENT_ID_DUPLICATE parties.1.id', (d) => (d.parties[1] = { ...d.parties[0] })],
  [
    'a unit twice in one party',
    'AGREEMENT_ID_DUPLICATE parties.0.units.1.id',
    (d) =>
      (d.parties[0] = { ...d.parties[0], units: [d.parties[0]?.['units'], d.parties[0]?.['units']].flat() }),
  ],
  ['a term twice', 'AGREEMENT_ID_DUPLICATE glossary.1.term', (d) => d.glossary.push({ ...d.glossary[0] })],
  [
    'a legal basis twice',
    'AGREEMENT_ID_DUPLICATE legalBasis.1.id',
    (d) => d.legalBasis.push({ ...d.legalBasis[0] }),
  ],
  ['a system twice', 'AGREEMENT_ID_DUPLICATE systems.2.id', (d) => d.systems.push({ ...d.systems[0] })],
  ['a purpose twice', 'AGREEMENT_ID_DUPLICATE purposes.2.id', (d) => d.purposes.push({ ...d.purposes[0] })],
  ['an operation twice', 'AGREEMENT_ID_DUPLICATE operations.1.id', (d) => d.operations.push(...d.operations)],
  ['an annex twice', 'AGREEMENT_ID_DUPLICATE annexes.3.id', (d) => d.annexes.push({ ...d.annexes[0] })],
  [
    'an output field twice',
    'AGREEMENT_ID_DUPLICATE operations.0.output.4.id',
    (d) => d.operations[0]?.output.push({ ...d.operations[0].output[0] }),
  ],
  [
    'a second input [R002-059]',
    'AGREEMENT_VALUE_INVALID operations.0.input',
    (d) => d.operations[0]?.input.push({ ...d.operations[0].input[0], id: 'birthDate' }),
  ],
  [
    'a code value twice',
    'AGREEMENT_ID_DUPLICATE operations.0.output.3.values.1.code',
    (d) => setField(d, 3, 'values', [value('valid'), value('valid')]),
  ],
  [
    'a code field without values [R002-065]',
    'AGREEMENT_VALUE_INVALID operations.0.output.3.values',
    (d) => setField(d, 3, 'values', []),
  ],
  [
    'a provider that is also the consumer',
    'AGREEMENT_SAME_PARTY operations.0.consumer',
    (d) => setOperation(d, 'provider', 'alpha'),
  ],
  [
    'a consumer that is no party [R002-002]',
    'AGREEMENT_REFERENCE_UNKNOWN operations.0.consumer',
    (d) => setOperation(d, 'consumer', 'gamma'),
  ],
  [
    'an operation on a system that is not listed [R002-003]',
    'AGREEMENT_REFERENCE_UNKNOWN operations.0.system',
    (d) => setOperation(d, 'system', 'other-register'),
  ],
  [
    "an operation on a system that is not the provider's [R002-003]",
    'AGREEMENT_SYSTEM_NOT_OWNED operations.0.system',
    (d) => setOperation(d, 'system', 'alpha-register'),
  ],
  [
    'a purpose that is not listed [R002-015]',
    'AGREEMENT_REFERENCE_UNKNOWN operations.0.purposes.0',
    (d) => setOperation(d, 'purposes', ['curiosity']),
  ],
  [
    'an annex that is not listed',
    'AGREEMENT_REFERENCE_UNKNOWN operations.0.annex',
    (d) => setOperation(d, 'annex', 'Ek-9'),
  ],
  [
    'an operation that rests on an annex without fields',
    'AGREEMENT_ANNEX_NO_FIELDS operations.0.annex',
    (d) => setOperation(d, 'annex', 'Ek-3'),
  ],
  [
    'a consumer who gave no undertaking [R002-068]',
    'AGREEMENT_UNDERTAKING_ONE_SIDED operations.0.consumer',
    (d) => (d.annexes[1] = { ...d.annexes[1], givenBy: 'beta', givenTo: 'alpha' }),
  ],
  [
    'a list operation [R002-044]',
    'AGREEMENT_VALUE_INVALID operations.0.kind',
    (d) => setOperation(d, 'kind', 'list'),
  ],
  ['a missing annex [R002-055]', 'AGREEMENT_ANNEX_MISSING annexes', (d) => d.annexes.pop()],
  ['a missing retention class', 'AGREEMENT_RETENTION_MISSING retention', (d) => d.retention.shift()],
  ['no legal basis [R002-005]', 'AGREEMENT_VALUE_INVALID legalBasis', (d) => (d.legalBasis = [])],
  ['an id that is not ASCII', 'AGREEMENT_ID_INVALID id', (d) => (d['id'] = 'işkur-çgm')],
  [
    'an id in capitals',
    'AGREEMENT_ID_INVALID purposes.0.id',
    (d) => (d.purposes[0] = { ...d.purposes[0], id: 'A' }),
  ],
  [
    'a field id that is a number',
    'AGREEMENT_ID_INVALID operations.0.output.0.id',
    (d) => setField(d, 0, 'id', '1'),
  ],
  [
    'a field id that every object has',
    'AGREEMENT_ID_INVALID operations.0.output.0.id',
    (d) => setField(d, 0, 'id', 'constructor'),
  ],
  [
    'a field id of the prototype',
    'AGREEMENT_ID_INVALID operations.0.output.0.id',
    (d) => setField(d, 0, 'id', '__proto__'),
  ],
  [
    'a field without a necessity [R002-016]',
    'AGREEMENT_KEY_MISSING operations.0.output.0.necessity',
    (d) => delete d.operations[0]?.output[0]?.['necessity'],
  ],
  [
    'a necessity in one language only [R002-016]',
    'AGREEMENT_KEY_MISSING operations.0.output.0.necessity.en',
    (d) => setField(d, 0, 'necessity', { tr: 'Gerekli' }),
  ],
  [
    'a text field without a bound',
    'AGREEMENT_KEY_MISSING operations.0.output.0.maxLength',
    (d) => delete d.operations[0]?.output[0]?.['maxLength'],
  ],
  [
    "a key of another type's field",
    'AGREEMENT_KEY_UNKNOWN operations.0.output.1.maxLength',
    (d) => setField(d, 1, 'maxLength', 5),
  ],
  [
    'a range without numbers',
    'AGREEMENT_LIMIT_ORDER operations.0.output.2.minimum',
    (d) => setField(d, 2, 'maximum', -1),
  ],
  [
    'a type of field that is not known',
    'AGREEMENT_VALUE_INVALID operations.0.output.0.type',
    (d) => setField(d, 0, 'type', 'any'),
  ],
  [
    'a gazette date that does not exist',
    'AGREEMENT_DATE_INVALID legalBasis.0.gazette.date',
    (d) => (d.legalBasis[0] = { ...d.legalBasis[0], gazette: { number: '1', date: '2024-02-30' } }),
  ],
  ['a period in words', 'AGREEMENT_DURATION_INVALID term.length', (d) => (d.term['length'] = '1 year')],
  ['an empty period', 'AGREEMENT_DURATION_INVALID term.length', (d) => (d.term['length'] = 'P0Y')],
  [
    'a notice as long as the term',
    'AGREEMENT_NOTICE_TOO_LONG term.notice',
    (d) => (d.term['notice'] = 'P12M'),
  ],
  ['a zone that is none', 'AGREEMENT_TIME_ZONE_INVALID timeZone', (d) => (d['timeZone'] = 'Europe/Ankara')],
  ['a zone that is an offset', 'AGREEMENT_TIME_ZONE_INVALID timeZone', (d) => (d['timeZone'] = '+03:00')],
  ['a quota of nothing', 'AGREEMENT_VALUE_INVALID quotas.official', (d) => (d.quotas['official'] = 0)],
  ['a quota with a fraction', 'AGREEMENT_VALUE_INVALID quotas.official', (d) => (d.quotas['official'] = 1.5)],
  [
    "an official's quota above the agency's",
    'AGREEMENT_LIMIT_ORDER quotas.official',
    (d) => (d.quotas['official'] = 401),
  ],
  [
    "an agency's quota above the agreement's",
    'AGREEMENT_LIMIT_ORDER quotas.agency',
    (d) => (d.quotas['agency'] = 501),
  ],
  ['onward sharing [R002-023]', 'AGREEMENT_VALUE_INVALID onwardSharing', (d) => (d['onwardSharing'] = true)],
  [
    'an address rule that is not required [R002-028]',
    'AGREEMENT_VALUE_INVALID addressRule.required',
    (d) => (d['addressRule'] = { required: false, smallestPrefix: { ipv4: 8, ipv6: 32 } }),
  ],
  [
    'an address rule that lets in the whole internet [R002-028]',
    'AGREEMENT_VALUE_INVALID addressRule.smallestPrefix.ipv4',
    (d) => (d['addressRule'] = { required: true, smallestPrefix: { ipv4: 0, ipv6: 32 } }),
  ],
  [
    "statistics from systems that are not the data owner's",
    'AGREEMENT_SYSTEM_NOT_OWNED statistics.0.systems.0',
    (d) => (d.statistics[0] = { ...d.statistics[0], systems: ['alpha-register'] }),
  ],
  [
    'an abbreviation for something that is not declared',
    'AGREEMENT_REFERENCE_UNKNOWN glossary.0.refersTo.0',
    (d) => (d.glossary[0] = { ...d.glossary[0], refersTo: ['nobody'] }),
  ],
  [
    'dots that wait to be filled in [R002-112]',
    'AGREEMENT_PLACEHOLDER title.tr',
    (d) => (d['title'] = two('..... ile')),
  ],
  ['a form field that was left', 'AGREEMENT_PLACEHOLDER title.tr', (d) => (d['title'] = two('[@kurum] ile'))],
  ['text without an end', 'AGREEMENT_VALUE_INVALID title.tr', (d) => (d['title'] = two('x'.repeat(601)))],
  ['empty text', 'AGREEMENT_VALUE_INVALID title.tr', (d) => (d['title'] = two(''))],
  ['text with a control character', 'AGREEMENT_TEXT_INVALID title.tr', (d) => (d['title'] = two('a\u0000b'))],
  ['half a character', 'AGREEMENT_TEXT_INVALID title.tr', (d) => (d['title'] = two('a\ud800b'))],
  ['decomposed text', 'AGREEMENT_TEXT_INVALID title.tr', (d) => (d['title'] = two('I\u0307ŞKUR'))],
  ['a profile that is not known', 'AGREEMENT_VALUE_INVALID profile', (d) => (d['profile'] = 'none')],
  ['an unknown key at the top', 'AGREEMENT_KEY_UNKNOWN superuser', (d) => (d['superuser'] = true)],
  [
    'an unknown key far down',
    'AGREEMENT_KEY_UNKNOWN operations.0.output.3.values.0.hidden',
    (d) => setField(d, 3, 'values', [{ ...value('valid'), hidden: 1 }]),
  ],
  ['a list where a block belongs', 'AGREEMENT_VALUE_INVALID quotas', (d) => Object.assign(d, { quotas: [] })],
  ['a key without a value', 'AGREEMENT_VALUE_INVALID term', (d) => Object.assign(d, { term: null })],
];

function two(tr: string): { tr: string; en: string } {
  return { tr, en: 'fine' };
}

function value(code: string): { code: string; label: { tr: string; en: string } } {
  return { code, label: two('Geçerli') };
}

function setOperation(draft: AgreementDraft, key: string, to: unknown): unknown {
  return Object.assign(draft.operations[0] ?? {}, { [key]: to });
}

function setField(draft: AgreementDraft, index: number, key: string, to: unknown): unknown {
  const field = draft.operations[0]?.output[index] ?? {};
  return Object.defineProperty(field, key, {
    value: to,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

describe('reading an agreement file', () => {
  test('accepts a valid file and gives its content with its hash', () => {
    const { agreement, faults } = readAgreement('a.yaml', agreementYaml());
    expect(faults).toEqual([]);
    expect(agreement).toEqual({
      ...agreementContent(),
      hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as unknown,
    });
  });

  test('freezes the agreement to its leaves', () => {
    const { agreement } = readAgreement('a.yaml', agreementYaml());
    const unfrozen: unknown[] = [];
    const walk = (part: unknown): void => {
      if (typeof part !== 'object' || part === null) return;
      if (!Object.isFrozen(part)) unfrozen.push(part);
      Object.values(part).forEach(walk);
    };
    expect(agreement).toBeDefined();
    walk(agreement);
    expect(unfrozen).toEqual([]);
  });

  test.each(SPOILINGS)('refuses %s', (_rule, expected, change) => {
    expect(codesAfter(change)).toContain(expected);
    expect(readAgreement('a.yaml', agreementYaml(change)).agreement).toBeUndefined();
  });

  test('reports faults of syntax, schema and references together, in order of line', () => {
    const text = agreementYaml((draft) => {
      draft['title'] = { tr: '.....', en: 'fine', de: 'unbekannt' };
      draft.quotas['official'] = 9_999;
      draft.term['notice'] = 'a month';
      draft.operations[0]?.output.push({ id: 'fullName', type: 'text' });
      setOperation(draft, 'system', 'nowhere');
      draft.annexes.pop();
      draft.retention = undefined as never;
    }).replace('language: tr', 'language: tr\nlanguage: en');
    const faults = readAgreement('a.yaml', text).faults;
    expect(faults.map((fault) => `${fault.code} ${fault.key}`)).toEqual(
      expect.arrayContaining([
        'YAML_INVALID ',
        'AGREEMENT_PLACEHOLDER title.tr',
        'AGREEMENT_KEY_UNKNOWN title.de',
        'AGREEMENT_LIMIT_ORDER quotas.official',
        'AGREEMENT_DURATION_INVALID term.notice',
        'AGREEMENT_ID_DUPLICATE operations.0.output.4.id',
        'AGREEMENT_KEY_MISSING operations.0.output.4.maxLength',
        'AGREEMENT_KEY_MISSING operations.0.output.4.label',
        'AGREEMENT_REFERENCE_UNKNOWN operations.0.system',
        'AGREEMENT_ANNEX_MISSING annexes',
        'AGREEMENT_KEY_MISSING retention',
      ]),
    );
    const lines = faults.map((fault) => fault.line);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
  });

  test('gives every fault its file, line, key and two sentences with a remedy', () => {
    const text = agreementYaml((draft) => (draft.quotas['agency'] = 'many'));
    const [fault, ...others] = readAgreement('folder/a.yaml', text).faults;
    expect(others).toEqual([]);
    expect(fault).toEqual({
      code: 'AGREEMENT_VALUE_INVALID',
      file: 'folder/a.yaml',
      line: text.split('\n').findIndex((line) => line.includes('agency: many')) + 1,
      key: 'quotas.agency',
      message: { tr: 'sayı bekleniyor', en: 'expected a number' },
      remedy: { tr: 'Değeri beklenen biçime getirin.', en: 'Bring the value into the expected form.' },
    });
  });

  test.each([
    ['nothing', ''],
    ['a list', '- id: a'],
    ['a word', 'agreement'],
    ['an open bracket', 'id: ['],
  ])('refuses a file that holds %s', (_what, text) => {
    const { agreement, faults } = readAgreement('a.yaml', text);
    expect(agreement).toBeUndefined();
    expect(faults.length).toBeGreaterThan(0);
  });

  test('does not call mentions wrong when the block that they mention is missing', () => {
    const codes = codesAfter((draft) => delete (draft as Record<string, unknown>)['systems']);
    expect(codes).toEqual(['AGREEMENT_KEY_MISSING systems']);
  });
});
