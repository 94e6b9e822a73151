import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import {
  Command,
  INETProtocol,
  IPv4ProxyAddress,
  IPv6ProxyAddress,
  TransportProtocol,
  UnspecProxyAddress,
  V1BinaryProxyProtocol,
  V2ProxyProtocol,
} from 'proxy-protocol-js';
import { isBinary } from './header-length.ts';
import { ProxyHeaderError } from './proxy-header-error.ts';
import { wellFormedValues } from './well-formed-values.ts';

const MOST_PORT = 65_535;
/** What follows UNKNOWN is ignored (PROXY protocol §2.1); the library wants addresses there. */
const UNKNOWN_LINE = /^PROXY UNKNOWN(?: [^\r\n]*)?\r\n$/;
const COMMAND_PLACE = 12;
const COMMAND_MASK = 0x0f;

/**
 * The client's address as a PROXY header states it, an IPv4-mapped one as IPv4. Null where the balancer speaks for itself:
 * `UNKNOWN`, `LOCAL`, or no family.
 * @param header exactly the bytes that `headerLength` measured
 * @throws ProxyHeaderError `PROXY_HEADER_MALFORMED`; `PROXY_ADDRESS_NOT_IP` for a Unix socket or datagrams
 */
export function clientAddress(header: Buffer): string | null {
  return isBinary(header) ? addressOfBinary(header) : addressOfLine(header);
}

function addressOfLine(header: Buffer): string | null {
  if (UNKNOWN_LINE.test(header.toString('latin1'))) return null;
  const line = parsed(() => V1BinaryProxyProtocol.parse(header));
  const { inetProtocol, source, destination } = line;
  // The library takes any text for an address and any number for a port: what it read must write the same line.
  const exact = Buffer.from(line.build()).equals(header);
  const ports = source.port <= MOST_PORT && destination.port <= MOST_PORT;
  const fits = inetProtocol === INETProtocol.TCP4 ? isIPv4 : isPlainIPv6;
  if (!exact || !ports || !fits(source.ipAddress) || !fits(destination.ipAddress))
    throw new ProxyHeaderError('PROXY_HEADER_MALFORMED');
  return ipaddr.process(source.ipAddress).toString();
}

function addressOfBinary(header: Buffer): string | null {
  // With LOCAL everything that follows is ignored, also a family that does not exist (PROXY protocol §2.2).
  if ((header.readUInt8(COMMAND_PLACE) & COMMAND_MASK) === Command.LOCAL.valueOf()) return null;
  const { proxyAddress, transportProtocol, data } = parsed(() => V2ProxyProtocol.parse(header));
  if (proxyAddress instanceof UnspecProxyAddress) return null;
  if (!wellFormedValues(data ?? new Uint8Array())) throw new ProxyHeaderError('PROXY_HEADER_MALFORMED');
  const isIp = proxyAddress instanceof IPv4ProxyAddress || proxyAddress instanceof IPv6ProxyAddress;
  if (!isIp || transportProtocol !== TransportProtocol.STREAM)
    throw new ProxyHeaderError('PROXY_ADDRESS_NOT_IP');
  return ipaddr.process(ipaddr.fromByteArray([...proxyAddress.sourceAddress.address]).toString()).toString();
}

/** A zone names an interface of the balancer, which says nothing here; the deprecated `::10.0.0.1` is read as 10.0.0.1. */
function isPlainIPv6(address: string): boolean {
  return isIPv6(address) && !address.includes('%') && !/^::[0-9]+\./.test(address);
}

/** The library throws objects of its own that are no errors. */
function parsed<Header>(parse: () => Header): Header {
  try {
    return parse();
  } catch (cause) {
    throw new ProxyHeaderError('PROXY_HEADER_MALFORMED', cause);
  }
}
