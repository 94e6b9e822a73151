/** A value whose type somebody changed is shown as the bytes of its text, so that proving it says what is wrong. */
export function asBytes(value: unknown): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(String(value), 'utf8');
}
