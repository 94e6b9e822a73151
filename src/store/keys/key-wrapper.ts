import { type FaultsError } from '../../shared/fault.ts';

/** One generation of the master key, able to wrap and unwrap; the key itself stays where it is kept. */
export interface KeyWrapper {
  /** Stands in every file that it wraps, e.g. `file:1`, `pkcs11:2`. */
  readonly id: string;
  /** @returns an opaque box that only `unwrap` of the same generation with the same `aad` opens */
  wrap(plain: Buffer, aad: Buffer): Buffer;
  /** @throws Error when the box is not one of this generation and this `aad` */
  unwrap(box: Buffer, aad: Buffer): Buffer;
}

/** The generations of the master key that exist. Usually one; more while a rotation is under way. */
export interface MasterKeys {
  /** Oldest first; the last one wraps what is new. */
  ids(): readonly string[];
  /**
   * Makes a further generation, durable on return, under an id that none of `ids` has.
   * @throws FaultsError when it cannot be kept
   */
  make(): string;
  /**
   * Undefined where there is no such generation.
   * @throws FaultsError when it cannot be used
   */
  wrapper(id: string): KeyWrapper | undefined;
  /** Makes a generation unrecoverable. One that is gone already is no error, so that a repeated call finishes the work. */
  destroy(id: string, onStep: OnStep): void;
  /** Where a person finds the generation: a file, or a token with a label. */
  placeOf(id: string): string;
  /** What to say where there is no generation at all. */
  missing(): FaultsError;
}

/** Where the master key is kept. */
export type MasterKeySettings =
  | { readonly kind: 'file' }
  | {
      readonly kind: 'pkcs11';
      /** Path of the token's PKCS#11 library. */
      readonly library: string;
      readonly tokenLabel: string;
      /**
       * Label of the first generation, without `#`; the following are `<keyLabel>#2`, `<keyLabel>#3`, … It belongs to one key
       * folder alone.
       */
      readonly keyLabel: string;
      /** File with the user's PIN and nothing else, mode 0600. */
      readonly pinFile: string;
    };

/** A change of the disk or the token that is done, durably where the name says so. */
export type StepName =
  | 'generation-made'
  | 'destruction-decided'
  | 'draft-written'
  | 'replaced'
  | 'all-replaced'
  | 'overwritten'
  | 'unlinked'
  | 'erased'
  | 'generation-destroyed';

/** Told after each step, with the file or id it was about: for progress, and for tests that end the process there. */
export type OnStep = (step: StepName, about: string) => void;

/** Number of the generation in an id of this kind, or undefined. */
export function generationOf(kind: 'file' | 'pkcs11', id: string): number | undefined {
  const [, number] = new RegExp(`^${kind}:([1-9]\\d{0,5})$`).exec(id) ?? [];
  return number === undefined ? undefined : Number(number);
}
