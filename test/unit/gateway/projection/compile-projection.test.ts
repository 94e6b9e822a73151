import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Operation, type OutputField } from '../../../../src/agreement/agreement.ts';
import { readAgreement } from '../../../../src/agreement/read-agreement.ts';
import { AnswerMismatch } from '../../../../src/gateway/projection/answer-mismatch.ts';
import { compileProjection, type Projected } from '../../../../src/gateway/projection/compile-projection.ts';
import { GatewayError } from '../../../../src/shared/problem.ts';
import { FakeSource } from '../../../support/fake-source.ts';
import { EK_1, lookupOperation, validDocument } from '../../../support/source-document.ts';

const SECRET = 'TR000000000000000000000001';

async function projectFrom(source: FakeSource, operation: Operation = lookupOperation()): Promise<Projected> {
  const query = {
    agreementId: 'tr-iskur-cgm-2024',
    operationId: operation.id,
    input: { tckn: '10000000146' },
  };
  return compileProjection(operation).project(await source.fetch(query));
}

function project(...records: unknown[]): Projected {
  return compileProjection(lookupOperation()).project({ records });
}

/** The field and the kind of a refusal; fails when the answer is given, or when the error tells what was sent. */
function refusal(records: readonly unknown[], operation: Operation = lookupOperation()): string {
  try {
    compileProjection(operation).project({ records });
  } catch (thrown) {
    if (!(thrown instanceof GatewayError)) throw thrown;
    expect(thrown.code).toBe('SOURCE_ANSWER_INVALID');
    expect(thrown.errors).toEqual([]);
    expect(thrown.cause).toBeInstanceOf(AnswerMismatch);
    const { field, kind, message } = thrown.cause as AnswerMismatch;
    expect(message).not.toContain(SECRET);
    return `${field ?? 'answer'} ${kind}`;
  }
  throw new Error('the answer was given');
}

function refusedValue(id: string, value: unknown): string {
  return refusal([validDocument({ [id]: value })]);
}

function without(id: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(validDocument()).filter(([name]) => name !== id));
}

function data(projected: Projected): unknown {
  return JSON.parse(projected.dataJson) as unknown;
}

/** One field of the real agreement file, alone in an operation. */
function agreedField(id: string): OutputField {
  const file = 'protocols/tr-iskur-cgm-2024.yaml';
  const { agreement } = readAgreement(file, readFileSync(file, 'utf8'));
  const field = agreement?.operations
    .flatMap((operation) => operation.output)
    .find((known) => known.id === id);
  if (field === undefined) throw new Error(`no field ${id}`);
  return field;
}

function released(id: string, value: unknown): string {
  return compileProjection(lookupOperation([agreedField(id)])).project({ records: [{ [id]: value }] })
    .dataJson;
}

function unlisted(id: string): Projected {
  const others = EK_1.filter((field) => field.id !== id);
  return compileProjection(lookupOperation(others)).project({ records: [validDocument()] });
}

