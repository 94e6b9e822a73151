import { type ServerResponse } from 'node:http';
import { type GatewayError, PROBLEMS, type Sentence } from '../shared/problem.ts';
import { bodyHeaders, JSON_TYPE } from './answer-headers.ts';
import { type ProblemContext, writeProblem } from './problem-response.ts';
import { sendMessage } from './send-message.ts';

/** Errors of the token endpoint (RFC 6749 §5.2). */
export type TokenErrorCode = 'invalid_client' | 'invalid_request' | 'unsupported_grant_type';

interface TokenError {
  readonly status: number;
  readonly body: string;
}

const ERRORS: Readonly<Record<TokenErrorCode, TokenError>> = {
  invalid_client: tokenError('invalid_client', 401, {
    tr: 'İstemci doğrulanamadı. Bu sertifikaya ait istemci kimliği ve gizli anahtarla yeniden deneyin.',
    en: 'The client could not be authenticated. Use the client id and secret that belong to this certificate.',
  }),
  invalid_request: tokenError('invalid_request', 400, {
    tr: 'İstek geçersiz. Formu bir kez grant_type ile, kimlik bilgisini yalnızca HTTP Basic ile gönderin.',
    en: 'The request is not valid. Send a form with one grant_type, and the credentials by HTTP Basic only.',
  }),
  unsupported_grant_type: tokenError('unsupported_grant_type', 400, {
    tr: 'Bu grant_type desteklenmiyor. client_credentials kullanın.',
    en: 'This grant_type is not supported. Use client_credentials.',
  }),
};

/**
 * Answers a refused token request: what RFC 6749 has a word for in its form, all else as a problem.
 * @param formError what is wrong with the form, if that is why the request was refused
 */
export function writeTokenProblem(
  response: ServerResponse,
  error: GatewayError,
  context: ProblemContext,
  formError: TokenErrorCode | undefined,
): void {
  const code = tokenErrorCode(error, formError);
  if (code === undefined) {
    writeProblem(response, error, context);
    return;
  }
  const { status, body } = ERRORS[code];
  const headers = [...bodyHeaders(JSON_TYPE, body), 'Pragma', 'no-cache'];
  if (status === 401) headers.push('WWW-Authenticate', 'Basic realm="gecit", charset="UTF-8"');
  if (context.traceparent !== undefined) headers.push('traceparent', context.traceparent);
  sendMessage(response, { status, headers, body }, context.unread);
}

function tokenErrorCode(
  error: GatewayError,
  formError: TokenErrorCode | undefined,
): TokenErrorCode | undefined {
  if (error.code === 'REQUEST_INVALID') return formError ?? 'invalid_request';
  return PROBLEMS[error.code].status === 401 ? 'invalid_client' : undefined;
}

function tokenError(error: TokenErrorCode, status: number, messages: Sentence): TokenError {
  return { status, body: JSON.stringify({ error, error_description: messages.en, messages }) };
}
