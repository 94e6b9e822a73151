import { randomBytes } from 'node:crypto';
import { type FaultsError } from '../../shared/fault.ts';
import { type Attribute, CK, type Cryptoki, type Handle, loadCryptoki, type Mechanism } from './cryptoki.ts';
import { NONCE_BYTES, TAG_BYTES } from './gcm-box.ts';
import { generationOf, type KeyWrapper, type MasterKeys, type OnStep } from './key-wrapper.ts';
import { tokenKeyMissing, tokenKeyUnfit } from './token-faults.ts';
import { TokenSession, type TokenSettings } from './token-session.ts';

const KEYS_AT_ONCE = 100;
const SEPARATOR = '#';
const NO_BYTES = Buffer.alloc(0);

/**
 * The master key as AES-256 keys on a PKCS#11 token, which they never leave: `<keyLabel>`, then `<keyLabel>#2`, … The label
 * belongs to one key folder alone: a rotation in it destroys the older keys of the label.
 */
export class TokenMasterKeys implements MasterKeys {
  readonly #settings: TokenSettings;
  readonly #session: TokenSession;

  constructor(settings: TokenSettings, load: () => Cryptoki = () => loadCryptoki(settings.library)) {
    if (settings.keyLabel.includes(SEPARATOR)) throw new RangeError('a key label has no #');
    this.#settings = settings;
    this.#session = new TokenSession(settings, load);
  }

  ids(): readonly string[] {
    const generations = (cryptoki: Cryptoki, session: Handle): number[] => {
      const labels = findKeys(cryptoki, session).map((key) => labelOf(cryptoki, session, key));
      return labels.flatMap((label) => this.#generationOf(label) ?? []);
    };
    const found = this.#session.look(generations, ({ length }) => length === 0);
    return [...new Set(found)].sort((left, right) => left - right).map(idOf);
  }

  make(): string {
    const newest = generationOf('pkcs11', this.ids().at(-1) ?? '') ?? 0;
    const id = idOf(newest + 1);
    this.#session.run((cryptoki, session) => {
      const label = this.#labelOf(id);
      // A run that was repeated after a fault of the connection may have made the key already.
      if (findKeys(cryptoki, session, label).length > 0) return;
      cryptoki.C_GenerateKey(session, { mechanism: CK.CKM_AES_KEY_GEN }, keyTemplate(label));
    });
    this.wrapper(id);
    return id;
  }

  wrapper(id: string): KeyWrapper | undefined {
    if (generationOf('pkcs11', id) === undefined) return undefined;
    const isThere = (cryptoki: Cryptoki, session: Handle): boolean =>
      this.#fitKey(cryptoki, session, id) !== undefined;
    if (!this.#session.look(isThere, (there) => !there)) return undefined;
    return {
      id,
      wrap: (plain, aad) => {
        const nonce = randomBytes(NONCE_BYTES);
        const output = Buffer.alloc(plain.length + TAG_BYTES);
        const sealed = this.#session.run((cryptoki, session) => {
          cryptoki.C_EncryptInit(session, gcm(nonce, aad), this.#requireKey(cryptoki, session, id));
          return cryptoki.C_Encrypt(session, plain, output);
        });
        return Buffer.concat([nonce, sealed]);
      },
      unwrap: (box, aad) => {
        const nonce = box.subarray(0, NONCE_BYTES);
        const output = Buffer.alloc(box.length);
        const open = (cryptoki: Cryptoki, session: Handle): Buffer => {
          cryptoki.C_DecryptInit(session, gcm(nonce, aad), this.#requireKey(cryptoki, session, id));
          return cryptoki.C_Decrypt(session, box.subarray(NONCE_BYTES), output);
        };
        // Tokens tell a wrong box with general codes; after a fresh start of the library it is the box.
        return this.#session.run(
          open,
          (error) => new RangeError('the token does not open the box', { cause: error }),
        );
      },
    };
  }

  destroy(id: string, onStep: OnStep): void {
    this.#session.run((cryptoki, session) => {
      for (const key of findKeys(cryptoki, session, this.#labelOf(id)))
        cryptoki.C_DestroyObject(session, key);
    });
    onStep('generation-destroyed', id);
  }

  placeOf(id: string): string {
    return generationOf('pkcs11', id) === undefined
      ? id
      : `${this.#settings.tokenLabel}/${this.#labelOf(id)}`;
  }

  missing(): FaultsError {
    return tokenKeyMissing(this.placeOf(idOf(1)));
  }

  #requireKey(cryptoki: Cryptoki, session: Handle, id: string): Handle {
    const key = this.#fitKey(cryptoki, session, id);
    if (key === undefined) throw tokenKeyMissing(this.placeOf(id));
    return key;
  }

  /** Looked for each time: a handle outlives neither the token's absence nor a rotation by another process. */
  #fitKey(cryptoki: Cryptoki, session: Handle, id: string): Handle | undefined {
    const [key, ...more] = findKeys(cryptoki, session, this.#labelOf(id));
    if (key === undefined) return undefined;
    if (more.length > 0 || !staysInside(cryptoki, session, key)) throw tokenKeyUnfit(this.placeOf(id));
    return key;
  }

  #labelOf(id: string): string {
    const generation = generationOf('pkcs11', id) ?? 1;
    const { keyLabel } = this.#settings;
    return generation === 1 ? keyLabel : keyLabel + SEPARATOR + String(generation);
  }

  #generationOf(label: string): number | undefined {
    const { keyLabel } = this.#settings;
    if (label === keyLabel) return 1;
    if (!label.startsWith(keyLabel + SEPARATOR)) return undefined;
    const generation = generationOf('pkcs11', `pkcs11:${label.slice(keyLabel.length + 1)}`);
    return generation === 1 ? undefined : generation;
  }
}

