import { type Knex } from 'knex';
import { type AccessToken, type AccessTokenStore } from '../../identity/access-token.ts';
import { GatewayError } from '../../shared/problem.ts';
import { wholeNumber } from './server-rows.ts';

/** Seconds after which a database that is out of reach may work again. */
const RETRY_AFTER_SECONDS = 5;
const MOST_IN_MEMORY = 10_000;

interface TokenRow {
  readonly token_hash: string;
  readonly official_id: string;
  readonly certificate_fingerprint: string;
  readonly expires_at: number | string;
}

/** Issued tokens in a shared database: a token of one node is good on all of them. Those in use are kept in memory. */
export class ServerAccessTokens implements AccessTokenStore {
  readonly #database: Knex;
  readonly #known = new Map<string, AccessToken>();

  constructor(database: Knex) {
    this.#database = database;
  }

  async save(token: AccessToken): Promise<void> {
    await usable(
      this.#database<TokenRow>('access_token').insert({
        token_hash: token.tokenHash,
        official_id: token.officialId,
        certificate_fingerprint: token.certificateFingerprint,
        expires_at: token.expiresAt,
      }),
    );
    this.#keep(token);
  }

  find(tokenHash: string): AccessToken | Promise<AccessToken | undefined> {
    return this.#known.get(tokenHash) ?? this.#load(tokenHash);
  }

  /** Expired records of retries go with them. */
  async removeExpired(before: number): Promise<number> {
    for (const [tokenHash, token] of this.#known) if (token.expiresAt < before) this.#known.delete(tokenHash);
    try {
      await this.#database('idempotency').where('expires_at', '<', before).delete();
      return await this.#database('access_token').where('expires_at', '<', before).delete();
    } catch {
      // Out of reach: expired tokens are refused anyway, and the next sweep tries again.
      return 0;
    }
  }

  async #load(token_hash: string): Promise<AccessToken | undefined> {
    const [row] = await usable(this.#database<TokenRow>('access_token').where({ token_hash }).select());
    if (row === undefined) return undefined;
    const token = {
      tokenHash: row.token_hash,
      officialId: row.official_id,
      certificateFingerprint: row.certificate_fingerprint,
      expiresAt: wholeNumber(row.expires_at),
    };
    this.#keep(token);
    return token;
  }

  #keep(token: AccessToken): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MOST_IN_MEMORY && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(token.tokenHash, token);
  }
}

/** A database out of reach is nobody's mistake and no bug: the same call may succeed later. */
async function usable<T>(query: PromiseLike<T>): Promise<T> {
  try {
    return await query;
  } catch (cause) {
    throw new GatewayError('OVERLOADED', { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
}
