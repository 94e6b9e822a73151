import { isTckn } from './tckn.ts';

/** Names of members whose value never belongs in a log, whatever it is. */
const SECRET_NAME =
  /secret|token|password|passphrase|authorization|credential|cookie|private.?key|api.?key|totp/i;

/** C0, DEL, C1, line and paragraph separators, bidirectional overrides: what can forge or reorder a log line. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

const ELEVEN_DIGITS = /(?<!\d)\d{11}(?!\d)/g;
const CREDENTIAL_VALUE = /\b(Bearer|Basic)\s+[A-Za-z0-9\-._~+/]+=*/gi;
const PASSWORD_IN_URL = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@]+@/gi;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const BASE64URL_RUN = /[A-Za-z0-9_-]{43,}/g;

/** Length of 32 bytes in base64url: every secret and token the gateway makes. */
const SECRET_LENGTH = 43;
const DEEPEST = 8;

/** A text without identity numbers, credentials, keys and control characters. */
export function redactText(text: string): string {
  return text
    .replace(PRIVATE_KEY, '[private key]')
    .replace(CREDENTIAL_VALUE, '$1 [redacted]')
    .replace(PASSWORD_IN_URL, '$1:[redacted]@')
    .replace(BASE64URL_RUN, (run) => (looksSecret(run) ? '[secret]' : run))
    .replace(ELEVEN_DIGITS, (run) => (isTckn(run) ? '[tckn]' : run))
    .replace(CONTROL, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A copy of any value that may be logged: every text and every member name at any depth is redacted. */
export function redact(value: unknown): unknown {
  return redactAt(value, 0);
}

function redactAt(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'number' || typeof value === 'bigint') return redactNumber(value);
  if (typeof value === 'object' && value !== null) return redactObject(value, depth);
  return typeof value === 'function' || typeof value === 'symbol' ? `[${typeof value}]` : value;
}

function redactNumber(value: number | bigint): unknown {
  const text = String(value);
  if (isTckn(text)) return '[tckn]';
  return typeof value === 'bigint' ? text : value;
}

function redactObject(value: object, depth: number): unknown {
  if (depth >= DEEPEST) return '[deep]';
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[invalid date]' : value.toISOString();
  if (value instanceof Uint8Array) return `[${String(value.length)} bytes]`;
  if (value instanceof Set) return [...value].map((item) => redactAt(item, depth + 1));
  if (value instanceof Map) return redactMembers([...value], depth);
  if (Array.isArray(value)) return value.map((item) => redactAt(item, depth + 1));
  return redactMembers(Object.entries(value), depth);
}

function redactMembers(members: readonly (readonly [unknown, unknown])[], depth: number): object {
  return Object.fromEntries(
    members.map(([name, value]) => {
      const text = String(name);
      return [redactText(text), SECRET_NAME.test(text) ? '[redacted]' : redactAt(value, depth + 1)];
    }),
  );
}

/**
 * Name, code and frames. The message stays only where it cannot hold data: drivers, parsers and the engine itself quote
 * the values they choke on, so a message is kept for faults of the operating system alone.
 */
function redactError(error: Error, depth: number): object {
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  return {
    name: redactText(error.name),
    ...(code === undefined ? {} : { code: redactAt(code, depth + 1) }),
    ...(typeof syscall === 'string' ? { message: redactText(error.message) } : {}),
    stack: framesOf(error),
    ...(error.cause === undefined ? {} : { cause: redactAt(error.cause, depth + 1) }),
    ...(error instanceof AggregateError ? { errors: redactAt(error.errors.slice(0, 3), depth + 1) } : {}),
  };
}

function framesOf(error: Error): string[] {
  const stack = typeof error.stack === 'string' ? error.stack : '';
  const frames = error.message === '' ? stack : stack.replace(error.message, () => '');
  return frames
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .map((line) => redactText(line.trim()));
}

function looksSecret(run: string): boolean {
  return run.length === SECRET_LENGTH || (/[a-z]/.test(run) && /[A-Z]/.test(run) && /[0-9]/.test(run));
}
