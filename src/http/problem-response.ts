import { type IncomingMessage, STATUS_CODES, type ServerResponse } from 'node:http';
import { type GatewayError, type Problem, type ProblemCode, PROBLEMS } from '../shared/problem.ts';
import { PROBLEM_MESSAGES } from '../shared/problem-messages.ts';
import { bodyHeaders } from './answer-headers.ts';
import { quotaHeaders } from './query-answer.ts';
import { type HttpMessage, sendMessage } from './send-message.ts';

export interface ProblemContext {
  /**
   * Id of the request; becomes `instance`. Its audit record has the same id, except that refusals of a flood share one
   * record, which has the id of the first.
   */
  readonly queryId: string;
  readonly traceparent?: string | undefined;
  /** The request, where it was not read to its end: the connection closes after the answer. */
  readonly unread?: IncomingMessage | undefined;
}

const PROBLEM_TYPE = 'application/problem+json';
const DEFAULT_RETRY_SECONDS = 5;

/** All of a body that does not change from one request to the next. */
const PREFIXES = Object.fromEntries(
  Object.keys(PROBLEMS).map((code) => [code, prefixOf(code as ProblemCode)]),
) as Readonly<Record<ProblemCode, string>>;

/** The problem of an error (RFC 9457). Problems that tell little have the same bytes whatever the cause, but for `instance`. */
export function problemMessage(error: GatewayError, context: ProblemContext): HttpMessage {
  const problem: Problem = PROBLEMS[error.code];
  const errors = problem.tells === 'full' ? JSON.stringify(error.errors) : '[]';
  const body = `${PREFIXES[error.code]}"errors":${errors},"instance":"urn:uuid:${context.queryId}"}`;
  const headers = bodyHeaders(PROBLEM_TYPE, body);
  if (problem.status === 401) headers.push('WWW-Authenticate', 'Bearer realm="gecit"');
  if (problem.status === 429 || problem.status === 503) {
    const seconds = error.retryAfterSeconds ?? DEFAULT_RETRY_SECONDS;
    headers.push('Retry-After', String(Math.max(1, Math.ceil(seconds))));
  }
  if (problem.tells === 'full' && error.quota !== undefined) headers.push(...quotaHeaders(error.quota));
  if (context.traceparent !== undefined) headers.push('traceparent', context.traceparent);
  return { status: problem.status, headers, body };
}

/** Answers with the problem of an error. */
export function writeProblem(response: ServerResponse, error: GatewayError, context: ProblemContext): void {
  sendMessage(response, problemMessage(error, context), context.unread);
}

/** The problem as the bytes of an HTTP/1.1 answer, for a connection on which no request could be read. */
export function problemBytes(error: GatewayError, context: ProblemContext): string {
  const { status, headers, body } = problemMessage(error, context);
  let head = `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\n`;
  for (let place = 0; place < headers.length; place += 2) {
    head += `${headers[place] ?? ''}: ${headers[place + 1] ?? ''}\r\n`;
  }
  return `${head}\r\n${body}`;
}

function prefixOf(code: ProblemCode): string {
  const messages = PROBLEM_MESSAGES[code];
  const [title] = messages.en.split('. ', 1);
  const { status } = PROBLEMS[code];
  return `${JSON.stringify({ type: `urn:gecit:problem:${code}`, title, status, code, messages }).slice(0, -1)},`;
}
