import { describe, expect, test } from '@jest/globals';
import { clientAddress } from '../../../../src/http/proxy/client-address.ts';
import { headerLength } from '../../../../src/http/proxy/header-length.ts';
import { ProxyHeaderError } from '../../../../src/http/proxy/proxy-header-error.ts';
import { binary, binaryOf, line, LOCAL, SIGNATURE } from '../../../support/proxy-header.ts';

const IPV4 = { source: '203.0.113.7', destination: '192.0.2.10' };
const IPV6 = { source: '2001:db8:0:0:0:0:0:7', destination: '2001:db8:0:0:0:0:0:10' };
const TEXT = (text: string): Buffer => Buffer.from(text, 'latin1');

/** What the listener makes of bytes: an address, null, `more` or a code. */
function outcomeOf(bytes: Buffer): string | null {
  try {
    const length = headerLength(bytes);
    return length === undefined ? 'more' : clientAddress(bytes.subarray(0, length));
  } catch (thrown) {
    if (thrown instanceof ProxyHeaderError) return thrown.code;
    throw thrown;
  }
}

describe('the address that a PROXY header states', () => {
  test.each<[string, Buffer, string | null]>([
    ['version 1 with IPv4', line(IPV4), '203.0.113.7'],
    ['version 1 with IPv6', line({ source: '2001:DB8::7', destination: '::1' }), '2001:db8::7'],
    [
      'version 1 with an IPv4-mapped address',
      line({ source: '::ffff:203.0.113.7', destination: '::1' }),
      '203.0.113.7',
    ],
    ['version 2 with IPv4', binary(IPV4), '203.0.113.7'],
    ['version 2 with IPv6', binary(IPV6), '2001:db8::7'],
    [
      'version 2 with an IPv4-mapped address',
      binary({ ...IPV6, source: '0:0:0:0:0:ffff:cb00:7107' }),
      '203.0.113.7',
    ],
    [
      'additional values',
      binary(IPV4, [
        { type: 0x02, value: TEXT('gecit') },
        { type: 0x04, value: TEXT('') },
      ]),
      '203.0.113.7',
    ],
    ['the highest ports', line({ ...IPV4, sourcePort: 65_535, destinationPort: 0 }), '203.0.113.7'],
  ])('is read from %s', (_what, bytes, address) => {
    expect(outcomeOf(bytes)).toBe(address);
  });

  test.each<[string, Buffer]>([
    ['UNKNOWN alone', TEXT('PROXY UNKNOWN\r\n')],
    ['UNKNOWN with anything after it', TEXT('PROXY UNKNOWN ffff::1 x y z\r\n')],
    ['LOCAL', LOCAL],
    [
      'LOCAL with a family that does not exist',
      binaryOf({ command: 0x20, family: 0xff, block: Buffer.alloc(7) }),
    ],
    ['no family', binaryOf({ command: 0x21, family: 0x00, block: Buffer.alloc(9, 1) })],
  ])('is none with %s', (_what, bytes) => {
    expect(outcomeOf(bytes)).toBeNull();
  });
});

