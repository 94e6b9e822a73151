import { describe, expect, test } from '@jest/globals';
import { requestFaults } from '../../../src/gateway/request-body.ts';
import { agreementContent } from '../../support/agreement-builder.ts';
import { aBody, anAgreedOperation, SUBJECT } from '../../support/exchange-builder.ts';

const { operation } = anAgreedOperation();

function pointers(body: unknown): string[] {
  return requestFaults(body, operation).map((fault) => fault.pointer);
}

const forNumber = (tckn: unknown): string[] => pointers(aBody({ input: { tckn } }));
const forCase = (caseReference: unknown): string[] => pointers(aBody({ caseReference }));

describe('the identity number', () => {
  test.each(['17160614084', '11111111110', '10000000146'])(
    'is accepted by its rule: %s [R002-059]',
    (number) => {
      expect(forNumber(number)).toEqual([]);
    },
  );

  test.each([
    ['wrong check digits', '17160614085'],
    ['ten digits', '1716061408'],
    ['twelve digits', '171606140840'],
    ['letters', '1716061408A'],
    ['a leading zero', '01234567890'],
    ['Arabic-Indic digits', '١٧١٦٠٦١٤٠٨٤'],
    ['full-width digits', '１７１６０６１４０８４'],
    ['a leading space', ' 17160614084'],
    ['a trailing space', '17160614084 '],
    ['a line break at its end', '17160614084\n'],
    ['spaces between', '171 606 140 84'],
    ['a sign', '+7160614084'],
    ['nothing', ''],
    ['a wildcard', '1716061408%'],
    ['two numbers', '17160614084,10000000146'],
  ])('is refused with %s [R002-020]', (_what, number) => {
    expect(forNumber(number)).toEqual(['/input/tckn']);
  });

  test.each([[17160614084], [null], [true], [['17160614084']], [{ toString: '17160614084' }], [{ $gt: '' }]])(
    'is refused when it is no text: %j [R002-020]',
    (number) => {
      expect(forNumber(number)).toEqual(['/input/tckn']);
    },
  );
});

describe('the body of a query', () => {
  test('is whole with input, purpose and case reference', () => {
    expect(pointers(aBody())).toEqual([]);
  });

  test.each([[[]], [[aBody()]], ['text'], [5], [null], [true], [undefined]])(
    'must be an object, not %j',
    (body) => {
      expect(pointers(body)).toEqual(['']);
    },
  );

  test('is told everything that is missing at once [R002-015]', () => {
    expect(pointers({})).toEqual(['/input', '/purpose', '/caseReference']);
    expect(pointers({ input: {} })).toEqual(['/input/tckn', '/purpose', '/caseReference']);
  });

  test('is refused with any member that is not agreed, beside everything else [R002-059]', () => {
    const body = aBody({ fields: ['*'], input: { tckn: 'x', name: 'Ayşe' } });
    expect(pointers(body)).toEqual(['/fields', '/input/name', '/input/tckn']);
  });

  test('is refused with an input that is a list, a text or null', () => {
    expect(pointers(aBody({ input: [SUBJECT] }))).toEqual(['/input']);
    expect(pointers(aBody({ input: SUBJECT }))).toEqual(['/input']);
    expect(pointers(aBody({ input: null }))).toEqual(['/input']);
  });

  test('takes __proto__ for a member like any other, and inherited members for absent', () => {
    const text = `{"__proto__": {"tckn": "${SUBJECT}"}}`;
    expect(pointers({ ...aBody(), ...(JSON.parse('{"x":1}') as object) })).toEqual(['/x']);
    expect(pointers(aBody({ input: JSON.parse(text) as unknown }))).toEqual([
      '/input/__proto__',
      '/input/tckn',
    ]);
    const inherited: unknown = Object.create({ tckn: SUBJECT });
    expect(pointers(aBody({ input: inherited }))).toEqual(['/input/tckn']);
  });

  test('names at most twenty faults, however many members it has', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, place) => [`m${String(place)}`, 1]));
    expect(pointers(many)).toHaveLength(20);
  });

  test('is pointed into by RFC 6901, with long names cut', () => {
    expect(pointers(aBody({ 'a/b~c': 1 }))).toEqual(['/a~1b~0c']);
    expect(pointers(aBody({ ['k'.repeat(1000)]: 1 }))).toEqual([`/${'k'.repeat(64)}`]);
  });

  test('is asked for every input field of the operation', () => {
    const field = {
      ...agreementContent().operations[0]?.input[0],
      id: 'child',
    } as (typeof operation.input)[number];
    const two = { ...operation, input: [...operation.input, field] };
    expect(requestFaults(aBody(), two).map((fault) => fault.pointer)).toEqual(['/input/child']);
  });

  test('never has its values repeated in a fault', () => {
    const body = aBody({
      input: { tckn: 'secret-number' },
      purpose: ['secret-purpose'],
      caseReference: 'secret-case!',
      extra: 'secret-extra',
    });
    const faults = requestFaults(body, operation);
    expect(faults.map((fault) => fault.pointer)).toEqual([
      '/extra',
      '/input/tckn',
      '/purpose',
      '/caseReference',
    ]);
    expect(JSON.stringify(faults)).not.toContain('secret');
  });

  test('has its faults told in both languages', () => {
    for (const { messages } of requestFaults(
      { input: [], purpose: '', caseReference: SUBJECT, x: 1 },
      operation,
    )) {
      expect(messages.tr).not.toBe('');
      expect(messages.en).not.toBe('');
    }
  });
});

