import { TILE_WIDTH, type TilePlace } from '../audit/tree/tile.ts';
import { countAt } from './tile-source.ts';

/**
 * The partial tiles that a seal adds (C2SP tlog-tiles): for every published size those of its right edge that no full tile
 * of the sealed tree has replaced, and that the tree before did not have. By level, then width.
 * @param published sizes above `from`, the sealed one among them
 */
export function* partialTiles(
  from: number,
  size: number,
  published: readonly number[],
): Generator<TilePlace> {
  for (let level = 0; countAt(size, level) > 0; level += 1) {
    const index = Math.floor(countAt(size, level) / TILE_WIDTH);
    const begin = index * TILE_WIDTH;
    const before = Math.max(0, countAt(from, level) - begin);
    const widths = new Set(published.map((one) => countAt(one, level) - begin));
    for (const width of [...widths].sort((a, b) => a - b)) if (width > before) yield { level, index, width };
  }
}
