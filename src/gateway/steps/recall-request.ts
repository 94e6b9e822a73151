import { type SecretHasher } from '../../identity/secret-hasher.ts';
import { canonicalJson } from '../../shared/canonical-json.ts';
import { GatewayError } from '../../shared/problem.ts';
import { type IdempotencyRecord } from '../commit/evidence-store.ts';
import {
  type Arrived,
  type Asked,
  type WithInput,
  type WithOfficial,
  type WithPurpose,
  type WithRetryKey,
} from '../exchange-state.ts';
import { type Step } from '../step.ts';

/** Remembers answered requests by their Idempotency-Key for 24 hours, as keyed hashes. */
export interface RequestMemory {
  readonly hasher: SecretHasher;
  find(key: string, now: number): Promise<IdempotencyRecord | undefined>;
}

/** A retry with the same key and the same request is answered again without quota; another request is a conflict. */
export function recallRequest(
  memory: RequestMemory,
): Step<Arrived & Asked & WithOfficial & WithPurpose & WithInput, WithRetryKey> {
  return {
    name: 'recall-request',
    codes: ['IDEMPOTENCY_CONFLICT'],
    run: (state): WithRetryKey | Promise<WithRetryKey> => {
      const { idempotencyKey, agreementId, operationId } = state.request;
      if (idempotencyKey === undefined) return { retryKey: null, repeats: false };
      const { input, purpose, caseReference, official } = state;
      const key = memory.hasher.hash(canonicalJson(['retry', official.id, idempotencyKey]));
      const request = ['request', agreementId, operationId, input, purpose, caseReference];
      const requestHash = memory.hasher.hash(canonicalJson(request));
      return recall(memory, { key, requestHash }, state.now);
    },
  };
}

async function recall(
  memory: RequestMemory,
  retryKey: { readonly key: string; readonly requestHash: string },
  now: number,
): Promise<WithRetryKey> {
  const known = await memory.find(retryKey.key, now);
  if (known !== undefined && known.requestHash !== retryKey.requestHash) {
    throw new GatewayError('IDEMPOTENCY_CONFLICT');
  }
  return { retryKey, repeats: known !== undefined };
}
