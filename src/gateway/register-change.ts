import { type Activation } from '../agreement/activation.ts';
import { type Agency, type AgencyCertificate } from '../identity/agency.ts';
import { type Operator } from '../identity/operator.ts';
import { type Authority, type Official } from '../identity/official.ts';
import { type Approval } from '../privacy/destruction/approval.ts';
import { type Hold } from '../privacy/destruction/hold.ts';
import { type DestructionPlan } from '../privacy/destruction/plan.ts';
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
  | { readonly kind: 'end-operator'; readonly operatorId: string; readonly at: number }
  | { readonly kind: 'place-hold'; readonly hold: Hold }
  | { readonly kind: 'lift-hold'; readonly holdId: string; readonly at: number }
  | { readonly kind: 'add-plan'; readonly plan: DestructionPlan }
  | { readonly kind: 'approve-plan'; readonly planId: string; readonly approval: Approval }
  | {
      readonly kind: 'destroy-kid';
      readonly kid: string;
      readonly planId: string;
      /** `YYYY-MM-DD` */
      readonly day: string;
      /** Query id of the `keydestroy` leaf. */
      readonly record: string;
      /** Operators whose authority has ended count when a destruction is repeated after a restore, and then only. */
      readonly again: boolean;
    };

/** A change that hits nothing: what it adds is there already, or what it ends is not there. Nothing was changed. */
export class RegisterConflictError extends Error {
  override readonly name = 'RegisterConflictError';
  readonly messages: Sentence;

  constructor(messages: Sentence) {
    super(messages.en);
    this.messages = messages;
  }
}
