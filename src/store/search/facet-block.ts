/** Indexes that one block can span: an offset within it is a number of two bytes. */
export const BLOCK_LENGTH = 65_536;

const FACET_BYTES = 4;

/**
 * The facets of the records of one block, in the order of their offsets.
 * @param facets by offset; one may be missing, where there is no record that can be read
 */
export function encodeFacets(facets: readonly (number | undefined)[]): Buffer {
  const bytes = Buffer.alloc(facets.length * FACET_BYTES);
  for (let offset = 0; offset < facets.length; offset += 1) {
    bytes.writeUInt32LE(facets[offset] ?? 0, offset * FACET_BYTES);
  }
  return bytes;
}

/** Offsets of the records of one block that have one of the facets, ascending. */
export function offsetsOfFacets(bytes: Buffer, facets: FacetSet): number[] {
  const found: number[] = [];
  for (let at = 0; at + FACET_BYTES <= bytes.length; at += FACET_BYTES) {
    if (facets.has(bytes.readUInt32LE(at))) found.push(at / FACET_BYTES);
  }
  return found;
}

/** Some facets by number, asked for far more often than made. */
export class FacetSet {
  readonly #members: Uint8Array;

  constructor(ids: readonly number[]) {
    this.#members = new Uint8Array(ids.reduce((most, id) => Math.max(most, id), 0) + 1);
    for (const id of ids) this.#members[id] = 1;
  }

  has(id: number): boolean {
    return this.#members[id] === 1;
  }
}
