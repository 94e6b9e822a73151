import ipaddr from 'ipaddr.js';

/** Decides whether a connection's peer address is on an official's list. */
export interface AddressRule {
  allows(address: string): boolean;
}

type Block = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Addresses that a rule remembers its verdict on: those of the connections that use it now. */
const MOST_REMEMBERED = 256;

/**
 * Compiles a list of addresses and CIDR blocks, IPv4 or IPv6. An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`, what a
 * dual-stack socket reports) is the IPv4 address. An empty list allows nobody.
 * @throws RangeError naming the entry that is neither an address nor a block
 */
export function compileAddressRule(entries: readonly string[]): AddressRule {
  const blocks = entries.map(parseBlock);
  const judge = (address: string): boolean => {
    const peer = parsePeer(address);
    return peer !== undefined && blocks.some((block) => contains(block, peer));
  };
  const verdicts = new Map<string, boolean>();
  return {
    allows: (address) => {
      let verdict = verdicts.get(address);
      if (verdict === undefined) {
        if (verdicts.size >= MOST_REMEMBERED) verdicts.clear();
        verdicts.set(address, (verdict = judge(address)));
      }
      return verdict;
    },
  };
}

function parseBlock(entry: string): Block {
  const cidr = entry.includes('/') ? entry : `${entry}/${entry.includes(':') ? '128' : '32'}`;
  if (!ipaddr.isValidCIDR(cidr) || !isPlain(cidr.slice(0, cidr.indexOf('/'))))
    throw new RangeError(`not an address or block: ${entry}`);
  const [address, prefix] = ipaddr.parseCIDR(cidr);
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && prefix >= 96) {
    return [address.toIPv4Address(), prefix - 96];
  }
  return [address, prefix];
}

/**
 * ipaddr.js also reads octal, hexadecimal and short forms of IPv4, and takes the deprecated `::10.0.0.1` for a mapped
 * address. In a list they are a mistake, not a rule; from a peer they prove nothing.
 */
function isPlain(address: string): boolean {
  return address.includes(':') ? !/^::[0-9]+\./.test(address) : ipaddr.IPv4.isValidFourPartDecimal(address);
}

function parsePeer(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return isPlain(address) && ipaddr.isValid(address) ? ipaddr.process(address) : undefined;
}

function contains([network, prefix]: Block, peer: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (network instanceof ipaddr.IPv4) return peer instanceof ipaddr.IPv4 && peer.match(network, prefix);
  return peer instanceof ipaddr.IPv6 && peer.match(network, prefix);
}
