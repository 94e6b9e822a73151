import { type Partly } from '../exchange-state.ts';

/** Text that the caller chose is sealed at most at this length. */
const MAX_TEXT = 128;
const MAX_INPUTS = 4;

/** What a refused caller asked for, in the caller's own words: bounded, and only ever sealed. */
export interface AskedFor {
  readonly agreement?: string;
  readonly operation?: string;
  readonly clientId?: string;
  readonly purpose?: string;
  readonly caseReference?: string;
  readonly input?: Readonly<Record<string, string>>;
}

/** Reads what the request says without judging it; null for a request that asks for nothing. */
export function askedFor({ request, tokenRequest }: Partly): AskedFor | null {
  if (tokenRequest !== undefined) return { clientId: tokenRequest.clientId.slice(0, MAX_TEXT) };
  if (request === undefined) return null;
  const path = {
    agreement: request.agreementId.slice(0, MAX_TEXT),
    operation: request.operationId.slice(0, MAX_TEXT),
  };
  const body = request.body.kind === 'json' ? membersOf(request.body.value) : {};
  const input = Object.entries(membersOf(body['input'])).slice(0, MAX_INPUTS);
  return {
    ...path,
    ...textsOf([
      ['purpose', body['purpose']],
      ['caseReference', body['caseReference']],
    ]),
    input: textsOf(input.map(([name, value]) => [name.slice(0, MAX_TEXT), value])),
  };
}

function textsOf(members: readonly (readonly [string, unknown])[]): Record<string, string> {
  const texts = members.flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value.slice(0, MAX_TEXT)] as const] : [],
  );
  return Object.fromEntries(texts);
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
