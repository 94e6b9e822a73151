import { isUtf8 } from 'node:buffer';
import { type ReadBody } from './read-body.ts';
import { type TokenErrorCode } from './token-problem.ts';

const FORM_MEDIA_TYPE =
  /^application\/x-www-form-urlencoded[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?;?$/i;

/** Credentials have one way in, HTTP Basic; a body is logged and kept by too many things on its way. */
const CREDENTIAL_MEMBERS = ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type'];

/** What is wrong with a token request's form (RFC 6749 §4.4.2); undefined where nothing is. */
export function tokenFormError(contentType: string | undefined, body: ReadBody): TokenErrorCode | undefined {
  if (contentType === undefined || !FORM_MEDIA_TYPE.test(contentType)) return 'invalid_request';
  if (body.kind !== 'whole' || !isUtf8(body.bytes)) return 'invalid_request';
  const form = new URLSearchParams(body.bytes.toString('utf8'));
  const names = [...form.keys()];
  const repeated = new Set(names).size !== names.length;
  if (repeated || CREDENTIAL_MEMBERS.some((name) => form.has(name))) return 'invalid_request';
  const grantType = form.get('grant_type');
  if (grantType === null || grantType === '') return 'invalid_request';
  return grantType === 'client_credentials' ? undefined : 'unsupported_grant_type';
}
