import { describe, expect, test } from '@jest/globals';
import { compileAddressRule } from '../../../src/identity/address-rule.ts';

const allows = (address: string, ...list: string[]): boolean => compileAddressRule(list).allows(address);

describe('an address rule', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7', '192.0.2.0/24'],
    ['192.0.2.255', '192.0.2.0/24'],
    ['192.0.2.7', '192.0.2.99/24'],
    ['255.255.255.255', '0.0.0.0/0'],
    ['::ffff:192.0.2.7', '192.0.2.0/24'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['192.0.2.7', '::ffff:192.0.2.0/120'],
    ['192.0.2.7', '::ffff:192.0.2.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::/64'],
    ['2001:db8:ffff::', '2001:db8::/32'],
    ['::1', '::1'],
  ])('lets %s pass by %s [R002-028]', (address, entry) => {
    expect(allows(address, entry)).toBe(true);
  });

  test.each([
    ['192.0.2.8', '192.0.2.7'],
    ['192.0.3.0', '192.0.2.0/24'],
    ['192.0.1.255', '192.0.2.0/24'],
    ['2001:db9::', '2001:db8::/32'],
    ['192.0.2.7', '::/0'],
    ['::ffff:192.0.2.7', '::/0'],
    ['2001:db8::1', '0.0.0.0/0'],
    ['::192.0.2.7', '192.0.2.7'],
    ['64:ff9b::c000:207', '192.0.2.7'],
  ])('refuses %s by %s [R002-028]', (address, entry) => {
    expect(allows(address, entry)).toBe(false);
  });

  test('lets pass what any entry allows, and nobody when it is empty [R002-029]', () => {
    expect(allows('2001:db8::1', '192.0.2.0/24', '2001:db8::/32')).toBe(true);
    expect(allows('192.0.2.1')).toBe(false);
    expect(allows('::1')).toBe(false);
  });

  test('says the same of an address each time it is asked, however many others come between', () => {
    const rule = compileAddressRule(['10.0.0.0/24']);
    const addresses = Array.from(
      { length: 600 },
      (_, place) => `10.0.${String(place >> 8)}.${String(place % 256)}`,
    );
    const verdicts = [...addresses, ...addresses].map((address) => rule.allows(address));
    expect(verdicts).toEqual([...addresses, ...addresses].map((address) => address.startsWith('10.0.0.')));
  });

  test.each([
    '',
    'unknown',
    '192.0.2',
    '192.0.2.7:443',
    '[::1]',
    '192.0.2.7, 10.0.0.1',
    'localhost',
    '192.0.2.7/32',
  ])('refuses %j, which is no address', (address) => {
    expect(allows(address, '0.0.0.0/0', '::/0')).toBe(false);
  });

  test.each([
    '', '10', '10.0.0', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/', '010.0.0.1', '0x0a.0.0.1', '167772161', '10.0.0.256',
    '10.0.0.1 ', '*', '10.0.0.*', '10.0.0.1-10.0.0.9', '2001:db8::/129', '::192.0.2.7', '::192.0.2.0/120', '2001:db8:::1', 'example.org',
  ])('is not compiled with %j', (entry) => {
    expect(() => compileAddressRule(['10.0.0.1', entry])).toThrow(RangeError);
  }); // prettier-ignore
});
