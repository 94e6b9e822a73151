import * as oauth from 'oauth4webapi';
import { GatewayError } from '../../shared/problem.ts';
import { readPasswordFile } from '../../shared/password-file.ts';
import { ConnectionFailure } from '../connection-failure.ts';
import { type HttpCaller } from '../http/http-caller.ts';
import { unavailable } from '../source-error.ts';
import { untilAborted } from '../until-aborted.ts';
import { type OAuthSettings } from './rest-source-settings.ts';

interface Token {
  readonly text: string;
  /** By the clock of `now`, in milliseconds. */
  readonly goodUntil: number;
}

/** A token is renewed before it ends: it must outlive the call that it is used for. */
const MARGIN_MILLISECONDS = 10_000;
/** Life of a token whose server does not say. */
const UNSTATED_SECONDS = 60;

/** Codes of RFC 6749 §5.2; whatever else a server says stays here. */
const REFUSALS = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
];

/** Access tokens by client credentials (RFC 6749 §4.4): one at a time, kept until it ends, asked for once for all callers. */
export class AccessTokens {
  readonly #settings: OAuthSettings;
  readonly #caller: HttpCaller;
  readonly #timeoutMilliseconds: number;
  readonly #authentication: oauth.ClientAuth;
  readonly #now: () => number;
  #kept: Token | undefined;
  #asking: Promise<Token> | undefined;

  /** @param now monotonic, in milliseconds @throws FaultsError when the file of the secret cannot be used */
  constructor(
    settings: OAuthSettings,
    caller: HttpCaller,
    timeoutMilliseconds: number,
    now: () => number = () => performance.now(),
  ) {
    this.#settings = settings;
    this.#caller = caller;
    this.#timeoutMilliseconds = timeoutMilliseconds;
    this.#authentication = clientAuthentication(settings);
    this.#now = now;
  }

  /** @param refused a token that the service did not take @throws GatewayError SOURCE_UNAVAILABLE */
  async token(signal: AbortSignal, refused?: string): Promise<string> {
    if (this.#kept?.text === refused) this.#kept = undefined;
    if (this.#kept !== undefined && this.#now() < this.#kept.goodUntil) return this.#kept.text;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return (await untilAborted(signal, this.#asking)).text;
  }

  async #ask(): Promise<Token> {
    const asked = this.#now();
    const { access_token: text, expires_in: seconds } = await this.#request();
    const lifeMilliseconds = (seconds ?? UNSTATED_SECONDS) * 1_000;
    const goodUntil = asked + Math.max(lifeMilliseconds - MARGIN_MILLISECONDS, lifeMilliseconds / 2);
    this.#kept = { text, goodUntil };
    return this.#kept;
  }

  async #request(): Promise<oauth.TokenEndpointResponse> {
    const { tokenUrl, clientId, scope } = this.#settings;
    const server = { issuer: new URL(tokenUrl).origin, token_endpoint: tokenUrl };
    const client = { client_id: clientId };
    const parameters = new URLSearchParams(scope === undefined ? {} : { scope });
    // Not the signal of a caller: others may be waiting for the same token.
    const signal = AbortSignal.timeout(this.#timeoutMilliseconds);
    try {
      const response = await oauth.clientCredentialsGrantRequest(
        server,
        client,
        this.#authentication,
        parameters,
        {
          [oauth.customFetch]: async (url, { headers, body }) =>
            this.#send(url, headers, body.toString(), signal),
        },
      );
      return await oauth.processClientCredentialsResponse(server, client, response);
    } catch (thrown) {
      throw tokenError(thrown);
    }
  }

  async #send(
    address: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<Response> {
    const { origin, pathname, search } = new URL(address);
    const request = { method: 'POST', origin, path: pathname + search, headers, body } as const;
    const reply = await this.#caller.call(request, signal);
    const type = reply.headers['content-type'];
    return new Response(reply.body.length === 0 ? null : reply.body.toString('utf8'), {
      status: reply.status,
      headers: type === undefined ? {} : { 'content-type': type },
    });
  }
}

function clientAuthentication({
  clientAuthentication: kind,
  clientSecretFile,
}: OAuthSettings): oauth.ClientAuth {
  if (kind === 'tls' || clientSecretFile === undefined) return oauth.TlsClientAuth();
  const secret = readPasswordFile(clientSecretFile);
  return kind === 'basic' ? oauth.ClientSecretBasic(secret) : oauth.ClientSecretPost(secret);
}

/** Whatever is wrong with the token, the system behind it was not asked. */
function tokenError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) {
    const cause = `token: ${String(thrown.cause)}`;
    return thrown instanceof ConnectionFailure ? new ConnectionFailure(cause) : unavailable(cause);
  }
  if (thrown instanceof oauth.ResponseBodyError && REFUSALS.includes(thrown.error))
    return unavailable(`token: ${thrown.error}`);
  return unavailable('token: no usable answer');
}
