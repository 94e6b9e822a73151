import { type Database, type Statement } from 'better-sqlite3';
import pRetry from 'p-retry';
import { StoreBusyError } from '../gateway/commit/evidence-store.ts';
import { type AccessToken, type AccessTokenStore } from '../identity/access-token.ts';
import { GatewayError } from '../shared/problem.ts';
import { unlessBusy } from './busy.ts';
import { errorCode } from './store-fault.ts';

/** About two seconds: a commit of evidence holds the database for milliseconds. */
const BUSY_RETRIES = { retries: 200, minTimeout: 10, maxTimeout: 10, factor: 1 };

/** Seconds after which a database that is locked, full or out of reach may work again. */
const RETRY_AFTER_SECONDS = 5;

const MOST_IN_MEMORY = 10_000;

const COLUMNS = `token_hash AS tokenHash, official_id AS officialId, certificate_fingerprint AS certificateFingerprint,
  expires_at AS expiresAt`;

/** Issued tokens in the database, so that they outlive a restart; those in use are kept in memory. */
export class SqliteAccessTokenStore implements AccessTokenStore {
  readonly #save: Statement<[string, string, string, number]>;
  readonly #find: Statement<[string], AccessToken>;
  readonly #remove: Statement<[number]>;
  readonly #known = new Map<string, AccessToken>();

  /** @param connection for this store alone */
  constructor(connection: Database) {
    // A token lost in a power cut is asked for again: it need not wait for the disk as evidence must.
    connection.pragma('synchronous = NORMAL');
    this.#save = connection.prepare(
      'INSERT INTO access_token (token_hash, official_id, certificate_fingerprint, expires_at) VALUES (?, ?, ?, ?)',
    );
    this.#find = connection.prepare(`SELECT ${COLUMNS} FROM access_token WHERE token_hash = ?`);
    this.#remove = connection.prepare('DELETE FROM access_token WHERE expires_at < ?');
  }

  async save(token: AccessToken): Promise<void> {
    const { tokenHash, officialId, certificateFingerprint, expiresAt } = token;
    const insert = (): void => {
      usable(() => this.#save.run(tokenHash, officialId, certificateFingerprint, expiresAt));
    };
    await pRetry(insert, { ...BUSY_RETRIES, shouldRetry: ({ error }) => isBusy(error) });
    this.#keep(token);
  }

  find(tokenHash: string): AccessToken | undefined {
    const known = this.#known.get(tokenHash);
    if (known !== undefined) return known;
    const stored = usable(() => this.#find.get(tokenHash));
    if (stored !== undefined) this.#keep(stored);
    return stored;
  }

  async removeExpired(before: number): Promise<number> {
    for (const [tokenHash, token] of this.#known) {
      if (token.expiresAt < before) this.#known.delete(tokenHash);
    }
    try {
      return await Promise.resolve(this.#remove.run(before).changes);
    } catch (error) {
      // Locked or full: expired tokens are refused anyway, and the next sweep tries again.
      if (errorCode(error).startsWith('SQLITE_')) return 0;
      throw error;
    }
  }

  #keep(token: AccessToken): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MOST_IN_MEMORY && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(token.tokenHash, token);
  }
}

/** A database that is locked, full or out of reach is nobody's mistake and no bug: the same call may succeed later. */
function usable<T>(work: () => T): T {
  try {
    return unlessBusy(work);
  } catch (cause) {
    const unusable =
      cause instanceof StoreBusyError || /^SQLITE_(FULL|IOERR|READONLY)/.test(errorCode(cause));
    if (!unusable) throw cause;
    throw new GatewayError('OVERLOADED', { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof GatewayError && error.cause instanceof StoreBusyError;
}
