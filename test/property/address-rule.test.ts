import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileAddressRule } from '../../src/identity/address-rule.ts';

/** An address as its bits and the ways to write it. */
interface Written {
  readonly bits: string;
  readonly spellings: readonly string[];
}

function bitsOf(parts: readonly number[], width: number): string {
  return parts.map((part) => part.toString(2).padStart(width, '0')).join('');
}

function ipv4(bytes: readonly number[]): Written {
  const dotted = bytes.join('.');
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const mapped = `::ffff:${hex.slice(0, 4)}:${hex.slice(4)}`;
  return { bits: bitsOf(bytes, 8), spellings: [dotted, `::ffff:${dotted}`, `::FFFF:${dotted}`, mapped] };
}

function ipv6(groups: readonly number[]): Written {
  const plain = groups.map((group) => group.toString(16)).join(':');
  const padded = groups.map((group) => group.toString(16).padStart(4, '0')).join(':');
  return { bits: bitsOf(groups, 16), spellings: [plain, padded, plain.toUpperCase()] };
}

/** The rule as one would say it: same family, and the first bits of both are equal. */
function naive(peer: Written, block: Written, prefix: number): boolean {
  return peer.bits.length === block.bits.length && peer.bits.slice(0, prefix) === block.bits.slice(0, prefix);
}

const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 10, 127, 255));
// 0xffff in the sixth place would make the address a mapped IPv4 address.
const group = fc.oneof(fc.integer({ min: 0, max: 0xfffe }), fc.constantFrom(0, 1, 0x2001, 0x0db8));
const anIpv4 = fc.array(byte, { minLength: 4, maxLength: 4 }).map(ipv4);
const anIpv6 = fc.array(group, { minLength: 8, maxLength: 8 }).map(ipv6);
const anAddress = fc.oneof(anIpv4, anIpv6);

/** A block, and a peer that shares a random number of first bits with it, so that borders are met. */
const blockAndPeer = fc
  .record({ block: anAddress, other: anAddress, shared: fc.nat(128), prefix: fc.nat(128) })
  .map(({ block, other, shared, prefix }) => {
    const width = block.bits.length;
    const near =
      block.bits.slice(0, shared) + flipped(block.bits.charAt(shared)) + block.bits.slice(shared + 1);
    const peer = other.bits.length === width ? fromBits(near.slice(0, width)) : other;
    return { block, peer, prefix: prefix % (width + 1) };
  });

function flipped(bit: string): string {
  return bit === '' ? '' : bit === '0' ? '1' : '0';
}

function fromBits(bits: string): Written {
  const width = bits.length === 32 ? 8 : 16;
  const parts = Array.from({ length: bits.length / width }, (_, place) =>
    Number.parseInt(bits.slice(place * width, (place + 1) * width), 2),
  );
  return width === 8 ? ipv4(parts) : ipv6(parts);
}

describe('the address matcher', () => {
  test('is the naive matcher, for IPv4, IPv6, blocks and mapped addresses [R002-028]', () => {
    fc.assert(
      fc.property(blockAndPeer, ({ block, peer, prefix }) => {
        const expected = naive(peer, block, prefix);
        const rule = compileAddressRule([`${String(block.spellings[0])}/${String(prefix)}`]);
        for (const spelling of peer.spellings) expect(rule.allows(spelling)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  test('reads a mapped block as the IPv4 block that it is [R002-028]', () => {
    fc.assert(
      fc.property(anIpv4, anIpv4, fc.nat(32), (block, peer, prefix) => {
        const mapped = compileAddressRule([`${String(block.spellings[3])}/${String(prefix + 96)}`]);
        expect(mapped.allows(String(peer.spellings[0]))).toBe(naive(peer, block, prefix));
      }),
      { numRuns: 1_000 },
    );
  });

  test('allows with a list what any of its entries allows', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anAddress, fc.nat(32)), { maxLength: 5 }), anAddress, (list, peer) => {
        const entries = list.map(([block, prefix]) => `${String(block.spellings[0])}/${String(prefix)}`);
        const expected = list.some(([block, prefix]) => naive(peer, block, prefix));
        expect(compileAddressRule(entries).allows(String(peer.spellings[0]))).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  test('allows no text that is not an address, and never throws', () => {
    const rule = compileAddressRule(['0.0.0.0/0', '::/0']);
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^[0-9.]+$|:/.test(text));
        expect(rule.allows(text)).toBe(false);
      }),
    );
  });
});
