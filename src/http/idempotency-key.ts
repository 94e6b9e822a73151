import { type RequestBody } from '../gateway/partner-gateway.ts';
import { invalidRequest } from './json-body.ts';

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

const MALFORMED = invalidRequest({
  tr: 'Idempotency-Key başlığı geçersiz. 1–255 görünür ASCII karakter kullanın ve başlığı bir kez gönderin.',
  en: 'The Idempotency-Key header is not valid. Use 1–255 visible ASCII characters and send the header once.',
});

/** Whether the header can be a key. A header that was sent twice arrives joined by a comma and a space. */
export function isIdempotencyKey(header: string): boolean {
  return VISIBLE_ASCII.test(header);
}

/** The body as it stands beside a malformed key: unusable, unless it already was. */
export function besideMalformedKey(body: RequestBody): RequestBody {
  return body.kind === 'json' ? MALFORMED : body;
}