function idOf(generation: number): string {
  return `pkcs11:${String(generation)}`;
}

function keyTemplate(label: string): Attribute[] {
  return [
    { type: CK.CKA_CLASS, value: CK.CKO_SECRET_KEY },
    { type: CK.CKA_KEY_TYPE, value: CK.CKK_AES },
    { type: CK.CKA_VALUE_LEN, value: 32 },
    { type: CK.CKA_LABEL, value: label },
    { type: CK.CKA_TOKEN, value: true },
    { type: CK.CKA_PRIVATE, value: true },
    { type: CK.CKA_SENSITIVE, value: true },
    { type: CK.CKA_EXTRACTABLE, value: false },
    { type: CK.CKA_ENCRYPT, value: true },
    { type: CK.CKA_DECRYPT, value: true },
  ];
}

function findKeys(cryptoki: Cryptoki, session: Handle, label?: string): readonly Handle[] {
  const template: Attribute[] = [{ type: CK.CKA_CLASS, value: CK.CKO_SECRET_KEY }];
  if (label !== undefined) template.push({ type: CK.CKA_LABEL, value: label });
  const found: Handle[] = [];
  cryptoki.C_FindObjectsInit(session, template);
  try {
    for (;;) {
      const some = cryptoki.C_FindObjects(session, KEYS_AT_ONCE);
      if (some.length === 0) return found;
      found.push(...some);
    }
  } finally {
    cryptoki.C_FindObjectsFinal(session);
  }
}

function labelOf(cryptoki: Cryptoki, session: Handle, key: Handle): string {
  const [label] = cryptoki.C_GetAttributeValue(session, key, [{ type: CK.CKA_LABEL }]);
  return (label?.value ?? NO_BYTES).toString('utf8');
}

function staysInside(cryptoki: Cryptoki, session: Handle, key: Handle): boolean {
  const [sensitive, extractable, length] = cryptoki.C_GetAttributeValue(session, key, [
    { type: CK.CKA_SENSITIVE },
    { type: CK.CKA_EXTRACTABLE },
    { type: CK.CKA_VALUE_LEN },
  ]);
  // CK_BBOOL is one byte; CK_ULONG is in the order of this machine, and 32 fits its first or its last byte.
  const bytes = length?.value ?? NO_BYTES;
  return sensitive?.value[0] === 1 && extractable?.value[0] === 0 && (bytes[0] === 32 || bytes.at(-1) === 32);
}

function gcm(iv: Buffer, aad: Buffer): Mechanism {
  const parameter = { type: CK.GCM_PARAMETER, iv, ivBits: NONCE_BYTES * 8, aad, tagBits: TAG_BYTES * 8 };
  return { mechanism: CK.CKM_AES_GCM, parameter };
}
