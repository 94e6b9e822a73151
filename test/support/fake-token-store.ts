import { type AccessToken, type AccessTokenStore } from '../../src/identity/access-token.ts';
import { TEST_HASHER } from './people-builder.ts';

/** Issued tokens in memory. */
export class FakeTokenStore implements AccessTokenStore {
  readonly hasher = TEST_HASHER;
  readonly saved: AccessToken[] = [];

  async save(token: AccessToken): Promise<void> {
    this.saved.push(token);
    return Promise.resolve();
  }

  find(tokenHash: string): AccessToken | undefined {
    return this.saved.find((token) => token.tokenHash === tokenHash);
  }

  async removeExpired(before: number): Promise<number> {
    const expired = this.saved.filter((token) => token.expiresAt < before);
    for (const token of expired) this.saved.splice(this.saved.indexOf(token), 1);
    return Promise.resolve(expired.length);
  }
}
