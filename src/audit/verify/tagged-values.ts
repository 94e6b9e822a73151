import { isTckn } from '../../shared/tckn.ts';

/** What a personal part is found by. */
export interface TaggedValues {
  readonly subject: { readonly type: string; readonly value: string } | null;
  readonly officialId: string | null;
  readonly caseReference: string | null;
}

type Members = Readonly<Record<string, unknown>>;

/** What the opened content of a record says it is to be found by: as it was sealed, so is it searched. */
export function taggedValues(content: unknown): TaggedValues {
  const members = membersOf(content);
  const asked = membersOf(members['asked']);
  const input = membersOf(members['input'] ?? asked['input']);
  const value = Object.values(input).find((one) => typeof one === 'string' && isTckn(one));
  return {
    subject: typeof value === 'string' ? { type: 'tckn', value } : null,
    officialId: textOf(membersOf(members['official'])['id']),
    caseReference: textOf(members['caseReference'] ?? asked['caseReference']),
  };
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
