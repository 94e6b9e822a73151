import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { compileProjection } from '../../../src/gateway/projection/compile-projection.ts';
import { FaultsError } from '../../../src/shared/fault.ts';
import { type SourceAnswer } from '../../../src/sources/source.ts';
import { checkSource } from '../../../src/sources/check-source.ts';
import { createSqlSource } from '../../../src/sources/sql/create-sql-source.ts';
import { createRegisterFile } from '../../../src/sources/sql/register-file.ts';
import { type SqlSource } from '../../../src/sources/sql/sql-source.ts';
import { type SqlSourceSettings } from '../../../src/sources/sql/sql-source-settings.ts';
import { registerRow } from '../../support/register-row.ts';
import { lookupOperation, validDocument } from '../../support/source-document.ts';
import { sourceLimits } from '../../support/source-limits.ts';

const TCKN = '10000000146';
const OPERATION = lookupOperation();
const SELECT = `
  SELECT ad_soyad AS "adSoyad", unvan, izin_baslangic AS "izinBaslangicTarihi", telefon,
    isci_sayisi AS "bildirilenIsciSayisi", durum, adres, iban, sicil_notu
  FROM tarim_araci WHERE tckn = :tckn`;
/** Counts without end for one person; answers at once for everybody else. */
const ENDLESS = `
  WITH RECURSIVE sayi(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM sayi)
  SELECT 'bitti' AS unvan WHERE :tckn <> '${TCKN}' OR (SELECT count(*) FROM sayi) > 0`;

let folder: string;
let file: string;
let source: SqlSource | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gecit-source-'));
  file = join(folder, 'register.db');
});

afterEach(async () => {
  await source?.close();
  source = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function settings(query = SELECT, overrides: Partial<SqlSourceSettings> = {}): SqlSourceSettings {
  return {
    id: 'iskur',
    kind: 'sql',
    limits: sourceLimits(),
    system: OPERATION.system,
    url: `sqlite:${file}`,
    timeoutMilliseconds: 5000,
    operations: [{ agreement: 'tr-iskur-cgm-2024', operation: OPERATION.id, query }],
    ...overrides,
  };
}

async function open(query = SELECT, overrides: Partial<SqlSourceSettings> = {}): Promise<SqlSource> {
  source = await createSqlSource(settings(query, overrides), {
    findOperation: (agreement, operation) =>
      agreement === 'tr-iskur-cgm-2024' && operation === OPERATION.id ? OPERATION : undefined,
    onEvent: () => undefined,
  });
  return source;
}

async function ask(of: SqlSource, tckn = TCKN): Promise<SourceAnswer> {
  return of.fetch({ agreementId: 'tr-iskur-cgm-2024', operationId: OPERATION.id, input: { tckn } });
}

async function faultCodes(creation: Promise<unknown>): Promise<string[]> {
  const thrown: unknown = await creation.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof FaultsError)) throw new Error('no faults');
  for (const fault of thrown.faults) expect(fault.key).toContain('sources.iskur');
  return thrown.faults.map((fault) => fault.code);
}

