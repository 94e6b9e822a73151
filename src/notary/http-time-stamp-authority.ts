import { hash, randomBytes } from 'node:crypto';
import pRetry from 'p-retry';
import { type ChainParts } from '../audit/time-stamp/certificate-chain.ts';
import { checkStamp } from '../audit/time-stamp/check-stamp.ts';
import { stampRequest } from '../audit/time-stamp/stamp-request.ts';
import { type Clock } from '../shared/clock.ts';
import { type Authentication, authenticationHeaders, exposesPassword } from './authentication.ts';
import { AuthorityError, type AuthorityFault } from './authority-error.ts';
import { postQuery } from './post-query.ts';
import { type ReceivedStamp, type TimeStampAuthority } from './time-stamp-authority.ts';

export interface HttpAuthorityOptions {
  readonly name: string;
  /** http or https. */
  readonly url: string;
  readonly authentication: Authentication;
  /** Pinned roots, and intermediates that the authority's tokens leave out. */
  readonly trusted: ChainParts;
  /** Object identifier that is asked for and held to; any policy without it. */
  readonly policy?: string | undefined;
  readonly clock: Clock;
  /** How far the authority's time may lie outside the time between question and answer, besides its stated accuracy. */
  readonly toleranceMilliseconds?: number | undefined;
  /** For each of at most three attempts. */
  readonly timeoutMilliseconds?: number | undefined;
  /** Before the second attempt; twice as long before the third. */
  readonly retryMilliseconds?: number | undefined;
  /** PEM; trusted authorities of an https server. */
  readonly serverAuthorities?: string | undefined;
}

const NONCE_BYTES = 16;
const TOLERANCE_MILLISECONDS = 60_000;
const TIMEOUT_MILLISECONDS = 10_000;
const RETRY_MILLISECONDS = 1_000;
const RETRIES = 2;

/** What another attempt may mend. An answer costs a credit, so a wrong one is not asked for again. */
const PASSING: readonly AuthorityFault[] = ['unreachable', 'slow'];

/** An authority over HTTP (RFC 3161 §3.4). Only answers that pass every check leave it. */
export class HttpTimeStampAuthority implements TimeStampAuthority {
  readonly name: string;
  readonly #options: HttpAuthorityOptions;
  readonly #url: URL;

  /** @throws AuthorityError `insecure` when a password would go over the network as it is or stands in the address; TypeError for no address */
  constructor(options: HttpAuthorityOptions) {
    this.name = options.name;
    this.#options = options;
    this.#url = new URL(options.url);
    if (exposesPassword(options.authentication, this.#url)) throw new AuthorityError('insecure');
  }

  async stamp(note: Buffer, signal?: AbortSignal): Promise<ReceivedStamp> {
    const imprint = hash('sha256', note, 'buffer');
    try {
      return await pRetry(async () => this.#ask(imprint, signal), {
        retries: RETRIES,
        minTimeout: this.#options.retryMilliseconds ?? RETRY_MILLISECONDS,
        factor: 2,
        shouldRetry: ({ error }) => error instanceof AuthorityError && PASSING.includes(error.code),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (thrown) {
      throw thrown instanceof AuthorityError ? thrown : new AuthorityError('stopped', thrown);
    }
  }

  /** Each attempt has a nonce of its own, so that no late answer to an earlier one can be taken for its answer. */
  async #ask(imprint: Buffer, signal: AbortSignal | undefined): Promise<ReceivedStamp> {
    const { authentication, policy, clock, trusted, serverAuthorities } = this.#options;
    const nonce = randomBytes(NONCE_BYTES);
    const from = clock.now();
    const response = await postQuery({
      url: this.#url,
      body: stampRequest(imprint, { nonce, policy }),
      headers: authenticationHeaders(authentication, imprint),
      timeoutMilliseconds: this.#options.timeoutMilliseconds ?? TIMEOUT_MILLISECONDS,
      serverAuthorities,
      signal,
    });
    const tolerance = this.#options.toleranceMilliseconds ?? TOLERANCE_MILLISECONDS;
    const between = { from: from - tolerance, to: clock.now() + tolerance };
    const stamp = checkStamp(response, { imprint, nonce, trusted, policy, between });
    if (!stamp.ok) throw new AuthorityError(stamp.code);
    return { response, stamp };
  }
}
