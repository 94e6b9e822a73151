import { type Activation } from '../agreement/activation.ts';
import { type Agency, type AgencyCertificate } from '../identity/agency.ts';
import { type Operator } from '../identity/operator.ts';
import { type Authority, type Official } from '../identity/official.ts';
import { type Sentence } from '../shared/problem.ts';

/** Every way in which a register may change. Applied in the transaction that records the act; nothing else writes. */
export type RegisterChange =
  | { readonly kind: 'add-agency'; readonly agency: Agency }
  | { readonly kind: 'add-certificate'; readonly certificate: AgencyCertificate }
  | { readonly kind: 'revoke-certificate'; readonly fingerprint: string; readonly at: number }
  | { readonly kind: 'add-official'; readonly official: Official }
  | { readonly kind: 'add-authority'; readonly authority: Authority }
  | {
      readonly kind: 'end-authority';
      readonly officialId: string;
      readonly agreementId: string;
      readonly at: number;
    }
  | { readonly kind: 'set-activation'; readonly activation: Activation }
  | { readonly kind: 'lower-limit'; readonly scope: string; readonly limit: number }
  | { readonly kind: 'restore-limit'; readonly scope: string }
  | { readonly kind: 'add-operator'; readonly operator: Operator }
  | { readonly kind: 'end-operator'; readonly operatorId: string; readonly at: number };

/** A change that hits nothing: what it adds is there already, or what it ends is not there. Nothing was changed. */
export class RegisterConflictError extends Error {
  override readonly name = 'RegisterConflictError';
  readonly messages: Sentence;

  constructor(messages: Sentence) {
    super(messages.en);
    this.messages = messages;
  }
}
