import { ProxyHeaderError } from './proxy-header-error.ts';

/** Longest line of version 1 with its CRLF (PROXY protocol §2.1). */
const MOST_LINE_BYTES = 107;
/** Longest header of version 2 that is taken, additional values included (PROXY protocol §2.2). */
const MOST_BINARY_BYTES = 536;

const LINE = Buffer.from('PROXY ', 'latin1');
const LINE_END = '\r\n';
const BINARY = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const BINARY_PREFIX_BYTES = 16;
const VERSION_2 = 2;

/**
 * Length in bytes of the PROXY header at the start of what has arrived so far, or undefined while more must arrive.
 * Decides with the first byte that fits no header, and at the latest with byte 536.
 * @throws ProxyHeaderError `PROXY_HEADER_MISSING`, `PROXY_HEADER_TOO_LONG`, `PROXY_HEADER_MALFORMED`
 */
export function headerLength(arrived: Buffer): number | undefined {
  if (beginsAs(arrived, LINE)) return lineLength(arrived);
  if (beginsAs(arrived, BINARY)) return binaryLength(arrived);
  throw new ProxyHeaderError('PROXY_HEADER_MISSING');
}

/** Whether a header is of version 2; otherwise it is of version 1. */
export function isBinary(header: Buffer): boolean {
  return header[0] === BINARY[0];
}

function beginsAs(arrived: Buffer, signature: Buffer): boolean {
  const length = Math.min(arrived.length, signature.length);
  return arrived.subarray(0, length).equals(signature.subarray(0, length));
}

function lineLength(arrived: Buffer): number | undefined {
  const end = arrived.subarray(0, MOST_LINE_BYTES).indexOf(LINE_END, 0, 'latin1');
  if (end >= 0) return end + LINE_END.length;
  if (arrived.length >= MOST_LINE_BYTES) throw new ProxyHeaderError('PROXY_HEADER_TOO_LONG');
  return undefined;
}

function binaryLength(arrived: Buffer): number | undefined {
  if (arrived.length < BINARY_PREFIX_BYTES) return undefined;
  if (arrived.readUInt8(12) >> 4 !== VERSION_2) throw new ProxyHeaderError('PROXY_HEADER_MALFORMED');
  const length = BINARY_PREFIX_BYTES + arrived.readUInt16BE(14);
  if (length > MOST_BINARY_BYTES) throw new ProxyHeaderError('PROXY_HEADER_TOO_LONG');
  return arrived.length < length ? undefined : length;
}
