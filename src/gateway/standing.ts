import { type Activation } from '../agreement/activation.ts';
import { type IdentityRegister } from '../identity/identity-register.ts';

/**
 * All that administration decides, at one moment. A request is decided on one standing;
 * the transaction that writes its evidence checks that it is still the current one.
 */
export interface Standing {
  /** Grows with every change of a register. */
  readonly version: number;
  readonly identities: IdentityRegister;
  activation(agreementId: string): Activation | undefined;
  /** A limit lowered in operation (answered queries a day), by quota scope; undefined where the ceiling stands. */
  loweredLimit(scope: string): number | undefined;
}
