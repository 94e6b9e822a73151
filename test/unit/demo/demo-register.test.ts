import { describe, expect, test } from '@jest/globals';
import { createDemoRegister } from '../../../src/demo/demo-register.ts';
import { fictionalIdentityNumbers } from '../../../src/demo/identity-numbers.ts';
import { isTckn } from '../../../src/shared/tckn.ts';

const NOW = Date.UTC(2026, 10, 22, 9);

describe('the demo register', () => {
  const { rows, subjects } = createDemoRegister({ now: () => NOW });

  test('holds two hundred people with numbers of their own that pass the checksum', () => {
    expect(rows).toHaveLength(200);
    expect(new Set(rows.map(({ tckn }) => tckn)).size).toBe(200);
    for (const { tckn } of rows) expect(isTckn(tckn)).toBe(true);
  });

  test('uses only the states of a licence that the agreement lists, each of them', () => {
    const states = new Set(rows.map(({ durum }) => durum));
    expect([...states].sort()).toEqual(['askida', 'gecerli', 'iptal', 'suresi-doldu']);
  });

  test('leaves a worker count that nobody reported empty, never 0', () => {
    expect(rows.some(({ isciSayisi }) => isciSayisi === null)).toBe(true);
    expect(rows.some(({ isciSayisi }) => isciSayisi === 0)).toBe(false);
  });

  test('has the named subjects in the state they are named for', () => {
    const found = subjects.map(({ tckn }) => rows.find((row) => row.tckn === tckn));
    expect(found.map((row) => row?.durum)).toEqual([
      'gecerli',
      'gecerli',
      'askida',
      'suresi-doldu',
      'iptal',
      undefined,
    ]);
    expect(found[0]?.isciSayisi).toBeGreaterThan(0);
    expect(found[1]?.isciSayisi).toBeNull();
  });

  test('dates permits in the past, and those that expired more than a year ago', () => {
    for (const { izinBaslangic, durum } of rows) {
      const age = (NOW - Date.parse(izinBaslangic)) / 86_400_000;
      expect(izinBaslangic).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      if (durum === 'suresi-doldu') expect(age).toBeGreaterThan(365);
      else expect(age).toBeLessThan(366);
      expect(age).toBeGreaterThan(0);
    }
  });

  test('carries members that no agreement lists', () => {
    for (const row of rows) {
      expect(row.adres).not.toBe('');
      expect(row.iban).toMatch(/^TR00 /);
      expect(row.sicilNotu).not.toBe('');
    }
  });
});

describe('fictional identity numbers', () => {
  test('are all different and valid', () => {
    const numbers = fictionalIdentityNumbers(500);
    expect(new Set(numbers).size).toBe(500);
    expect(numbers.every((number) => isTckn(number))).toBe(true);
  });
});
