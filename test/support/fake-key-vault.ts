import { createHmac } from 'node:crypto';
import { type KeyVault, type RecordKeys } from '../../src/audit/key-vault.ts';

/** Keys that a test chooses. */
export function fixedKeys(
  kid: string,
  dataKey: Buffer = Buffer.alloc(32, 1),
  indexKey: Buffer = Buffer.alloc(32, 2),
): RecordKeys {
  return {
    kid,
    dataKey,
    tag: (type, value) => createHmac('sha256', indexKey).update(`${type}:${value}`).digest(),
  };
}

/** Keys in memory, the same but for their name. */
export class FakeKeyVault implements KeyVault {
  readonly #keys = new Map<string, RecordKeys>();

  keysFor(kid: string): RecordKeys {
    const keys = this.#keys.get(kid) ?? fixedKeys(kid);
    this.#keys.set(kid, keys);
    return keys;
  }

  find(kid: string): RecordKeys | undefined {
    return this.#keys.get(kid);
  }

  kids(): readonly string[] {
    return [...this.#keys.keys()];
  }

  searchTags(type: string, value: string): ReadonlyMap<string, Buffer> {
    return new Map([...this.#keys].map(([kid, keys]) => [kid, keys.tag(type, value)]));
  }
}
