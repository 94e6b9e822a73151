/** Indexes that one block can span: an offset within it is a number of two bytes. */
export const BLOCK_LENGTH = 65_536;

const FACET_BYTES = 4;
/** Where there is no record that can be read. */
const NO_FACET = 0;

/**
 * The facets of the records of one block, in the order of their offsets.
 * @param facets by offset; one may be missing
 */
export function encodeFacets(facets: readonly (number | undefined)[]): Buffer {
  const bytes = Buffer.alloc(facets.length * FACET_BYTES);
  for (let offset = 0; offset < facets.length; offset += 1) {
    bytes.writeUInt32LE(facets[offset] ?? NO_FACET, offset * FACET_BYTES);
  }
  return bytes;
}

/** Offsets of the records of one block that have one of the facets, ascending. */
export function offsetsOfFacets(bytes: Buffer, facets: FacetSet): number[] {
  const found: number[] = [];
  const length = Math.floor(bytes.length / FACET_BYTES);
  for (let offset = 0; offset < length; offset += 1) {
    if (hasFacet(bytes, offset, facets)) found.push(offset);
  }
  return found;
}

/** Whether the record at an offset of a block has one of the facets. */
export function hasFacet(bytes: Buffer, offset: number, facets: FacetSet): boolean {
  const at = offset * FACET_BYTES;
  const facet = at + FACET_BYTES <= bytes.length ? bytes.readUInt32LE(at) : NO_FACET;
  return facet !== NO_FACET && facets.has(facet);
}

/** Some facets, by number. */
export interface FacetSet {
  has: (facet: number) => boolean;
}
