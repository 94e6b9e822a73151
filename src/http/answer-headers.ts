/** Media type of every JSON body but problems. */
export const JSON_TYPE = 'application/json';

/** Media type of notes and proofs. */
export const TEXT_TYPE = 'text/plain; charset=utf-8';

const HSTS = 'max-age=31536000; includeSubDomains';

/** Names and values, flat, as `ServerResponse.writeHead` takes them at the least cost. */
export type FlatHeaders = string[];

/** Stands on every answer of the partner listener: nothing is cached, sniffed or fetched again without TLS. */
export const STANDING_HEADERS: readonly string[] = [
  'Cache-Control', 'no-store',
  'X-Content-Type-Options', 'nosniff',
  'Strict-Transport-Security', HSTS,
]; // prettier-ignore

export function bodyHeaders(type: string, body: string, encoding: 'utf8' | 'latin1' = 'utf8'): FlatHeaders {
  const length = String(Buffer.byteLength(body, encoding));
  return ['Content-Type', type, 'Content-Length', length, ...STANDING_HEADERS];
}