describe('the purpose', () => {
  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['a list', ['permit-check']],
    ['null', null],
  ])('is refused when it is %s [R002-015]', (_what, purpose) => {
    expect(pointers(aBody({ purpose }))).toEqual(['/purpose']);
  });
});

describe('the case reference', () => {
  test.each(['2026/118', '2026-118.A_b c', 'Çocuk 7', 'x', 'a'.repeat(64)])('may be %j', (reference) => {
    expect(forCase(reference)).toEqual([]);
  });

  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['a number', 118],
    ['too long', 'a'.repeat(65)],
    ['a space', ' '],
    ['markup', '<b>1</b>'],
    ['with a line break', '2026/118\n'],
    ['with a control character', '2026\u0000118'],
    ['with a zero-width space', '2026\u200b118'],
  ])('is refused when it is %s [R002-019]', (_what, reference) => {
    expect(forCase(reference)).toEqual(['/caseReference']);
  });

  test.each([
    ['plainly', SUBJECT],
    ['after a prefix', `TC ${SUBJECT}`],
    ['after a year', `2026/${SUBJECT}`],
    ['in groups', '171 606 140 84'],
    ['in groups after a year', '2026/171-606-140-84'],
    ['in groups before a number', '17160.614084/5'],
    ['digit by digit', '1 7 1 6 0 6 1 4 0 8 4'],
    ['between letters', 'a17160614084b'],
    ['with letters put between', '17160x614084'],
    ['in Arabic-Indic digits', '١٧١٦٠٦١٤٠٨٤'],
    ['in full-width digits', '１７１６０６１４０８４'],
    ['in two scripts', '１７１６０614٠٨٤'],
    ['in mathematical digits', '𝟏𝟕𝟏𝟔𝟎𝟔𝟏𝟒𝟎𝟖𝟒'],
    ['in circled digits', '①⑦①⑥⓪⑥①④⓪⑧④'],
  ])('must not hide an identity number %s [R002-059]', (_how, reference) => {
    const faults = requestFaults(aBody({ caseReference: reference }), operation);
    expect(faults.map((fault) => fault.pointer)).toEqual(['/caseReference']);
    expect(faults[0]?.messages.en).toContain('identity number');
  });

  test.each(['17160614085', '2026/1716061408', '171606140840'])(
    'may hold digits that are no identity number: %s',
    (text) => {
      expect(forCase(text)).toEqual([]);
    },
  );
});
