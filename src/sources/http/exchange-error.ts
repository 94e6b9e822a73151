import { GatewayError } from '../../shared/problem.ts';
import { ConnectionFailure } from '../connection-failure.ts';
import { answerInvalid, unavailable } from '../source-error.ts';

/** How far an exchange had come. */
interface Exchange {
  /** Whether a head had been read. */
  readonly began: boolean;
  readonly signal: AbortSignal;
}

/** Faults of the answer's framing: llhttp's, and the limits of the client. */
const FRAMING = /^(?:HTTPParserError|HPE_|UND_ERR_(?:HEADERS_OVERFLOW|RES_))/;
const TOO_LARGE = 'UND_ERR_RES_EXCEEDED_MAX_SIZE';
/** The server could not prove that it is the right one, or did not take our certificate; asking again changes nothing. */
const TLS = /^(?:CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_|HOSTNAME_|ERR_TLS_|ERR_SSL_)/;

/** The problem that a failed exchange is. Its cause is a code: messages of clients quote what they choke on. */
export function exchangeError(thrown: unknown, { began, signal }: Exchange): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  if (signal.aborted) return unavailable('time-limit');
  const code = codeOf(thrown);
  if (code === TOO_LARGE) return answerInvalid('too-large');
  if (FRAMING.test(code)) return answerInvalid(code);
  if (TLS.test(code)) return unavailable(`tls: ${code}`);
  return began ? unavailable(`answer broke off: ${code}`) : new ConnectionFailure(code);
}

/** The code of an error or of its nearest cause that has one; the parser of the client names its errors instead. */
function codeOf(thrown: unknown): string {
  for (let error = thrown; typeof error === 'object' && error !== null; error = causeOf(error)) {
    if ('code' in error && typeof error.code === 'string') return error.code;
    if ('name' in error && error.name === 'HTTPParserError') return error.name;
  }
  return 'UNKNOWN';
}

function causeOf(error: object): unknown {
  return 'cause' in error ? error.cause : undefined;
}
