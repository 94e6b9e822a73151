import fc from 'fast-check';

/** A character of any plane; halves of a pair are none. */
const character = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((point) => String.fromCodePoint(point));

/** Well-formed text of any characters. The unit `binary` of fast-check is the same, and takes a second to set up. */
export function anyText(bounds: { readonly maxLength?: number } = {}): fc.Arbitrary<string> {
  return fc.string({ unit: character, ...bounds });
}
