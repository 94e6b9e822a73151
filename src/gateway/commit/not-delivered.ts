import { newQueryId } from '../../shared/ids.ts';
import { type Entry } from './entry.ts';

/** The record that an answer, though recorded, never left: its commit outlived the request. */
export function notDeliveredEntry(entry: Entry): Entry {
  const { draft, lane } = entry;
  return {
    lane,
    draft: {
      ...draft,
      type: 'not-delivered',
      queryId: newQueryId(),
      about: draft.queryId,
      code: 'AUDIT_NOT_DURABLE',
      outcome: null,
      surplus: null,
    },
    personal: null,
    disclosure: null,
    changes: [],
  };
}
