import { readPasswordFile } from '../../shared/password-file.ts';
import { type HttpCaller, type HttpReply, type HttpRequest } from '../http/http-caller.ts';
import { AccessTokens } from './access-token.ts';
import { type RestSourceSettings } from './rest-source-settings.ts';

/** Sends a request together with what proves who asks. */
export type SendRequest = (request: HttpRequest, signal: AbortSignal) => Promise<HttpReply>;

/** @throws FaultsError when a file with a secret cannot be used */
export function authorizedSender(
  { authentication, timeoutMilliseconds }: RestSourceSettings,
  caller: HttpCaller,
): SendRequest {
  switch (authentication.kind) {
    case 'none':
      return async (request, signal) => caller.call(request, signal);
    case 'basic': {
      const { user, passwordFile } = authentication;
      const credentials = Buffer.from(`${user}:${readPasswordFile(passwordFile)}`, 'utf8').toString('base64');
      return async (request, signal) => caller.call(withHeader(request, `Basic ${credentials}`), signal);
    }
    case 'oauth2':
      return bearerSender(new AccessTokens(authentication, caller, timeoutMilliseconds), caller);
  }
}

/** A token that the service does not take may have been revoked; another one is asked for once. */
function bearerSender(tokens: AccessTokens, caller: HttpCaller): SendRequest {
  return async (request, signal) => {
    const token = await tokens.token(signal);
    const reply = await caller.call(withHeader(request, `Bearer ${token}`), signal);
    if (reply.status !== 401) return reply;
    const renewed = await tokens.token(signal, token);
    return caller.call(withHeader(request, `Bearer ${renewed}`), signal);
  };
}

function withHeader(request: HttpRequest, authorization: string): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization } };
}
