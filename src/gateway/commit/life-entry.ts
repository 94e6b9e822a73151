import { type LeafDraft, type LeafFacts, type LeafType } from '../../audit/leaf.ts';
import { newQueryId } from '../../shared/ids.ts';
import { type Entry } from './entry.ts';

/** A draft that names no exchange and no person. */
export function blankDraft(type: LeafType, queryId: string = newQueryId()): LeafDraft {
  return {
    type,
    queryId,
    agency: null,
    certificate: null,
    tls: null,
    proof: null,
    agreement: null,
    agreementVersion: null,
    agreementHash: null,
    operation: null,
    provider: null,
    legalBasis: null,
    purpose: null,
    mode: null,
    code: null,
    outcome: null,
    surplus: null,
    count: 1,
    action: null,
    about: null,
  };
}

/**
 * The record of an event in the life of the log itself. It has no personal part.
 * @param queryId chosen before, so that one look tells whether the record is there; absent, a new one
 */
export function lifeEntry(type: LeafType, facts: LeafFacts, queryId?: string): Entry {
  return {
    lane: 'log',
    draft: { ...blankDraft(type, queryId), facts },
    personal: null,
    disclosure: null,
    changes: [],
  };
}
