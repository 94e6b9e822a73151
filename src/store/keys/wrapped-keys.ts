import { type KeyWrapper } from './key-wrapper.ts';

const KEY_BYTES = 32;

/** The secrets of one kid, 32 bytes each. */
export interface KeyPair {
  readonly dataKey: Buffer;
  readonly indexKey: Buffer;
}

/** Text of a key file. The kid is bound, so that a renamed file does not open. */
export function wrapKeys(wrapper: KeyWrapper, kid: string, { dataKey, indexKey }: KeyPair): string {
  const plain = Buffer.concat([dataKey, indexKey]);
  const box = wrapper.wrap(plain, Buffer.from(kid, 'utf8'));
  plain.fill(0);
  return `${JSON.stringify({ kid, master: wrapper.id, box: box.toString('base64') })}\n`;
}

/** @throws Error when the text is not what `wrapKeys` made of this kid under this wrapper */
export function unwrapKeys(wrapper: KeyWrapper, kid: string, text: string): KeyPair {
  const plain = wrapper.unwrap(boxIn(text), Buffer.from(kid, 'utf8'));
  if (plain.length !== 2 * KEY_BYTES) throw new RangeError('wrapped keys have 64 bytes');
  return { dataKey: plain.subarray(0, KEY_BYTES), indexKey: plain.subarray(KEY_BYTES) };
}

/**
 * Id of the master key that wrapped the file. Files of the first release name none.
 * @throws Error when the text is no key file
 */
export function masterIn(text: string): string {
  const { master = 'file:1' } = parse(text);
  return master;
}

function boxIn(text: string): Buffer {
  const { nonce = '', box } = parse(text);
  return Buffer.concat([Buffer.from(nonce, 'base64'), Buffer.from(box, 'base64')]);
}

function parse(text: string): { readonly master?: string; readonly nonce?: string; readonly box: string } {
  const parsed = JSON.parse(text) as Record<string, unknown>;
  const { master, nonce, box } = parsed;
  const texts = [master ?? '', nonce ?? '', box].every((part) => typeof part === 'string');
  if (!texts) throw new TypeError('a key file has a box');
  return parsed as { master?: string; nonce?: string; box: string };
}
