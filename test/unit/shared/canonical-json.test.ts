import { describe, expect, test } from '@jest/globals';
import { canonicalJson } from '../../../src/shared/canonical-json.ts';

describe('canonical JSON', () => {
  test('writes the example of RFC 8785 §3.2.4 byte for byte', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('sorts keys by UTF-16 code units, as RFC 8785 §3.2.3 asks', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    expect(Object.values(JSON.parse(canonicalJson(value)) as object)).toHaveLength(7);
    expect(canonicalJson(value)).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
    );
  });

  test('spells negative zero as zero', () => {
    expect(canonicalJson([-0, 0])).toBe('[0,0]');
  });

  test('leaves out members without a value', () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
  });

  test.each([NaN, Infinity, -Infinity])('refuses %p, which has no JSON form', (value) => {
    expect(() => canonicalJson({ value })).toThrow();
  });

  test('refuses a value that is not JSON at all', () => {
    expect(() => canonicalJson(undefined)).toThrow(TypeError);
  });
});
