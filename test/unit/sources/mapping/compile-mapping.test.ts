import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type IntegerForm } from '../../../../src/shared/field-conversions.ts';
import { checkMapping } from '../../../../src/sources/mapping/check-mapping.ts';
import { compileMapping } from '../../../../src/sources/mapping/compile-mapping.ts';
import { mappingFault } from '../../../../src/sources/mapping/mapping-faults.ts';
import { MappingMismatch } from '../../../../src/sources/mapping/mapping-mismatch.ts';
import { type FieldMapping, type FieldMappings } from '../../../../src/sources/mapping/mapping-settings.ts';
import { rowNotation } from '../../../../src/sources/mapping/row-notation.ts';
import { lookupOperation } from '../../../support/source-document.ts';

type Row = Readonly<Record<string, unknown>>;

const OPERATION = lookupOperation();
const INPUT = { tckn: '10000000146' };
const FIELDS: FieldMappings = {
  adSoyad: { from: 'AD_SOYAD', trim: true },
  unvan: { from: 'UNVAN' },
  izinBaslangicTarihi: { from: 'IZIN_TARIHI', date: 'dd.MM.yyyy' },
  telefon: { from: 'TEL' },
  bildirilenIsciSayisi: { from: 'ISCI', trim: true, integer: 'turkish', nullIf: ['', '-', '-1'], optional: true },
  durum: { from: 'DURUM', codes: { '1': 'gecerli', A: 'askida', true: 'iptal' } },
}; // prettier-ignore
const ROW = {
  AD_SOYAD: 'Işıl Öğüt   ', UNVAN: 'Öğüt', IZIN_TARIHI: '01.03.2026', TEL: '0322', ISCI: ' 1.234 ', DURUM: 'A',
}; // prettier-ignore

function mapOne(row: Row, fields: FieldMappings = FIELDS): Readonly<Record<string, unknown>> {
  const { records } = compileMapping({ fields }, rowNotation(true), 'Europe/Istanbul').map([row], INPUT);
  return records[0] ?? {};
}

function faultOf(row: Row, fields: FieldMappings = FIELDS): string {
  try {
    mapOne(row, fields);
    return 'none';
  } catch (thrown) {
    if (!(thrown instanceof MappingMismatch)) throw thrown;
    return thrown.message;
  }
}

function findings(change: Record<string, FieldMapping | undefined>, textOnly = true): string[] {
  const fields = { ...FIELDS, ...change };
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const found = checkMapping(OPERATION, { fields: given as FieldMappings }, rowNotation(textOnly));
  return found.map(({ field, finding }) => `${field}: ${finding}`);
}

