import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { type Agreement } from '../../../src/agreement/agreement.ts';
import { loadAgreements } from '../../../src/agreement/load-agreements.ts';
import { readAgreement } from '../../../src/agreement/read-agreement.ts';

const FILE = 'protocols/tr-iskur-cgm-2024.yaml';
const TEXT = readFileSync(FILE, 'utf8');

function seed(): Agreement {
  const { agreement, faults } = readAgreement(FILE, TEXT);
  expect(faults).toEqual([]);
  if (agreement === undefined) throw new Error('the agreement did not load');
  return agreement;
}

describe('the protocol between İŞKUR and ÇGM', () => {
  test('loads from the folder of agreements', () => {
    expect(loadAgreements('protocols').map((agreement) => agreement.id)).toContain('tr-iskur-cgm-2024');
  });

  test('names id, title, year, language and exactly its two parties [R002-001]', () => {
    const agreement = seed();
    expect([agreement.id, agreement.version, agreement.year, agreement.language]).toEqual([
      'tr-iskur-cgm-2024',
      1,
      2024,
      'tr',
    ]);
    expect(agreement.title.tr).toContain('Protokolü');
    expect(agreement.parties.map((party) => party.id)).toEqual(['cgm', 'iskur']);
  });

  test('names the branches of each party as units [R002-025]', () => {
    for (const party of seed().parties)
      expect(party.units.map((unit) => unit.id)).toContain('tasra-teskilati');
  });

  test('lists the three systems with their owners [R002-003]', () => {
    expect(seed().systems.map(({ id, owner }) => [id, owner])).toEqual([
      ['iskur-bilgi-sistemi', 'iskur'],
      ['e-metip', 'cgm'],
      ['cts', 'cgm'],
    ]);
  });

  test('rests on circular 2017/6 of gazette 30043 [R002-005]', () => {
    expect(seed().legalBasis).toMatchObject([
      {
        id: 'genelge-2017-6',
        kind: 'circular',
        number: '2017/6',
        gazette: { number: '30043', date: '2017-04-19' },
      },
    ]);
  });

  test.each<[term: string, refersTo: string[] | undefined, row: string]>([
    ['ÇSGB', undefined, '[R002-006]'],
    ['ÇGM', ['cgm'], '[R002-007]'],
    ['İŞKUR', ['iskur'], '[R002-008]'],
    ['e-METİP', ['e-metip'], '[R002-009]'],
    ['ÇTS', ['cts'], '[R002-010]'],
    ['Kanun', undefined, '[R002-011]'],
    ['Veri Tabanları', ['iskur-bilgi-sistemi', 'e-metip', 'cts'], '[R002-012]'],
  ])('explains %s and resolves it to %p %s', (term, refersTo) => {
    const entry = seed().glossary.find((one) => one.term === term);
    expect(entry?.means.tr).toBeTruthy();
    expect(entry?.refersTo).toEqual(refersTo);
  });

  test('gives the gazette facts of the Law as the paper prints them [R002-011]', () => {
    const law = seed().glossary.find((entry) => entry.term === 'Kanun');
    expect(law?.means.tr).toContain('24/03/2016');
    expect(law?.means.tr).toContain('29677');
    expect(TEXT).toContain('on which the Law was adopted');
  });

  test('lists the three purposes of the children’s clause and no other [R002-015]', () => {
    expect(seed().purposes.map((purpose) => purpose.id)).toEqual([
      'cocuk-isciligi-takip',
      'okullasma-kontrol',
      'sosyal-hizmet-yonlendirme',
    ]);
  });

  test('has one operation, a look-up by one number that İŞKUR answers for ÇGM [R002-058] [R002-017] [R002-020]', () => {
    expect(seed().operations).toMatchObject([
      {
        id: 'araci-sorgu',
        kind: 'lookup',
        provider: 'iskur',
        consumer: 'cgm',
        system: 'iskur-bilgi-sistemi',
      },
    ]);
  });

  test('has no operation by which a list could be drawn [R002-044]', () => {
    expect(seed().operations.filter((operation) => operation.id !== 'araci-sorgu')).toEqual([]);
  });

  test('has no operation in the direction from ÇGM to İŞKUR [R002-047]', () => {
    expect(
      seed().operations.filter(({ provider, consumer }) => provider === 'cgm' || consumer === 'iskur'),
    ).toEqual([]);
  });

  test('takes one identity number as its only input [R002-059]', () => {
    expect(seed().operations[0]?.input.map(({ id, type }) => [id, type])).toEqual([['tckn', 'tckn']]);
  });

  test('gives exactly the six fields of Ek-1 in their order [R002-004] [R002-066]', () => {
    expect(seed().operations[0]?.output.map((field) => field.id)).toEqual([
      'adSoyad',
      'unvan',
      'izinBaslangicTarihi',
      'telefon',
      'bildirilenIsciSayisi',
      'durum',
    ]);
  });

  test.each([
    ['adSoyad', 'text', 'identity', '[R002-060]'],
    ['unvan', 'text', 'professional', '[R002-061]'],
    ['izinBaslangicTarihi', 'date', 'professional', '[R002-062]'],
    ['telefon', 'text', 'contact', '[R002-063]'],
    ['bildirilenIsciSayisi', 'integer', 'professional', '[R002-064]'],
    ['durum', 'code', 'professional', '[R002-065]'],
  ])('types %s as %s of the category %s %s', (id, type, category) => {
    expect(seed().operations[0]?.output.find((field) => field.id === id)).toMatchObject({ type, category });
  });

  test('lets only the worker count be null, which is never 0 [R002-046]', () => {
    const nullable = seed().operations[0]?.output.filter((field) => field.nullable);
    expect(nullable).toMatchObject([{ id: 'bildirilenIsciSayisi', type: 'integer', minimum: 0 }]);
  });

  test('closes the list of states [R002-065]', () => {
    const field = seed().operations[0]?.output.find((one) => one.id === 'durum');
    expect(field?.type === 'code' ? field.values.map((value) => value.code) : []).toEqual([
      'gecerli',
      'askida',
      'iptal',
      'suresi-doldu',
    ]);
  });

  test('says in both languages why each field is needed [R002-016]', () => {
    const operation = seed().operations[0];
    const fields = [...(operation?.input ?? []), ...(operation?.output ?? [])];
    expect(fields).toHaveLength(7);
    for (const { necessity } of fields)
      expect(Math.min(necessity.tr.length, necessity.en.length)).toBeGreaterThan(20);
  });

  test('allows instant, periodic and annual queries [R002-033]', () => {
    expect(seed().operations[0]?.modes).toEqual(['instant', 'periodic', 'annual']);
  });

  test('sets daily ceilings for agreement, agency and official [R002-031]', () => {
    expect(seed().quotas).toEqual({ agreement: 500, agency: 500, official: 100 });
  });

  test('requires an address list [R002-028]', () => {
    expect(seed().addressRule).toEqual({ required: true, smallestPrefix: { ipv4: 8, ipv6: 32 } });
  });

  test('names each safeguard that the text asks for with its clause [R002-021]', () => {
    expect(seed().safeguards.map(({ id, section }) => `${id} ${section}`)).toEqual([
      'mutual-tls V.B.1',
      'confidentiality V.Ç.4',
      'address-restriction V.Ç.6',
      'person-authority V.Ç.6',
      'person-level-log V.Ç.6',
      'training V.D.1',
    ]);
  });

  test('runs a year, renews tacitly, takes notice a month before [R002-048] [R002-050] [R002-051]', () => {
    expect(seed().term).toEqual({ length: 'P1Y', renewal: 'tacit', notice: 'P1M' });
  });

  test.each([
    ['iskur', 'cgm', ['e-metip', 'cts'], '[R002-034]'],
    ['cgm', 'iskur', ['iskur-bilgi-sistemi'], '[R002-035]'],
  ])(
    'lets %s publish statistics from data of %s only with consent (%p) %s',
    (publisher, dataOwner, systems) => {
      expect(seed().statistics).toContainEqual(
        expect.objectContaining({ publisher, dataOwner, systems, consent: 'required' }),
      );
    },
  );

  test('forbids passing data on [R002-023]', () => {
    expect(seed().onwardSharing).toBe(false);
  });

  test('holds its three annexes as integral parts [R002-055]', () => {
    expect(seed().annexes.map(({ id, content }) => [id, content])).toEqual([
      ['Ek-1', 'field-list'],
      ['Ek-2', 'undertaking'],
      ['Ek-3', 'personnel'],
    ]);
  });

  test('says who undertakes confidentiality towards whom, and which version [R002-067]', () => {
    expect(seed().annexes[1]).toMatchObject({ version: '2024-1', givenBy: 'cgm', givenTo: 'iskur' });
  });

  test('gives a period and its source for every class of records [R002-100]', () => {
    expect(seed().retention.map((rule) => [rule.class, rule.period])).toEqual([
      ['access-record', 'P10Y'],
      ['consumer-copy', 'P1Y'],
      ['destruction-record', 'P3Y'],
    ]);
  });

  test('describes the signed original [R002-056]', () => {
    expect(seed().document).toMatchObject({ pages: 4, articles: 13, originals: 2 });
  });

  test('names no signatory and no date of signature [R002-054]', () => {
    expect(TEXT).not.toMatch(/Mehmet|Samet|GÜNEŞ|BAŞ\b|signed(On|By):/);
  });

  const blocks = Object.keys(parse(TEXT) as object);

  test.each(blocks)('is refused by name without the block %s', (block) => {
    const rest = Object.entries(parse(TEXT) as object).filter(([key]) => key !== block);
    const { agreement, faults } = readAgreement(FILE, stringify(Object.fromEntries(rest)));
    expect(agreement).toBeUndefined();
    expect(faults).toContainEqual(
      expect.objectContaining({ code: 'AGREEMENT_KEY_MISSING', key: block, line: 1 }),
    );
  });
});
