import { isIPv4 } from 'node:net';

/** What a balancer states about a connection. */
export interface Stated {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
}

/** A value that a version 2 header carries besides the addresses. */
export interface AdditionalValue {
  readonly type: number;
  readonly value: Buffer;
}

export const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');

/** The bytes of a version 1 header, written from the specification and by no library. */
export function line({ source, destination, sourcePort = 40_000, destinationPort = 8443 }: Stated): Buffer {
  const family = isIPv4(source) ? 'TCP4' : 'TCP6';
  return Buffer.from(
    `PROXY ${family} ${source} ${destination} ${String(sourcePort)} ${String(destinationPort)}\r\n`,
  );
}

/** The bytes of a version 2 header, written from the specification and by no library. Addresses are IPv4, or IPv6 in full. */
export function binary(stated: Stated, values: readonly AdditionalValue[] = []): Buffer {
  const { source, destination, sourcePort = 40_000, destinationPort = 8443 } = stated;
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(sourcePort, 0);
  ports.writeUInt16BE(destinationPort, 2);
  const block = Buffer.concat([
    addressBytes(source),
    addressBytes(destination),
    ports,
    ...values.map(encoded),
  ]);
  return binaryOf({ command: 0x21, family: isIPv4(source) ? 0x11 : 0x21, block });
}

/** A version 2 header of any kind. `length` lies about the block where it is given. */
export function binaryOf(parts: {
  readonly command: number;
  readonly family: number;
  readonly block?: Buffer;
  readonly length?: number;
}): Buffer {
  const block = parts.block ?? Buffer.alloc(0);
  const head = Buffer.alloc(4);
  head.writeUInt8(parts.command, 0);
  head.writeUInt8(parts.family, 1);
  head.writeUInt16BE(parts.length ?? block.length, 2);
  return Buffer.concat([SIGNATURE, head, block]);
}

/** What a balancer sends when it only wants to know whether the gateway is there. */
export const LOCAL: Buffer = binaryOf({ command: 0x20, family: 0x00 });

function encoded({ type, value }: AdditionalValue): Buffer {
  const head = Buffer.alloc(3);
  head.writeUInt8(type, 0);
  head.writeUInt16BE(value.length, 1);
  return Buffer.concat([head, value]);
}

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const groups = address.split(':').map((group) => Number.parseInt(group, 16));
  if (groups.length !== 8) throw new Error(`not an IPv6 address in full: ${address}`);
  return Buffer.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}
