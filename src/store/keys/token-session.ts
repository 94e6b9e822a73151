import { FaultsError } from '../../shared/fault.ts';
import { readSecretFile } from '../secret-file.ts';
import { CK, type Cryptoki, type Handle } from './cryptoki.ts';
import { type MasterKeySettings } from './key-wrapper.ts';
import { ckrOf, pinFileMissing, pinRefused, tokenFailed, tokenMissing } from './token-faults.ts';

export type TokenSettings = Extract<MasterKeySettings, { kind: 'pkcs11' }>;

/** A session with the token in which its user is logged in; opened when it is needed, and anew after it was lost. */
export class TokenSession {
  readonly #settings: TokenSettings;
  readonly #load: () => Cryptoki;
  #cryptoki: Cryptoki | undefined;
  #session: Handle | undefined;
  #refused: FaultsError | undefined;

  constructor(settings: TokenSettings, load: () => Cryptoki) {
    this.#settings = settings;
    this.#load = load;
  }

  /**
   * Runs calls in the session. Where they fail, the library is started anew and they run once more: a token that was away has
   * forgotten its sessions and handles, and tells it with codes of its own.
   * @throws FaultsError KEY_TOKEN_*; what fails in the second run is as `refuse` makes it
   */
  run<T>(
    calls: (cryptoki: Cryptoki, session: Handle) => T,
    refuse: (error: unknown) => Error = (error) => this.#failed(error),
  ): T {
    try {
      const { cryptoki, session } = this.#ready();
      return calls(cryptoki, session);
    } catch (error) {
      if (error === this.#refused) throw error;
      this.#restart();
    }
    const { cryptoki, session } = this.#ready();
    try {
      return calls(cryptoki, session);
    } catch (error) {
      throw error instanceof FaultsError ? error : refuse(error);
    }
  }

  /** As `run`, but sure of "nothing": a library can tell that of a token that is away, so it is asked again after a new start. */
  look<T>(calls: (cryptoki: Cryptoki, session: Handle) => T, isNothing: (seen: T) => boolean): T {
    const seen = this.run(calls);
    if (!isNothing(seen)) return seen;
    this.#restart();
    return this.run(calls);
  }

  #ready(): { readonly cryptoki: Cryptoki; readonly session: Handle } {
    try {
      const cryptoki = (this.#cryptoki ??= this.#start());
      return { cryptoki, session: (this.#session ??= this.#open(cryptoki)) };
    } catch (error) {
      throw error instanceof FaultsError ? error : this.#failed(error);
    }
  }

  #failed(error: unknown): FaultsError {
    return tokenFailed(this.#settings.tokenLabel, error);
  }

  #start(): Cryptoki {
    const cryptoki = this.#load();
    initialise(cryptoki);
    return cryptoki;
  }

  #restart(): void {
    this.#session = undefined;
    if (this.#cryptoki === undefined) return;
    // Ends the sessions of other vaults of this process too; they come here in their turn.
    quietly(() => this.#cryptoki?.C_Finalize());
    quietly(() => this.#cryptoki?.C_Initialize());
  }

  #open(cryptoki: Cryptoki): Handle {
    if (this.#refused !== undefined) throw this.#refused;
    const { tokenLabel } = this.#settings;
    const slot = cryptoki
      .C_GetSlotList(true)
      .find((one) => cryptoki.C_GetTokenInfo(one).label.replace(/[\s\0]+$/, '') === tokenLabel);
    if (slot === undefined) throw tokenMissing(tokenLabel);
    const session = cryptoki.C_OpenSession(slot, CK.CKF_SERIAL_SESSION | CK.CKF_RW_SESSION);
    this.#login(cryptoki, session);
    return session;
  }

  #login(cryptoki: Cryptoki, session: Handle): void {
    const pin = readPin(this.#settings.pinFile);
    try {
      cryptoki.C_Login(session, CK.CKU_USER, pin);
    } catch (error) {
      const ckr = ckrOf(error);
      if (ckr === 'CKR_USER_ALREADY_LOGGED_IN') return;
      if (!ckr.startsWith('CKR_PIN')) throw error;
      // Never tried again in this process: a few wrong attempts lock the token.
      this.#refused = pinRefused(this.#settings.tokenLabel, ckr);
      throw this.#refused;
    }
  }
}

function initialise(cryptoki: Cryptoki): void {
  try {
    cryptoki.C_Initialize();
  } catch (error) {
    if (ckrOf(error) !== 'CKR_CRYPTOKI_ALREADY_INITIALIZED') throw error;
  }
}

function readPin(file: string): string {
  const pin = readSecretFile(file)?.replace(/\r?\n$/, '') ?? '';
  if (pin === '') throw pinFileMissing(file);
  return pin;
}

function quietly(call: () => void): void {
  try {
    call();
  } catch {
    // What matters shows in the next call of the session.
  }
}
