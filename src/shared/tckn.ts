/** A Turkish identity number that satisfies the checksum rule. It says nothing about existence. */
export type Tckn = string & { readonly __brand: 'Tckn' };

const SHAPE = /^[1-9][0-9]{10}$/;

/**
 * Eleven ASCII digits, the first not zero;
 * d10 = (7·(d1+d3+d5+d7+d9) + 9·(d2+d4+d6+d8)) mod 10; d11 = (d1+…+d10) mod 10.
 * The 9 stands for −1: JavaScript's % keeps the sign and would refuse valid numbers.
 */
export function isTckn(text: string): text is Tckn {
  if (!SHAPE.test(text)) return false;
  let odd = 0;
  let even = 0;
  for (let place = 0; place < 9; place++) {
    const digit = text.charCodeAt(place) - 48;
    if (place % 2 === 0) odd += digit;
    else even += digit;
  }
  const tenth = (7 * odd + 9 * even) % 10;
  const eleventh = (odd + even + tenth) % 10;
  return text.charCodeAt(9) - 48 === tenth && text.charCodeAt(10) - 48 === eleventh;
}

/** Completes nine digits (the first not zero) to a valid number; for fictional people and tests. */
export function completeTckn(nineDigits: string): Tckn {
  if (!/^[1-9][0-9]{8}$/.test(nineDigits)) throw new RangeError('nine ASCII digits, the first not zero');
  for (let check = 0; check < 100; check++) {
    const candidate = nineDigits + String(check).padStart(2, '0');
    if (isTckn(candidate)) return candidate;
  }
  throw new RangeError('no check digits found');
}
