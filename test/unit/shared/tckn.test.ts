import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { completeTckn, isTckn } from '../../../src/shared/tckn.ts';

describe('a T.R. identity number', () => {
  test.each([
    ['the smallest one', '10000000146'],
    ['one whose even places outweigh the odd ones', '17160614084'],
    ['one that nobody bears but the rule allows', '11111111110'],
  ])('is %s [R002-059]', (_what, text) => {
    expect(isTckn(text)).toBe(true);
  });

  test.each([
    ['empty text', ''],
    ['ten digits', '1000000014'],
    ['twelve digits', '100000001460'],
    ['a leading zero', '01000000146'],
    ['letters', '1000000014a'],
    ['Arabic digits', '١٠٠٠٠٠٠٠١٤٦'],
    ['full-width digits', '１００００００００１４６'],
    ['a space before', ' 10000000146'],
    ['a space after', '10000000146 '],
    ['a space inside', '1000000 0146'],
    ['a line break after', '10000000146\n'],
    ['a sign', '+1000000014'],
    ['a fraction', '1000000014.6'],
    ['a wrong tenth digit', '10000000156'],
    ['a wrong eleventh digit', '10000000147'],
  ])('is not %s [R002-059]', (_what, text) => {
    expect(isTckn(text)).toBe(false);
  });

  test('follows the rule as the law of numbers states it, with whole remainders', () => {
    const nine = fc.integer({ min: 100_000_000, max: 999_999_999 });
    fc.assert(
      fc.property(nine, fc.integer({ min: 0, max: 99 }), (head, tail) => {
        const text = String(head) + String(tail).padStart(2, '0');
        const d = Array.from(text, Number);
        const sum = (places: readonly number[]): number =>
          places.reduce((total, place) => total + (d[place - 1] ?? 0), 0);
        const tenth = (((7 * sum([1, 3, 5, 7, 9]) - sum([2, 4, 6, 8])) % 10) + 10) % 10;
        const eleventh = sum([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) % 10;
        expect(isTckn(text)).toBe(d[9] === tenth && d[10] === eleventh);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is completed in exactly one way from nine digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100_000_000, max: 999_999_999 }), (head) => {
        const whole = completeTckn(String(head));
        const valid = Array.from(
          { length: 100 },
          (_, tail) => String(head) + String(tail).padStart(2, '0'),
        ).filter(isTckn);
        expect(valid).toEqual([whole]);
      }),
    );
  });

  test.each(['', '12345678', '012345678', '1234567890', '12345678a'])(
    'is not completed from %p',
    (digits) => {
      expect(() => completeTckn(digits)).toThrow(RangeError);
    },
  );
});
