import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DATE_FORMS, type DateForm } from '../../../../src/shared/field-conversions.ts';
import { dateReader } from '../../../../src/sources/mapping/read-date.ts';

const ISTANBUL = 'Europe/Istanbul';

/** How each form writes the last day of 2024, at three minutes before midnight where it has a time. */
const WRITTEN: Readonly<Record<DateForm, string | number>> = {
  'dd.MM.yyyy': '31.12.2024',
  'dd.MM.yyyy HH:mm': '31.12.2024 23:57',
  'dd.MM.yyyy HH:mm:ss': '31.12.2024 23:57:00',
  'd.M.yyyy': '31.12.2024',
  'dd/MM/yyyy': '31/12/2024',
  'dd/MM/yyyy HH:mm': '31/12/2024 23:57',
  'dd/MM/yyyy HH:mm:ss': '31/12/2024 23:57:00',
  'd/M/yyyy': '31/12/2024',
  'dd-MM-yyyy': '31-12-2024',
  yyyyMMdd: '20241231',
  yyyyMMddHHmmss: '20241231235700',
  'yyyy-MM-dd': '2024-12-31',
  'yyyy-MM-dd HH:mm:ss': '2024-12-31 23:57:00',
  'yyyy-MM-ddTHH:mm:ss': '2024-12-31T23:57:00.000',
  'day+zone': '2024-12-31+03:00',
  instant: '2024-12-31T20:57:00Z',
  epochMilliseconds: Date.UTC(2024, 11, 31, 20, 57),
};

describe('a date of a source', () => {
  test.each(DATE_FORMS)('is read in the form %s, and in no other but its kin', (form) => {
    const read = dateReader(form, ISTANBUL);
    expect(read(WRITTEN[form])).toBe('2024-12-31');
    // Digits alone could be milliseconds as well.
    const others =
      form === 'epochMilliseconds' ? DATE_FORMS.filter((other) => !/^y+M+d/.test(other)) : DATE_FORMS;
    for (const other of others) expect([undefined, '2024-12-31']).toContain(read(WRITTEN[other]));
    for (const odd of [
      '',
      ' ',
      null,
      {},
      [],
      true,
      Number.NaN,
      'x'.repeat(100),
      `${String(WRITTEN[form])} `,
    ]) {
      expect(read(odd)).toBeUndefined();
    }
  });

  test.each([
    ['dd.MM.yyyy', ['1.2.2024', '31.02.2024', '29.02.2023', '00.01.2024', '01.13.2024', '01.01.0000', '31/12/2024', '01.01.24', '٠١.٠١.٢٠٢٤', '31.12.2024\n']],
    ['dd.MM.yyyy HH:mm', ['31.12.2024 24:00', '31.12.2024 23:60', '31.12.2024', '31.12.2024T23:57']],
    ['yyyyMMdd', ['20240230', '2024123', '00000000', '99991332', '2024-12-31']],
    ['yyyy-MM-dd', ['2024-12-31Z', '2024-12-31T00:00:00']],
    ['instant', ['2024-12-31T20:57:00', '2024-13-31T20:57:00Z', '2024-12-31', '2024-12-31T20:57:00+99:00']],
    ['epochMilliseconds', [1.5, '1e3', '', Number.MAX_SAFE_INTEGER]],
  ] as const)('in the form %s is refused where no calendar has it or it is written otherwise', (form, values) => {
    const read = dateReader(form, ISTANBUL);
    expect(values.map((value) => read(value))).toEqual(values.map(() => undefined));
  }); // prettier-ignore

  test('takes one digit only where the form has one letter', () => {
    expect(dateReader('d.M.yyyy', ISTANBUL)('1.2.2024')).toBe('2024-02-01');
    expect(dateReader('d/M/yyyy', ISTANBUL)('9/11/2024')).toBe('2024-11-09');
  });

  test('that is a point in time belongs to the day of the zone, not to that of the text', () => {
    const read = dateReader('instant', ISTANBUL);
    expect(read('2024-12-31T21:00:00Z')).toBe('2025-01-01');
    expect(read('2024-12-31T20:59:59.999999999Z')).toBe('2024-12-31');
    expect(read('2025-01-01T00:00+03:00')).toBe('2025-01-01');
    expect(dateReader('epochMilliseconds', ISTANBUL)(0)).toBe('1970-01-01');
    expect(dateReader('epochMilliseconds', ISTANBUL)('-1')).toBe('1970-01-01');
    // `xs:date` with a zone is a day as somebody wrote it.
    expect(dateReader('day+zone', ISTANBUL)('2024-12-31Z')).toBe('2024-12-31');
  });

  test('is the day that was written, for every day', () => {
    const day = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(day, (date) => {
        const iso = date.toISOString().slice(0, 10);
        const [year = '', month = '', of = ''] = iso.split('-');
        expect(dateReader('dd.MM.yyyy', ISTANBUL)(`${of}.${month}.${year}`)).toBe(iso);
        expect(dateReader('yyyyMMdd', ISTANBUL)(year + month + of)).toBe(iso);
      }),
      { numRuns: 200 },
    );
  });
});
