import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { createRegisterFile } from '../../../../src/sources/sql/register-file.ts';
import { registerRow } from '../../../support/register-row.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gecit-register-'));
  file = join(folder, 'register.db');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function rows(): unknown[] {
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare('SELECT * FROM tarim_araci ORDER BY tckn').all();
  } finally {
    database.close();
  }
}

describe('createRegisterFile', () => {
  test('writes every row, and null where no worker was reported', () => {
    createRegisterFile(file, [registerRow(), registerRow({ tckn: '17160614084', isciSayisi: null })]);
    expect(rows()).toEqual([
      {
        tckn: '10000000146',
        ad_soyad: 'Işıl Çağrı Öğüt',
        unvan: 'Öğüt Tarım Aracılığı',
        izin_baslangic: '2026-03-01',
        telefon: '0322 000 00 00',
        isci_sayisi: 37,
        durum: 'gecerli',
        adres: 'Kurgu Mahallesi 1, Adana',
        iban: 'TR000000000000000000000001',
        sicil_notu: 'kurgusal kayıt',
      },
      expect.objectContaining({ tckn: '17160614084', isci_sayisi: null }),
    ]);
  });

  test('only the owner may read the file', () => {
    createRegisterFile(file, [registerRow()]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('replaces an older register and leaves nothing else behind', () => {
    createRegisterFile(file, [registerRow()]);
    createRegisterFile(file, []);
    expect(rows()).toEqual([]);
    expect(readdirSync(folder)).toEqual(['register.db']);
  });

  test('rows that cannot be written leave the old register in place', () => {
    createRegisterFile(file, [registerRow()]);
    expect(() => {
      createRegisterFile(file, [registerRow(), registerRow()]);
    }).toThrow();
    expect(rows()).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['register.db']);
  });
});
