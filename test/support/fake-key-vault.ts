import { type KeyVault, type RecordKeys } from '../../src/audit/key-vault.ts';

/** Keys in memory, the same but for their name. */
export class FakeKeyVault implements KeyVault {
  readonly #keys = new Map<string, RecordKeys>();

  keysFor(kid: string): RecordKeys {
    const keys = this.#keys.get(kid) ?? { kid, dataKey: Buffer.alloc(32, 1), indexKey: Buffer.alloc(32, 2) };
    this.#keys.set(kid, keys);
    return keys;
  }

  find(kid: string): RecordKeys | undefined {
    return this.#keys.get(kid);
  }

  kids(): readonly string[] {
    return [...this.#keys.keys()];
  }
}