describe('a SQL source on a SQLite file', () => {
  test('answers the agreed operation; of nine columns six leave', async () => {
    createRegisterFile(file, [registerRow()]);
    const answer = await ask(await open());
    expect(Object.keys(answer.records[0] as object)).toHaveLength(9);
    const projected = compileProjection(OPERATION).project(answer);
    expect(JSON.parse(projected.dataJson)).toEqual(validDocument());
    expect(projected.surplus).toBe(3);
  });

  test('a person whom the register does not know is no record', async () => {
    createRegisterFile(file, [registerRow()]);
    expect(await ask(await open(), '17160614084')).toEqual({ records: [] });
  });

  test('a worker count that was not reported is null in the answer [R002-046]', async () => {
    createRegisterFile(file, [registerRow({ isciSayisi: null })]);
    const { dataJson } = compileProjection(OPERATION).project(await ask(await open()));
    expect(JSON.parse(dataJson)).toMatchObject({ bildirilenIsciSayisi: null });
  });

  test('SQL in a value is a value', async () => {
    createRegisterFile(file, [registerRow()]);
    const before = readFileSync(file);
    const open_ = await open();
    for (const text of ["' OR '1'='1", "x'; DROP TABLE tarim_araci; --", '?', ':tckn', '%', `${TCKN}' --`]) {
      expect(await ask(open_, text)).toEqual({ records: [] });
    }
    expect((await ask(open_)).records).toHaveLength(1);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('many queries at once each get their own answer', async () => {
    const tckns = Array.from({ length: 500 }, (_, place) => String(10000000000 + place));
    createRegisterFile(
      file,
      tckns.map((tckn) => registerRow({ tckn, adSoyad: `Kişi ${tckn}` })),
    );
    const open_ = await open();
    const answers = await Promise.all(tckns.map(async (tckn) => ask(open_, tckn)));
    expect(answers.map((answer) => (answer.records[0] as { adSoyad: string }).adSoyad)).toEqual(
      tckns.map((tckn) => `Kişi ${tckn}`),
    );
  });

  test('a query that would run for minutes is given up, and the next one is answered', async () => {
    createRegisterFile(file, [registerRow()]);
    const losses: string[] = [];
    source = await createSqlSource(settings(ENDLESS, { timeoutMilliseconds: 2000 }), {
      findOperation: () => OPERATION,
      onEvent: ({ kind, source: id, detail }) => losses.push(`${kind} ${id} ${detail}`),
    });
    const endless = ask(source);
    await expect(endless).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE', cause: 'time-limit' });
    expect(await ask(source, '17160614084')).toEqual({ records: [{ unvan: 'bitti' }] });
    expect(losses).toEqual(['reader-lost iskur time-limit']);
  });

  test('an operation that the source has no query for cannot be asked', async () => {
    createRegisterFile(file, [registerRow()]);
    const query = { agreementId: 'tr-iskur-cgm-2024', operationId: 'araci-liste', input: { tckn: TCKN } };
    await expect((await open()).fetch(query)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  });

  test('a row above 1 MiB is not an answer', async () => {
    createRegisterFile(file, [registerRow({ sicilNotu: 'x'.repeat(1024 * 1024) })]);
    await expect(ask(await open())).rejects.toMatchObject({ code: 'SOURCE_ANSWER_INVALID' });
  });

  test('a closed source answers nothing', async () => {
    createRegisterFile(file, [registerRow()]);
    const open_ = await open();
    const asked = ask(open_);
    await Promise.all([open_.close(), expect(asked).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' })]);
    await expect(ask(open_)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  });
});

describe('a SQL source whose file is not there', () => {
  test('starts, answers SOURCE_UNAVAILABLE, and answers as soon as the file is there', async () => {
    const open_ = await open();
    await expect(ask(open_)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE', cause: 'ENOENT' });
    createRegisterFile(file, [registerRow()]);
    expect((await ask(open_)).records).toHaveLength(1);
  });

  test('a register that is replaced is read anew, a removed or damaged one is unavailable', async () => {
    createRegisterFile(file, [registerRow()]);
    const open_ = await open();
    createRegisterFile(file, [registerRow({ unvan: 'Yeni Unvan' })]);
    expect((await ask(open_)).records).toEqual([expect.objectContaining({ unvan: 'Yeni Unvan' })]);
    renameSync(file, join(folder, 'away.db'));
    await expect(ask(open_)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    writeFileSync(file, 'bozuk');
    await expect(ask(open_)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    renameSync(join(folder, 'away.db'), file);
    expect((await ask(open_)).records).toHaveLength(1);
  });

  test('a locked register is unavailable', async () => {
    createRegisterFile(file, [registerRow()]);
    const open_ = await open(SELECT, { timeoutMilliseconds: 1000 });
    const locker = new Database(file);
    try {
      locker.exec('BEGIN EXCLUSIVE');
      await expect(ask(open_)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE', cause: 'SQLITE_BUSY' });
    } finally {
      locker.close();
    }
  });
});

describe('the configured queries are checked when the source is made', () => {
  beforeEach(() => {
    createRegisterFile(file, [registerRow()]);
  });

  test.each([
    ['SOURCE_QUERY_NOT_READ_ONLY', 'DELETE FROM tarim_araci WHERE tckn = :tckn RETURNING unvan'],
    ['SOURCE_QUERY_INVALID', 'SELECT unvan FROM tarim_araci WHERE tckn = :tckn; DELETE FROM tarim_araci'],
    ['SOURCE_QUERY_INVALID', 'SELECT unvan FROM yok WHERE tckn = :tckn'],
    ['SOURCE_QUERY_PARAMETERS', 'SELECT unvan FROM tarim_araci'],
    ['SOURCE_QUERY_PARAMETERS', 'SELECT unvan FROM tarim_araci WHERE tckn = :tckn AND unvan = :unvan'],
    ['SOURCE_QUERY_PARAMETERS', "SELECT ':tckn' AS unvan FROM tarim_araci"],
    ['SOURCE_QUERY_COLUMNS', 'SELECT unvan, iban AS unvan FROM tarim_araci WHERE tckn = :tckn'],
  ])('%s: %s', async (code, query) => {
    expect(await faultCodes(open(query))).toEqual([code]);
  });

  test('a source belongs to the system that the agreement names, and answers known operations once [R002-003]', async () => {
    expect(await faultCodes(open(SELECT, { system: 'e-metip' }))).toEqual(['SOURCE_SYSTEM_DIFFERS']);
    const operation = { agreement: 'tr-iskur-cgm-2024', operation: OPERATION.id, query: SELECT };
    const operations = [operation, operation, { ...operation, operation: 'araci-liste' }];
    expect(await faultCodes(open(SELECT, { operations }))).toEqual([
      'SOURCE_OPERATION_TWICE',
      'SOURCE_OPERATION_UNKNOWN',
    ]);
  });

  test('only known kinds of URL are taken', async () => {
    expect(await faultCodes(open(SELECT, { url: 'oracle:x' }))).toEqual(['SOURCE_URL_UNKNOWN']);
  });
});

describe('checkSource', () => {
  test('tells agreed, missing and surplus columns, and nothing of the data', async () => {
    createRegisterFile(file, [registerRow()]);
    const open_ = await open(
      'SELECT ad_soyad AS "adSoyad", unvan, iban, telefon AS tel FROM tarim_araci WHERE tckn = :tckn',
    );
    expect(await checkSource(open_)).toEqual([
      {
        agreementId: 'tr-iskur-cgm-2024',
        operationId: 'araci-sorgu',
        outcome: 'answers',
        cause: undefined,
        declared: ['adSoyad', 'unvan'],
        missing: ['izinBaslangicTarihi', 'telefon', 'bildirilenIsciSayisi', 'durum'],
        surplus: ['iban', 'tel'],
      },
    ]);
  });

  test('says why a source cannot be asked', async () => {
    expect(await checkSource(await open())).toEqual([
      expect.objectContaining({
        outcome: 'unavailable',
        cause: 'ENOENT',
        declared: [],
        missing: [],
        surplus: [],
      }),
    ]);
  });
});