describe('a header that is not usable', () => {
  test.each<[string, Buffer, string]>([
    ['a TLS ClientHello', Buffer.from([0x16]), 'PROXY_HEADER_MISSING'],
    ['HTTP', TEXT('P'.concat('OST / HTTP/1.1')), 'PROXY_HEADER_MISSING'],
    ['lower case', TEXT('proxy TCP4'), 'PROXY_HEADER_MISSING'],
    [
      'a signature that goes astray',
      Buffer.concat([SIGNATURE.subarray(0, 11), Buffer.from([0])]),
      'PROXY_HEADER_MISSING',
    ],
    ['a line without an end', TEXT(`PROXY TCP4 ${'1'.repeat(96)}`), 'PROXY_HEADER_TOO_LONG'],
    ['an end just too late', TEXT(`PROXY UNKNOWN ${'x'.repeat(92)}\r\n`), 'PROXY_HEADER_TOO_LONG'],
    [
      'more additional values than fit',
      binaryOf({ command: 0x21, family: 0x11, length: 521 }),
      'PROXY_HEADER_TOO_LONG',
    ],
    ['the longest length', binaryOf({ command: 0x20, family: 0, length: 65_535 }), 'PROXY_HEADER_TOO_LONG'],
    ['a version to come', binaryOf({ command: 0x31, family: 0x11 }), 'PROXY_HEADER_MALFORMED'],
    [
      'a command that does not exist',
      binaryOf({ command: 0x22, family: 0x11, block: Buffer.alloc(12) }),
      'PROXY_HEADER_MALFORMED',
    ],
    [
      'a family that does not exist',
      binaryOf({ command: 0x21, family: 0x41, block: Buffer.alloc(12) }),
      'PROXY_HEADER_MALFORMED',
    ],
    [
      'fewer bytes than its family needs',
      binaryOf({ command: 0x21, family: 0x11, block: Buffer.alloc(11) }),
      'PROXY_HEADER_MALFORMED',
    ],
    [
      'half an additional value',
      binaryOf({ command: 0x21, family: 0x11, block: Buffer.alloc(14) }),
      'PROXY_HEADER_MALFORMED',
    ],
    [
      'an additional value longer than what is left',
      binary(IPV4, [{ type: 4, value: TEXT('x') }]).fill(9, 30, 31),
      'PROXY_HEADER_MALFORMED',
    ],
    [
      'a Unix socket',
      binaryOf({ command: 0x21, family: 0x31, block: Buffer.alloc(216) }),
      'PROXY_ADDRESS_NOT_IP',
    ],
    ['datagrams', binaryOf({ command: 0x21, family: 0x12, block: Buffer.alloc(12) }), 'PROXY_ADDRESS_NOT_IP'],
  ])('is refused: %s', (_what, bytes, code) => {
    expect(outcomeOf(bytes)).toBe(code);
  });

  test.each([
    'PROXY TCP4 203.0.113.7 192.0.2.10 40000\r\n',
    'PROXY TCP4 203.0.113.7 192.0.2.10 40000 8443 1\r\n',
    'PROXY TCP4  203.0.113.7 192.0.2.10 40000 8443\r\n',
    'PROXY TCP4 203.0.113.7 192.0.2.10 040000 8443\r\n',
    'PROXY TCP4 203.0.113.7 192.0.2.10 65536 8443\r\n',
    'PROXY TCP4 203.0.113.7 192.0.2.10 40000 99999\r\n',
    'PROXY TCP4 203.0.113.7 192.0.2.10 -1 8443\r\n',
    'PROXY TCP4 203.0.113.07 192.0.2.10 40000 8443\r\n',
    'PROXY TCP4 0xcb007107 192.0.2.10 40000 8443\r\n',
    'PROXY TCP4 2001:db8::7 192.0.2.10 40000 8443\r\n',
    'PROXY TCP4 203.0.113.7 2001:db8::7 40000 8443\r\n',
    'PROXY TCP6 203.0.113.7 192.0.2.10 40000 8443\r\n',
    'PROXY TCP6 fe80::7%eth0 ::1 40000 8443\r\n',
    'PROXY TCP6 ::203.0.113.7 ::1 40000 8443\r\n',
    'PROXY UDP4 203.0.113.7 192.0.2.10 40000 8443\r\n',
    'PROXY TCP4 203.0.113.7 192.0.2.10 40000 8443 \r\n',
    'PROXY TCP4 203.0.113.7 192.0.2.10 40000 8443\n\r\n',
    'PROXY TCP4 203.0.113.7\0 192.0.2.10 40000 8443\r\n',
    'PROXY TCP4 127.0.0.1, 203.0.113.7 192.0.2.10 40000 8443\r\n',
    'PROXY UNKNOWNx\r\n',
    'PROXY UNKNOWN \n\r\n',
    'PROXY \r\n',
  ])('is refused as malformed: %j', (text) => {
    expect(outcomeOf(TEXT(text))).toBe('PROXY_HEADER_MALFORMED');
  });
});
