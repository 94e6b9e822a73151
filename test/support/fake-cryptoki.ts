import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  type Attribute,
  CK,
  type Cryptoki,
  type Handle,
  type Mechanism,
} from '../../src/store/keys/cryptoki.ts';

/** A token as a person holds it: its keys stay on it while it is away. */
export class FakeToken {
  readonly objects = new Map<number, readonly Attribute[]>();
  readonly secrets = new Map<number, Buffer>();
  present = true;
  attempts = 0;
  readonly label: string;
  readonly pin: string;

  constructor(label: string, pin: string) {
    this.label = label;
    this.pin = pin;
  }
}

/** PKCS#11 over a fake token, with real AES-GCM. Like real ones it forgets sessions and handles when the token was away. */
export class FakeCryptoki implements Cryptoki {
  readonly #token: FakeToken;
  #initialised = false;
  readonly #sessions = new Set<string>();
  #found: Handle[] = [];
  #operation: { readonly key: Buffer; readonly mechanism: Mechanism } | undefined;

  constructor(token: FakeToken) {
    this.#token = token;
  }

  C_Initialize(): void {
    if (this.#initialised) throw new Error('CKR_CRYPTOKI_ALREADY_INITIALIZED');
    this.#initialised = true;
  }

  C_Finalize(): void {
    this.#initialised = false;
    this.#sessions.clear();
  }

  C_GetSlotList(): readonly Handle[] {
    if (!this.#initialised) throw new Error('CKR_CRYPTOKI_NOT_INITIALIZED');
    return this.#token.present ? [Buffer.alloc(8)] : [];
  }

  C_GetTokenInfo(): { readonly label: string } {
    return { label: this.#token.label.padEnd(32) };
  }

  C_OpenSession(): Handle {
    const session = randomBytes(8);
    this.#sessions.add(session.toString('hex'));
    return session;
  }

  C_Login(session: Handle, _user: number, pin: string): void {
    this.#requireSession(session);
    this.#token.attempts += 1;
    if (pin !== this.#token.pin) throw new Error('CKR_PIN_INCORRECT');
  }

  C_GenerateKey(session: Handle, _mechanism: Mechanism, template: readonly Attribute[]): Handle {
    this.#requireSession(session);
    const object = this.#token.secrets.size + 1;
    this.#token.objects.set(object, template);
    this.#token.secrets.set(object, randomBytes(32));
    return handleOf(object);
  }

  C_DestroyObject(session: Handle, object: Handle): void {
    this.#requireSession(session);
    this.#token.objects.delete(object.readUInt32LE());
  }

  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void {
    this.#requireSession(session);
    const fits = (object: readonly Attribute[]): boolean =>
      template.every(({ type, value }) => object.some((one) => one.type === type && one.value === value));
    this.#found = [...this.#token.objects]
      .filter(([, object]) => fits(object))
      .map(([number]) => handleOf(number));
  }

  C_FindObjects(_session: Handle, most: number): readonly Handle[] {
    return this.#found.splice(0, most);
  }

  C_FindObjectsFinal(): void {
    this.#found = [];
  }

  C_GetAttributeValue(
    session: Handle,
    object: Handle,
    template: readonly Attribute[],
  ): readonly { readonly value: Buffer }[] {
    this.#requireSession(session);
    const attributes = this.#token.objects.get(object.readUInt32LE()) ?? [];
    return template.map(({ type }) => ({
      value: bytesOf(attributes.find((one) => one.type === type)?.value),
    }));
  }

  C_EncryptInit(session: Handle, mechanism: Mechanism, key: Handle): void {
    this.#begin(session, mechanism, key);
  }

  C_Encrypt(_session: Handle, input: Buffer): Buffer {
    const { key, iv, aad } = this.#end();
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad);
    return Buffer.concat([cipher.update(input), cipher.final(), cipher.getAuthTag()]);
  }

  C_DecryptInit(session: Handle, mechanism: Mechanism, key: Handle): void {
    this.#begin(session, mechanism, key);
  }

  C_Decrypt(_session: Handle, input: Buffer): Buffer {
    const { key, iv, aad } = this.#end();
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(aad).setAuthTag(input.subarray(-16));
      return Buffer.concat([decipher.update(input.subarray(0, -16)), decipher.final()]);
    } catch {
      throw new Error('CKR_GENERAL_ERROR');
    }
  }

  #begin(session: Handle, mechanism: Mechanism, object: Handle): void {
    this.#requireSession(session);
    const key = this.#token.secrets.get(object.readUInt32LE());
    if (key === undefined || mechanism.mechanism !== CK.CKM_AES_GCM)
      throw new Error('CKR_KEY_HANDLE_INVALID');
    this.#operation = { key, mechanism };
  }

  #end(): { readonly key: Buffer; readonly iv: Buffer; readonly aad: Buffer } {
    const parameter = this.#operation?.mechanism.parameter;
    if (this.#operation === undefined || parameter === undefined)
      throw new Error('CKR_OPERATION_NOT_INITIALIZED');
    const { key } = this.#operation;
    this.#operation = undefined;
    return { key, iv: parameter.iv, aad: parameter.aad };
  }

  #requireSession(session: Handle): void {
    if (!this.#token.present) this.#sessions.clear();
    if (!this.#sessions.has(session.toString('hex'))) throw new Error('CKR_SESSION_HANDLE_INVALID');
  }
}

function handleOf(object: number): Handle {
  const handle = Buffer.alloc(8);
  handle.writeUInt32LE(object);
  return handle;
}

function bytesOf(value: Attribute['value']): Buffer {
  if (typeof value === 'boolean') return Buffer.from([value ? 1 : 0]);
  if (typeof value === 'number') return handleOf(value);
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : (value ?? Buffer.alloc(0));
}
