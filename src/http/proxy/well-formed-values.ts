const HEAD_BYTES = 3;

/**
 * Whether the bytes after the addresses of a version 2 header are additional values (TLV: type, length of two bytes, value)
 * that fill them exactly (PROXY protocol §2.2.7). Their content is not looked at.
 */
export function wellFormedValues(bytes: Uint8Array): boolean {
  let place = 0;
  while (place < bytes.length) {
    const [high, low] = bytes.subarray(place + 1, place + HEAD_BYTES);
    if (high === undefined || low === undefined) return false;
    place += HEAD_BYTES + high * 256 + low;
  }
  return place === bytes.length;
}
