import { randomInt } from 'node:crypto';
import { completeTckn, type Tckn } from '../shared/tckn.ts';

/** Identity numbers with a valid checksum that stand for nobody, all different. Made at random, so none can be committed. */
export function fictionalIdentityNumbers(count: number): Tckn[] {
  const numbers = new Set<Tckn>();
  while (numbers.size < count) numbers.add(completeTckn(String(randomInt(100_000_000, 1_000_000_000))));
  return [...numbers];
}
