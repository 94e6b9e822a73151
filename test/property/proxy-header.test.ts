import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { compileAddressRule } from '../../src/identity/address-rule.ts';
import { clientAddress } from '../../src/http/proxy/client-address.ts';
import { headerLength } from '../../src/http/proxy/header-length.ts';
import { ProxyHeaderError } from '../../src/http/proxy/proxy-header-error.ts';
import { binary, line, type Stated } from '../support/proxy-header.ts';

const LONGEST = 536;

const ipv4 = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }).map((bytes) => bytes.join('.'));
const ipv6 = fc
  .array(fc.nat(0xffff), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.map((group) => group.toString(16)).join(':'));
const port = fc.nat(65_535);

function stated(address: fc.Arbitrary<string>): fc.Arbitrary<Stated> {
  return fc.record({ source: address, destination: address, sourcePort: port, destinationPort: port });
}

const values = fc.array(
  fc.record({
    type: fc.nat(255),
    value: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  }),
  { maxLength: 5 },
);
const told = fc.oneof(stated(ipv4), stated(ipv6));
const header = fc.oneof(
  told.map((one) => ({ told: one, bytes: line(one) })),
  fc.tuple(told, values).map(([one, more]) => ({ told: one, bytes: binary(one, more) })),
);

/** What the listener makes of bytes once they are all there. */
function outcomeOf(bytes: Buffer): string | null | undefined {
  try {
    const length = headerLength(bytes);
    return length === undefined ? undefined : clientAddress(bytes.subarray(0, length));
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ProxyHeaderError);
    return (thrown as ProxyHeaderError).code;
  }
}

describe('a PROXY header', () => {
  test('gives the address that the balancer states, whatever else it carries and whatever follows', () => {
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 40 }), ({ told: { source }, bytes }, after) => {
        expect(headerLength(Buffer.concat([bytes, after]))).toBe(bytes.length);
        const address = clientAddress(bytes) ?? '';
        expect(address).toBe(ipaddr.process(source).toString());
        expect(compileAddressRule([source]).allows(address)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('is waited for as long as a byte of it is missing, and not a byte longer', () => {
    fc.assert(
      fc.property(header, ({ bytes }) => {
        for (let place = 0; place < bytes.length; place++)
          expect(headerLength(bytes.subarray(0, place))).toBeUndefined();
        expect(headerLength(bytes)).toBe(bytes.length);
      }),
      { numRuns: 50 },
    );
  });

  test('is decided within 536 bytes for any bytes at all, and ends in an address or a code', () => {
    const start = fc.oneof(
      fc.constant(Buffer.alloc(0)),
      header.chain(({ bytes }) => fc.nat(bytes.length).map((place) => bytes.subarray(0, place))),
    );
    fc.assert(
      fc.property(start, fc.uint8Array({ minLength: LONGEST, maxLength: 600 }), (first, rest) => {
        expect(outcomeOf(Buffer.concat([first, rest]))).not.toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  test('with one byte changed never gives what is not an IP address', () => {
    const changed = header.chain(({ bytes }) =>
      fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)).map(([place, byte]) => {
        const other = Buffer.from(bytes);
        other.writeUInt8(byte, place);
        return other;
      }),
    );
    fc.assert(
      fc.property(changed, (bytes) => {
        const outcome = outcomeOf(bytes);
        const code = typeof outcome === 'string' && outcome.startsWith('PROXY_');
        expect(outcome === undefined || outcome === null || code || ipaddr.isValid(outcome)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
