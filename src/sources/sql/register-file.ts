import { closeSync, openSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';

/** One fictional farm labour intermediary, with members that no agreement lists (address, IBAN, note). */
export interface RegisterRow {
  readonly tckn: string;
  readonly adSoyad: string;
  readonly unvan: string;
  /** `YYYY-MM-DD` */
  readonly izinBaslangic: string;
  readonly telefon: string;
  /** Null: not reported. */
  readonly isciSayisi: number | null;
  readonly durum: string;
  readonly adres: string;
  readonly iban: string;
  readonly sicilNotu: string;
}

const TABLE = `CREATE TABLE tarim_araci (
  tckn TEXT PRIMARY KEY NOT NULL,
  ad_soyad TEXT NOT NULL,
  unvan TEXT NOT NULL,
  izin_baslangic TEXT NOT NULL,
  telefon TEXT NOT NULL,
  isci_sayisi INTEGER,
  durum TEXT NOT NULL,
  adres TEXT NOT NULL,
  iban TEXT NOT NULL,
  sicil_notu TEXT NOT NULL
) STRICT, WITHOUT ROWID`;

const INSERT = `INSERT INTO tarim_araci VALUES (
  :tckn, :adSoyad, :unvan, :izinBaslangic, :telefon, :isciSayisi, :durum, :adres, :iban, :sicilNotu)`;

/**
 * Writes the register of a demonstration provider as a SQLite file (table `tarim_araci`), mode 0600.
 * The file appears whole or not at all; a register at the same path is replaced.
 */
export function createRegisterFile(file: string, rows: readonly RegisterRow[]): void {
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  closeSync(openSync(unfinished, 'wx', 0o600));
  try {
    writeRows(unfinished, rows);
    renameSync(unfinished, file);
  } catch (thrown) {
    rmSync(unfinished, { force: true });
    throw thrown;
  }
}

function writeRows(file: string, rows: readonly RegisterRow[]): void {
  const database = new Database(file);
  try {
    // An unfinished file is thrown away, so it needs no journal that could outlive it.
    database.pragma('journal_mode = MEMORY');
    database.exec(TABLE);
    const insert = database.prepare(INSERT);
    database.transaction(() => {
      for (const row of rows) insert.run(row);
    })();
  } finally {
    database.close();
  }
}
