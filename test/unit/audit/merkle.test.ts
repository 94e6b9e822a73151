import { describe, expect, test } from '@jest/globals';
import { appendToFrontier, emptyRoot, leafHash, nodeHash, rootOf } from '../../../src/audit/merkle.ts';

/** Leaves and roots of the test vectors that Certificate Transparency implementations share. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('Merkle hashing', () => {
  test('gives the published hashes of the empty tree and of a leaf', () => {
    expect(emptyRoot.toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(leafHash(Buffer.from('L123456')).toString('hex')).toBe(
      '395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56',
    );
  });

  test('gives the eight published roots while leaves are appended one by one', () => {
    const frontier: Buffer[] = [];
    const roots = LEAVES.map((leaf, index) => {
      appendToFrontier(frontier, index, leafHash(Buffer.from(leaf, 'hex')));
      return rootOf(frontier).toString('hex');
    });
    expect(roots).toEqual(ROOTS);
  });

  test('tells every complete subtree of 256 and 65,536 leaves once, with its place and hash', () => {
    const told: string[] = [];
    const frontier: Buffer[] = [];
    const roots = new Map<number, string>();
    const leaf = leafHash(Buffer.from('x'));
    for (let size = 0; size < 66_000; size++) {
      appendToFrontier(frontier, size, leaf, (height, index, hash) => {
        told.push(`${String(height)}/${String(index)} ${hash.toString('hex')}`);
      });
      if (frontier.length === 1) roots.set(size + 1, rootOf(frontier).toString('hex'));
    }
    const firsts = Array.from({ length: 257 }, (_, index) => `8/${String(index)} ${roots.get(256) ?? ''}`);
    expect(told).toEqual([...firsts.slice(0, 256), `16/0 ${roots.get(65_536) ?? ''}`, ...firsts.slice(256)]);
  });

  test('does not take a leaf for a node', () => {
    const left = leafHash(Buffer.from('a'));
    const right = leafHash(Buffer.from('b'));
    expect(leafHash(Buffer.concat([left, right])).equals(nodeHash(left, right))).toBe(false);
  });

  test('refuses a frontier that does not belong to the size', () => {
    expect(() => {
      appendToFrontier([], 1, leafHash(Buffer.alloc(1)));
    }).toThrow(RangeError);
  });

  test('refuses to join what is no hash', () => {
    expect(() => nodeHash(Buffer.alloc(31), Buffer.alloc(32))).toThrow(RangeError);
  });
});
