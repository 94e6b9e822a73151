import { type LeafFacts, type LeafType } from '../../audit/leaf.ts';
import { newQueryId } from '../../shared/ids.ts';
import { type Entry, type LeafDraft } from './entry.ts';

/** A draft that names no exchange and no person. */
export function blankDraft(type: LeafType): LeafDraft {
  return {
    type,
    queryId: newQueryId(),
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

/** The record of an event in the life of the log itself. It has no personal part. */
export function lifeEntry(type: LeafType, facts: LeafFacts): Entry {
  return {
    lane: 'log',
    draft: { ...blankDraft(type), facts },
    personal: null,
    disclosure: null,
    changes: [],
  };
}
