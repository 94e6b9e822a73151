import { asGatewayError } from '../shared/problem.ts';
import { RequestRefused } from './request-refused.ts';
import { type AnsweredOperation, type AnsweringSource } from './answering-source.ts';

/** No person has this number: the first digit is never zero. */
const IMPOSSIBLE_TCKN = '00000000000';

/** How one operation of a source stands. Column names only; no value of the data. */
export interface OperationCheck {
  readonly agreementId: string;
  readonly operationId: string;
  /** `unavailable`: the source could not be asked; then `cause` says why and nothing is known of the columns. */
  readonly outcome: 'answers' | 'unavailable';
  readonly cause: string | undefined;
  /** Agreed fields that the query gives. */
  readonly declared: readonly string[];
  /** Agreed fields that the query does not give: every answer would be SOURCE_ANSWER_INVALID. */
  readonly missing: readonly string[];
  /** Columns that no field list names; they are dropped from every answer. */
  readonly surplus: readonly string[];
}

/** Asks every operation of the source for a person who cannot exist, and compares its columns with the field list. */
export async function checkSource(source: AnsweringSource): Promise<OperationCheck[]> {
  const causes: (string | undefined)[] = [];
  for (const answered of source.answers()) causes.push(await causeOf(source, answered));
  return source.answers().map((answered, place) => checkOf(answered, causes[place]));
}

async function causeOf(
  source: AnsweringSource,
  { agreementId, operation }: AnsweredOperation,
): Promise<string | undefined> {
  const input = Object.fromEntries(operation.input.map((field) => [field.id, IMPOSSIBLE_TCKN]));
  try {
    await source.fetch({ agreementId, operationId: operation.id, input });
    return undefined;
  } catch (thrown) {
    if (thrown instanceof RequestRefused) return undefined;
    const { code, cause } = asGatewayError(thrown);
    return typeof cause === 'string' ? cause : code;
  }
}

function checkOf(
  { agreementId, operation, columns }: AnsweredOperation,
  cause: string | undefined,
): OperationCheck {
  const agreed = operation.output.map((field) => field.id);
  const known = cause === undefined ? columns : undefined;
  return {
    agreementId,
    operationId: operation.id,
    outcome: cause === undefined ? 'answers' : 'unavailable',
    cause,
    declared: agreed.filter((id) => known?.includes(id) === true),
    missing: known === undefined ? [] : agreed.filter((id) => !known.includes(id)),
    surplus: (known ?? []).filter((column) => !agreed.includes(column)),
  };
}
