import { type RegisterRow } from '../../src/sources/sql/register-file.ts';

/** A fictional intermediary of the demo register. */
export function registerRow(overrides: Partial<RegisterRow> = {}): RegisterRow {
  return {
    tckn: '10000000146',
    adSoyad: 'Işıl Çağrı Öğüt',
    unvan: 'Öğüt Tarım Aracılığı',
    izinBaslangic: '2026-03-01',
    telefon: '0322 000 00 00',
    isciSayisi: 37,
    durum: 'gecerli',
    adres: 'Kurgu Mahallesi 1, Adana',
    iban: 'TR000000000000000000000001',
    sicilNotu: 'kurgusal kayıt',
    ...overrides,
  };
}
