/** The agreements at hand: only what they name may be a label. What else a request names is text that a caller chose. */
export interface Catalogue {
  has(agreementId: string): boolean;
  lists(agreementId: string, operationId: string): boolean;
}

/** What a request is about, in names of the catalogue; empty where it names none. */
export interface Subject {
  readonly agreement: string;
  readonly operation: string;
}

/** A request that names nothing, or nothing that exists. */
export const NOTHING: Subject = { agreement: '', operation: '' };

/** What a request names, as far as it exists. */
export function subjectOf(catalogue: Catalogue, agreementId: string, operationId: string): Subject {
  if (!catalogue.has(agreementId)) return NOTHING;
  return {
    agreement: agreementId,
    operation: catalogue.lists(agreementId, operationId) ? operationId : '',
  };
}
