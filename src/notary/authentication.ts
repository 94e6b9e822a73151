import { randomBytes } from 'node:crypto';
import { type KamusmCustomer, kamusmIdentity } from './kamusm-identity.ts';

/** How the gateway proves to an authority who asks. */
export type Authentication =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | ({ readonly kind: 'kamusm' } & KamusmCustomer);

const SALT_BYTES = 16;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The headers that go with one request. @param imprint what the request is over, 32 bytes */
export function authenticationHeaders(
  authentication: Authentication,
  imprint: Buffer,
): Readonly<Record<string, string>> {
  switch (authentication.kind) {
    case 'none':
      return {};
    case 'basic': {
      const { user, password } = authentication;
      return { authorization: `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}` };
    }
    case 'kamusm':
      return { identity: kamusmIdentity(authentication, imprint, randomBytes(SALT_BYTES)) };
  }
}

/** Whether a password could be read on the way, as `basic` sends it as it is, or stands in the address itself. */
export function exposesPassword(authentication: Authentication, url: URL): boolean {
  if (url.username !== '' || url.password !== '') return true;
  return authentication.kind === 'basic' && url.protocol !== 'https:' && !LOOPBACK.test(url.hostname);
}