describe('a mapping', () => {
  test('makes the agreed fields, and counts what it drops', () => {
    const mapping = compileMapping({ fields: FIELDS }, rowNotation(true), 'Europe/Istanbul');
    expect(mapping.map([{ ...ROW, IBAN: 'TR…', ADRES: '…' }], INPUT)).toEqual({
      records: [
        {
          adSoyad: 'Işıl Öğüt',
          unvan: 'Öğüt',
          izinBaslangicTarihi: '2026-03-01',
          telefon: '0322',
          bildirilenIsciSayisi: 1234,
          durum: 'askida',
        },
      ],
      dropped: 2,
    });
    expect(mapping.map([], INPUT)).toEqual({ records: [], dropped: 0 });
    expect(() => mapping.map([ROW, ROW], INPUT)).toThrow('mapping: more-than-one-record');
  });

  test.each([
    ['a code that the list does not hold', { DURUM: 'X' }, 'durum: code'],
    ['a code in another case', { DURUM: 'a' }, 'durum: code'],
    ['a member that every object has', { DURUM: 'constructor' }, 'durum: code'],
    ['a code that is no code', { DURUM: ['A'] }, 'durum: code'],
    ['a day that is none', { IZIN_TARIHI: '31.02.2026' }, 'izinBaslangicTarihi: date'],
    ['a day as a number', { IZIN_TARIHI: 20260301 }, 'izinBaslangicTarihi: date'],
    ['points that group by two', { ISCI: '1.23' }, 'bildirilenIsciSayisi: integer'],
    ['a fraction', { ISCI: '1,5' }, 'bildirilenIsciSayisi: integer'],
    ['a fraction as a number', { ISCI: 1.5 }, 'bildirilenIsciSayisi: integer'],
    ['a number beyond what JSON carries', { ISCI: '9007199254740993' }, 'bildirilenIsciSayisi: integer'],
    ['an object in place of nothing', { ISCI: {} }, 'bildirilenIsciSayisi: integer'],
    ['a column that is not there', { TEL: undefined }, 'telefon: missing'],
  ])('refuses %s without a word of it', (_name, change, fault) => {
    expect(faultOf({ ...ROW, ...change })).toBe(`mapping of ${fault}`);
  });

  test.each([
    ['an absent member', undefined],
    ['null', null],
    ['an empty text', ''],
    ['blanks, once trimmed', '   '],
    ['a sentinel text', '-'],
    ['a sentinel number', -1],
  ])('makes null of %s where the field says so', (_name, value) => {
    expect(mapOne({ ...ROW, ISCI: value })['bildirilenIsciSayisi']).toBeNull();
  });

  test('leaves what needs no conversion as it is, for the projection to judge', () => {
    expect(mapOne({ ...ROW, UNVAN: ' a ', TEL: 3220000 })).toMatchObject({ unvan: ' a ', telefon: 3220000 });
    expect(mapOne({ ...ROW, TEL: null })['telefon']).toBeNull();
    expect(mapOne({ ...ROW, TEL: 322 }, { ...FIELDS, telefon: { from: 'TEL', text: true } })['telefon']).toBe('322');
    expect(faultOf({ ...ROW, TEL: 1.5 }, { ...FIELDS, telefon: { from: 'TEL', text: true } })).toContain('telefon: type');
    expect(mapOne({ ...ROW, DURUM: 1 })['durum']).toBe('gecerli');
    expect(mapOne({ ...ROW, DURUM: true })['durum']).toBe('iptal');
  }); // prettier-ignore

  test.each<[IntegerForm, string, number | undefined]>([
    ['turkish', '1.234.567', 1_234_567],
    ['turkish', '0', 0],
    ['turkish', '-1.000', -1000],
    ['turkish', '1234', 1234],
    ['turkish', '1.234,00', undefined],
    ['turkish', '.123', undefined],
    ['plain', '1.234', undefined],
    ['plain', '00012', 12],
    ['plain', '-0', 0],
    ['plain', '+1', undefined],
    ['plain', '0x10', undefined],
    ['plain', '1e3', undefined],
    ['plain', '١', undefined],
  ])('reads a whole number in the form %s: %s', (form, text, number) => {
    const fields = { ...FIELDS, bildirilenIsciSayisi: { from: 'ISCI', integer: form } };
    const row = { ...ROW, ISCI: text };
    if (number === undefined) expect(faultOf(row, fields)).toContain('integer');
    else expect(mapOne(row, fields)['bildirilenIsciSayisi']).toBe(number);
  });

  test('reads every whole number as it was grouped', () => {
    const grouped = new Intl.NumberFormat('tr-TR');
    fc.assert(
      fc.property(fc.integer(), (number) => {
        expect(mapOne({ ...ROW, ISCI: grouped.format(number) })['bildirilenIsciSayisi']).toBe(
          number === -1 ? null : number,
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe('the echo of the question', () => {
  const mapping = compileMapping(
    { fields: FIELDS, echo: { tckn: 'TC_NO' } },
    rowNotation(true),
    'Europe/Istanbul',
  );

  test.each([INPUT.tckn, Number(INPUT.tckn), `${INPUT.tckn}   `])('may be written as %p', (echo) => {
    expect(mapping.map([{ ...ROW, TC_NO: echo }], INPUT)).toMatchObject({ dropped: 0 });
  });

  test.each([['17160614084'], [''], [null], [undefined], [[INPUT.tckn]]])(
    'that is %p says that the record is about somebody else',
    (echo) => {
      expect(() => mapping.map([{ ...ROW, TC_NO: echo }], INPUT)).toThrow(/^mapping of tckn: echo$/);
    },
  );

  test('must be that of an input field, at one place', () => {
    const found = ['tckn', 'vkn'].flatMap((id) =>
      checkMapping(OPERATION, { fields: FIELDS, echo: { [id]: '' } }, rowNotation(true)),
    );
    expect(found.map(({ field, finding }) => `${field}: ${finding}`)).toEqual([
      'tckn: place-invalid',
      'vkn: echo-not-asked',
    ]);
    const faults = found.map((one) => mappingFault('iskur', { agreement: 'a', operation: 'b' }, one));
    expect(faults[1]?.key).toBe('sources.iskur.operations.a/b.echo.vkn');
  });
});

describe('a mapping in the settings', () => {
  test('that fits the agreement has no fault', () => {
    expect(findings({})).toEqual([]);
    expect(findings({ bildirilenIsciSayisi: { from: 'ISCI' } }, false)).toEqual([]);
  });

  test.each([
    ['a field that is left out', { unvan: undefined }, 'unvan: not-mapped'],
    ['a field that is not agreed', { iban: { from: 'IBAN' } }, 'iban: not-agreed'],
    ['a name that every object has', { constructor: { from: 'IBAN' } }, 'constructor: not-agreed'],
    ['a place that is none', { unvan: { from: '' } }, 'unvan: place-invalid'],
    ['a date in a text', { unvan: { from: 'A', date: 'yyyyMMdd' } }, 'unvan: conversion-unfit'],
    ['a number for a code', { durum: { from: 'A', integer: 'plain' } }, 'durum: conversion-unfit'],
    ['a number that stays a text', { bildirilenIsciSayisi: { from: 'ISCI' } }, 'bildirilenIsciSayisi: conversion-missing'],
    ['a code that is not agreed', { durum: { from: 'A', codes: { '1': 'silinmis' } } }, 'durum: code-not-agreed'],
    ['null where none is agreed', { unvan: { from: 'A', nullIf: [''] } }, 'unvan: null-not-agreed'],
    ['an absence where none is agreed', { unvan: { from: 'A', optional: true } }, 'unvan: null-not-agreed'],
  ] as const)('has a fault for %s', (_name, change, expected) => {
    expect(findings(change)).toEqual([expected]);
  }); // prettier-ignore

  test('names its place in both languages', () => {
    const [found] = checkMapping(
      OPERATION,
      { fields: { ...FIELDS, iban: { from: 'IBAN' } } },
      rowNotation(true),
    );
    if (found === undefined) throw new Error('no finding');
    const fault = mappingFault('iskur', { agreement: 'a', operation: 'b' }, found);
    expect(fault).toMatchObject({
      code: 'SOURCE_FIELD_NOT_AGREED',
      key: 'sources.iskur.operations.a/b.fields.iban',
    });
    expect(fault.message.tr).not.toBe(fault.message.en);
  });
});