describe('projection of a source answer', () => {
  test('no record is an answer: no such person', () => {
    expect(project()).toEqual({ outcome: 'not-found', dataJson: 'null', surplus: 0 });
  });

  test('gives the agreed fields as canonical JSON', () => {
    expect(project(validDocument())).toEqual({
      outcome: 'found',
      dataJson:
        '{"adSoyad":"Işıl Çağrı Öğüt","bildirilenIsciSayisi":37,"durum":"gecerli",' +
        '"izinBaslangicTarihi":"2026-03-01","telefon":"0322 000 00 00","unvan":"Öğüt Tarım Aracılığı"}',
      surplus: 0,
    });
  });

  test('of twenty fields that the provider returns the consumer receives six [R002-066]', async () => {
    const extra = Object.fromEntries(
      Array.from({ length: 14 }, (_, place) => [`ek${String(place)}`, SECRET]),
    );
    const projected = await projectFrom(new FakeSource().answerWith({ ...extra, ...validDocument() }));
    expect(data(projected)).toEqual(validDocument());
    expect(projected.surplus).toBe(14);
  });

  test('nothing that the field list does not name leaves, whatever its shape [R002-004]', async () => {
    const source = new FakeSource().answerWith(
      validDocument({
        iban: SECRET,
        adres: { adSoyad: SECRET, il: [SECRET] },
        [SECRET]: true,
        [Symbol('x')]: SECRET,
      }),
    );
    const projected = await projectFrom(source);
    expect(projected.dataJson).not.toContain(SECRET);
    expect(projected.surplus).toBe(3);
  });

  test('a field that the provider renamed is missing, and its new name does not leave', () => {
    const { telefon, ...rest } = validDocument();
    expect(refusal([{ ...rest, telefonNo: telefon }])).toBe('telefon missing');
  });

  test('a worker count that was not reported stays null and is never 0 [R002-046]', () => {
    expect(data(project(validDocument({ bildirilenIsciSayisi: null })))).toMatchObject({
      bildirilenIsciSayisi: null,
    });
    expect(refusal([without('bildirilenIsciSayisi')])).toBe('bildirilenIsciSayisi missing');
    expect(refusedValue('bildirilenIsciSayisi', undefined)).toBe('bildirilenIsciSayisi missing');
  });

  test('more than one record is refused', () => {
    expect(refusal([validDocument(), validDocument()])).toBe('answer more-than-one-record');
  });

  test.each([
    ['null', null],
    ['text', SECRET],
    ['a list', [validDocument()]],
    ['nothing', undefined],
    ['an instance of a class', new URLSearchParams({ adSoyad: SECRET })],
    ['an inheriting object', Object.setPrototypeOf(validDocument(), { iban: SECRET })],
    ['a map', new Map(Object.entries(validDocument()))],
  ])('a record that is %s is refused', (_, record) => {
    expect(refusal([record])).toBe('answer not-a-record');
  });

  test('records that are no list are refused', () => {
    expect(refusal({ length: 1, 0: validDocument() } as unknown as unknown[])).toBe('answer not-a-list');
  });

  test('a record without prototype is read like any other', () => {
    expect(project(Object.assign(Object.create(null), validDocument())).outcome).toBe('found');
  });

  test('a member that is inherited, computed or hidden does not count as sent', () => {
    const rest = without('durum');
    const computed = Object.defineProperty({ ...rest }, 'durum', { get: () => 'gecerli', enumerable: true });
    const hidden = Object.defineProperty({ ...rest }, 'durum', { value: 'gecerli', enumerable: false });
    const parsed: unknown = JSON.parse(
      JSON.stringify(rest).replace('{', '{"__proto__":{"durum":"gecerli"},'),
    );
    for (const record of [computed, hidden, parsed]) expect(refusal([record])).toBe('durum missing');
  });

  test('`__proto__` and duplicate keys in the text of a source change nothing', async () => {
    const text = JSON.stringify(validDocument()).slice(1, -1);
    const source = new FakeSource().answerWithJson(
      `{"adSoyad":"${SECRET}","__proto__":{"iban":"${SECRET}"},"constructor":"${SECRET}",${text}}`,
    );
    const projected = await projectFrom(source);
    expect(data(projected)).toEqual(validDocument());
    expect(projected.dataJson).not.toContain(SECRET);
    expect(projected.surplus).toBe(2);
  });

  test('a last duplicate of another type is refused', async () => {
    const text = `{${JSON.stringify(validDocument()).slice(1, -1)},"bildirilenIsciSayisi":"37"}`;
    await expect(projectFrom(new FakeSource().answerWithJson(text))).rejects.toMatchObject({
      code: 'SOURCE_ANSWER_INVALID',
    });
  });

  test('ten megabytes that nobody agreed on are dropped', async () => {
    const source = new FakeSource().answerWith(validDocument({ belge: SECRET.repeat(400_000) }));
    const projected = await projectFrom(source);
    expect(data(projected)).toEqual(validDocument());
    expect(projected.surplus).toBe(1);
  });

  test('ten megabytes in an agreed field are refused', () => {
    expect(refusedValue('adSoyad', SECRET.repeat(400_000))).toBe('adSoyad length');
  });

  test('an operation without outputs answers with an empty object', () => {
    const projected = compileProjection(lookupOperation([])).project({ records: [validDocument()] });
    expect(projected).toEqual({ outcome: 'found', dataJson: '{}', surplus: 6 });
  });
});

