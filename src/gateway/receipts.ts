import { type Leaf } from '../audit/leaf.ts';
import { GatewayError } from '../shared/problem.ts';
import { type Arrived, type WithAgency } from './exchange-state.ts';
import { type Step } from './step.ts';

/** The record of a query, and how to prove it. */
export interface ReceiptRecord {
  readonly leaf: Leaf;
  /** The proof file (C2SP tlog-proof) with a signed checkpoint that covers the record. */
  prove(): Promise<string>;
}

/** Finds records in every log of the node. */
export interface ReceiptFinder {
  find(queryId: string): Promise<ReceiptRecord | undefined>;
}

/** A question for the proof of an earlier answer. */
export interface WithReceiptRequest {
  /** Query id of the answer. */
  readonly answerId: string;
}

/** The proof that was asked for. */
export interface WithReceipt {
  readonly proofText: string;
}

const ANSWERS: ReadonlySet<Leaf['type']> = new Set<Leaf['type']>(['disclosure', 'repeat']);

/** Gives the proof to the agency that got the answer; to everybody else there is no such record. */
export function findReceipt(
  finder: ReceiptFinder,
): Step<Arrived & WithAgency & WithReceiptRequest, WithReceipt> {
  return {
    name: 'find-receipt',
    codes: ['RECEIPT_NOT_FOUND'],
    run: async ({ agency, answerId }) => {
      const record = await finder.find(answerId);
      if (record?.leaf.agency !== agency.id || !ANSWERS.has(record.leaf.type))
        throw new GatewayError('RECEIPT_NOT_FOUND');
      return { proofText: await record.prove() };
    },
  };
}
