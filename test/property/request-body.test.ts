import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { requestFaults } from '../../src/gateway/request-body.ts';
import { completeTckn } from '../../src/shared/tckn.ts';
import { aBody, anAgreedOperation } from '../support/exchange-builder.ts';

const { operation } = anAgreedOperation();
const isAccepted = (body: unknown): boolean => requestFaults(body, operation).length === 0;
const aTckn = fc.integer({ min: 100_000_000, max: 999_999_999 }).map((nine) => completeTckn(String(nine)));

/** The rule of the identity number, written the other way round: with subtraction, as it is usually told. */
function naiveIsTckn(text: string): boolean {
  if (!/^[1-9][0-9]{10}$/.test(text)) return false;
  const digits = Array.from(text, Number);
  const at = (...places: number[]): number =>
    places.reduce((sum, place) => sum + (digits[place - 1] ?? 0), 0);
  const tenth = (((at(1, 3, 5, 7, 9) * 7 - at(2, 4, 6, 8)) % 10) + 10) % 10;
  return at(10) === tenth && at(11) === at(1, 2, 3, 4, 5, 6, 7, 8, 9, 10) % 10;
}

/** The zero of every run of ten decimal digits that Unicode knows. */
const ZEROS = Array.from({ length: 0x110000 }, (_, code) => code).filter(isZero);

function isZero(code: number): boolean {
  const isDigit = (point: number): boolean => /^\p{Nd}$/u.test(String.fromCodePoint(point));
  if (code >= 0xd800 && code <= 0xdfff) return false;
  // The mathematical digits stand in five runs without a gap.
  if (code > 0x1d7ce && code <= 0x1d7ff) return (code - 0x1d7ce) % 10 === 0;
  return isDigit(code) && !isDigit(code - 1);
}

describe('the body of a query', () => {
  test('is accepted exactly when its identity number follows the rule [R002-059]', () => {
    const text = fc.oneof(
      fc.stringMatching(/^[0-9]{9,12}$/),
      fc
        .tuple(aTckn, fc.nat(10), fc.nat(9))
        .map(([number, place, digit]) => replaceAt(number, place, String(digit))),
      aTckn,
    );
    fc.assert(
      fc.property(text, (tckn) => {
        expect(isAccepted(aBody({ input: { tckn } }))).toBe(naiveIsTckn(tckn));
      }),
      { numRuns: 5_000 },
    );
  });

  test('is judged without throwing, whatever JSON it is, and accepted only in the agreed shape [R002-059]', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (body, input) => {
        expect(isAccepted(body)).toBe(false);
        expect(isAccepted(aBody({ input }))).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is refused with any member beside the agreed ones, at the top and in the input [R002-059]', () => {
    const name = fc.string().filter((key) => !['input', 'purpose', 'caseReference', 'tckn'].includes(key));
    fc.assert(
      fc.property(name, fc.jsonValue(), aTckn, (key, value, tckn) => {
        const extra = JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(value)}}`) as object;
        expect(isAccepted(aBody({ input: { tckn } }))).toBe(true);
        expect(
          isAccepted(JSON.parse(JSON.stringify(aBody()).slice(0, -1) + ',' + JSON.stringify(extra).slice(1))),
        ).toBe(false);
        const input: unknown = JSON.parse(`{"tckn":"${tckn}",${JSON.stringify(extra).slice(1)}`);
        expect(isAccepted(aBody({ input }))).toBe(false);
      }),
    );
  });

  test('never has a value repeated in its faults', () => {
    const value = fc.string({ minLength: 8 }).map((text) => `«${text}»`);
    fc.assert(
      fc.property(value, value, value, (tckn, purpose, caseReference) => {
        const text = JSON.stringify(
          requestFaults({ input: { tckn }, purpose: [purpose], caseReference }, operation),
        );
        expect(text).not.toContain('«');
      }),
    );
  });
});

describe('a case reference', () => {
  test('hides no identity number, in no script and with nothing put between its digits [R002-059]', () => {
    const separator = fc.constantFrom('', '', ' ', '.', '/', '-', '_', '. ');
    const separators = fc.array(separator, { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(aTckn, fc.constantFrom(...ZEROS), separators, (tckn, zero, between) => {
        const digits = Array.from(tckn, (digit) => String.fromCodePoint(zero + Number(digit)));
        const reference = digits.map((digit, place) => digit + (between[place] ?? '')).join('');
        expect(isAccepted(aBody({ caseReference: reference }))).toBe(false);
        expect(isAccepted(aBody({ caseReference: `A/${reference}/b` }))).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  test('knows the digits of every script', () => {
    expect(ZEROS.length).toBeGreaterThan(60);
    for (const zero of ZEROS) {
      const text = Array.from('17160614084', (digit) => String.fromCodePoint(zero + Number(digit))).join('');
      expect([zero.toString(16), isAccepted(aBody({ caseReference: text }))]).toEqual([
        zero.toString(16),
        false,
      ]);
    }
  });
});

function replaceAt(text: string, place: number, digit: string): string {
  return text.slice(0, place) + digit + text.slice(place + 1);
}