describe('projection of one value', () => {
  test.each([
    [37, 'type'], [{ ad: SECRET }, 'type'], [[SECRET], 'type'], [true, 'type'], [null, 'null'], ['', 'length'],
    ['a'.repeat(201), 'length'], ['中'.repeat(201), 'length'], ['Ay\nse', 'characters'], ['Ay\u0000se', 'characters'],
    ['Ay\u009fse', 'characters'], ['Ay\ud800se', 'characters'], ['Ay\u2028se', 'characters'],
    ['Ay\ufffdse', 'characters'], ['Ays\u0327e', 'normal-form'], [new String('Ayşe'), 'type'],
  ])('text %j is refused as %s', (value, kind) => {
    expect(refusedValue('adSoyad', value)).toBe(`adSoyad ${kind}`);
  }); // prettier-ignore

  test.each([['a'.repeat(200)], ['\u{1F600}'.repeat(200)], ['"\\/\u2019<>&'], ['Σ中ñ'], [' ']])(
    'text %j leaves as it is',
    (value) => {
      expect(data(project(validDocument({ adSoyad: value })))).toMatchObject({ adSoyad: value });
    },
  );

  test.each([
    ['2026-02-29', 'date'], ['2026-13-01', 'date'], ['2026-00-10', 'date'], ['2026-04-31', 'date'],
    ['2026-03-00', 'date'], ['0000-01-01', 'date'], ['1900-02-29', 'date'], ['01.03.2026', 'date'],
    ['2026-3-1', 'date'], ['2026-03-01T00:00:00Z', 'date'], ['2026-03-01 ', 'date'], ['٢٠٢٦-٠٣-٠١', 'date'],
    ['dün', 'date'], ['', 'date'], [20260301, 'type'], [new Date(0), 'type'], [null, 'null'],
  ])('date %j is refused as %s', (value, kind) => {
    expect(refusedValue('izinBaslangicTarihi', value)).toBe(`izinBaslangicTarihi ${kind}`);
  }); // prettier-ignore

  test.each([['2024-02-29'], ['2000-02-29'], ['9999-12-31'], ['0001-01-01']])(
    'date %s leaves as it is',
    (value) => {
      expect(data(project(validDocument({ izinBaslangicTarihi: value })))).toMatchObject({
        izinBaslangicTarihi: value,
      });
    },
  );

  test.each([
    ['37', 'type'], [1.5, 'type'], [Number.NaN, 'type'], [Infinity, 'type'], [2 ** 53, 'type'], [37n, 'type'],
    [true, 'type'], [{}, 'type'], [-1, 'range'], [100_001, 'range'],
  ])('integer %s is refused as %s', (value, kind) => {
    expect(refusedValue('bildirilenIsciSayisi', value)).toBe(`bildirilenIsciSayisi ${kind}`);
  }); // prettier-ignore

  test.each([
    [0, '0'],
    [-0, '0'],
    [100_000, '100000'],
    [1e5, '100000'],
    [37.0, '37'],
  ])('integer %s leaves as %s', (value, text) => {
    expect(project(validDocument({ bildirilenIsciSayisi: value })).dataJson).toContain(
      `"bildirilenIsciSayisi":${text},`,
    );
  });

  test.each([
    ['Gecerli', 'code'], ['gecerli ', 'code'], ['bilinmiyor', 'code'], ['__proto__', 'code'], ['', 'code'],
    [0, 'type'], [['gecerli'], 'type'], [null, 'null'],
  ])('code %j is refused as %s', (value, kind) => {
    expect(refusedValue('durum', value)).toBe(`durum ${kind}`);
  }); // prettier-ignore
});

describe('the six outputs of Ek-1', () => {
  test('name and surname: text, released only if listed [R002-060]', () => {
    expect(released('adSoyad', 'Işıl Öğüt')).toBe('{"adSoyad":"Işıl Öğüt"}');
    expect(unlisted('adSoyad').dataJson).not.toContain('Işıl');
    expect(() => released('adSoyad', null)).toThrow('SOURCE_ANSWER_INVALID');
  });

  test('title: text, released only if listed [R002-061]', () => {
    expect(released('unvan', 'Öğüt Tarım')).toBe('{"unvan":"Öğüt Tarım"}');
    expect(unlisted('unvan').dataJson).not.toContain('Aracılığı');
    expect(() => released('unvan', 5)).toThrow('SOURCE_ANSWER_INVALID');
  });

  test('start of the current permit: a date, released only if listed [R002-062]', () => {
    expect(released('izinBaslangicTarihi', '2026-03-01')).toBe('{"izinBaslangicTarihi":"2026-03-01"}');
    expect(unlisted('izinBaslangicTarihi').dataJson).not.toContain('2026');
    expect(() => released('izinBaslangicTarihi', 'Mart 2026')).toThrow('SOURCE_ANSWER_INVALID');
  });

  test('telephone number: text, released only if listed [R002-063]', () => {
    expect(released('telefon', '0322 000 00 00')).toBe('{"telefon":"0322 000 00 00"}');
    expect(unlisted('telefon').dataJson).not.toContain('0322');
    expect(() => released('telefon', 3220000000)).toThrow('SOURCE_ANSWER_INVALID');
  });

  test('number of workers: an integer from 0, or null, released only if listed [R002-064]', () => {
    expect(released('bildirilenIsciSayisi', 0)).toBe('{"bildirilenIsciSayisi":0}');
    expect(released('bildirilenIsciSayisi', null)).toBe('{"bildirilenIsciSayisi":null}');
    expect(unlisted('bildirilenIsciSayisi').dataJson).not.toContain('37');
    expect(() => released('bildirilenIsciSayisi', -1)).toThrow('SOURCE_ANSWER_INVALID');
  });

  test('status: one of the closed values, released only if listed [R002-065]', () => {
    expect(released('durum', 'askida')).toBe('{"durum":"askida"}');
    expect(unlisted('durum').dataJson).not.toContain('gecerli');
    expect(() => released('durum', 'yeni')).toThrow('SOURCE_ANSWER_INVALID');
  });
});
