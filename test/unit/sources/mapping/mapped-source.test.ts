import { describe, expect, test } from '@jest/globals';
import { FaultsError } from '../../../../src/shared/fault.ts';
import { type AnsweringSource } from '../../../../src/sources/answering-source.ts';
import { checkSource } from '../../../../src/sources/check-source.ts';
import { type MappedOperation, withMappings } from '../../../../src/sources/mapping/mapped-source.ts';
import { FakeSource } from '../../../support/fake-source.ts';
import { errorOf } from '../../../support/refusal.ts';
import { AGREED, AGREEMENT, askFor, OPERATION, TCKN } from '../../../support/rest-source.ts';

const ROW = {
  ...AGREED,
  TC: `${TCKN}  `,
  izinBaslangicTarihi: '20260301',
  ISCI: 1037,
  durum: 'A ',
  iban: 'TR',
};
const OPERATION_SETTINGS: MappedOperation = {
  agreement: AGREEMENT,
  operation: OPERATION.id,
  fields: {
    izinBaslangicTarihi: { from: 'izinBaslangicTarihi', date: 'yyyyMMdd' },
    bildirilenIsciSayisi: { from: 'ISCI', nullIf: ['0'] },
    durum: { from: 'durum', trim: true, codes: { A: 'gecerli' } },
  },
  echo: { tckn: 'TC' },
};

/** A source of rows with these columns. */
class RowSource extends FakeSource implements AnsweringSource {
  readonly columns: string[] = Object.keys(ROW).filter((name) => name !== 'bildirilenIsciSayisi');

  answers(): ReturnType<AnsweringSource['answers']> {
    return [{ agreementId: AGREEMENT, operation: OPERATION, columns: this.columns }];
  }
}

async function mapped(source: RowSource, change: Partial<MappedOperation> = {}): Promise<AnsweringSource> {
  return withMappings({ id: 'iskur', operations: [{ ...OPERATION_SETTINGS, ...change }] }, source);
}

describe('a source of rows with mappings', () => {
  const { bildirilenIsciSayisi, ...row } = ROW;

  test('converts the columns that are mapped, and takes the others by the ids of the fields', async () => {
    const source = new RowSource().answerWith(row);
    expect(bildirilenIsciSayisi).toBe(1037);
    expect(await askFor(await mapped(source))).toEqual({ records: [AGREED], dropped: 1 });
    expect(await askFor(await mapped(source.answerWith()))).toMatchObject({ records: [] });
  });

  test('refuses a row about somebody else, and two rows', async () => {
    const source = new RowSource().answerWith({ ...row, TC: '17160614084' });
    const asked = await mapped(source);
    expect(String((await errorOf(async () => askFor(asked))).cause)).toContain('mapping of tckn: echo');
    source.answerWith(row, row);
    expect(String((await errorOf(async () => askFor(asked))).cause)).toContain('more-than-one-record');
  });

  test('tells the doctor which fields have no column, and which columns no field', async () => {
    const source = new RowSource().answerWith();
    source.columns.splice(source.columns.indexOf('durum'), 1);
    expect(await checkSource(await mapped(source))).toMatchObject([
      { missing: ['durum'], surplus: ['iban'] },
    ]);
  });

  test('is closed where a mapping does not fit the agreement', async () => {
    const source = new RowSource();
    const thrown: unknown = await mapped(source, { fields: { iban: { from: 'iban' } } }).catch(
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(FaultsError);
    expect((thrown as FaultsError).faults.map(({ code, key }) => `${code} ${key}`)).toEqual([
      `SOURCE_FIELD_NOT_AGREED sources.iskur.operations.${AGREEMENT}/${OPERATION.id}.fields.iban`,
    ]);
    expect(source.closed).toBe(true);
  });

  test('is the source itself where nothing is mapped', async () => {
    const source = new RowSource();
    expect(await mapped(source, { fields: undefined, echo: undefined })).toBe(source);
  });
});
