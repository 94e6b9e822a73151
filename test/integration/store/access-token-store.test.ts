import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { type AccessToken } from '../../../src/identity/access-token.ts';
import { SqliteAccessTokenStore } from '../../../src/store/access-token-store.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { ENGINES } from '../../support/database-engines.ts';
import { refusalOf } from '../../support/refusal.ts';
import { commit, type TemporaryStore, temporaryStore } from './temporary-store.ts';

function token(change: Partial<AccessToken> = {}): AccessToken {
  return {
    tokenHash: 'aa'.repeat(32),
    officialId: 'official-1',
    certificateFingerprint: 'ab'.repeat(32),
    expiresAt: 1000,
    ...change,
  };
}

let temporary: TemporaryStore;

describe.each(ENGINES)('tokens issued on $name', (engine) => {
  beforeEach(async () => {
    temporary = await temporaryStore(engine);
  });

  afterEach(async () => {
    await temporary[Symbol.asyncDispose]();
  });

  test('are found by their hash, also by another process, and others are not', async () => {
    await temporary.store.tokens.save(token());
    const other = await openStore(temporary.address);
    for (const { tokens } of [temporary.store, other]) {
      expect(await tokens.find(token().tokenHash)).toEqual(token());
      expect(await tokens.find('bb'.repeat(32))).toBeUndefined();
    }
    await other.close();
  });

  test('are forgotten once they expired', async () => {
    const { tokens } = temporary.store;
    const later = token({ tokenHash: 'cc'.repeat(32), expiresAt: 2000 });
    await tokens.save(token());
    await tokens.save(later);
    expect(await tokens.removeExpired(1500)).toBe(1);
    expect(await tokens.find(token().tokenHash)).toBeUndefined();
    expect(await tokens.find(later.tokenHash)).toEqual(later);
  });
});

describe('tokens issued beside another program that holds the file', () => {
  beforeEach(async () => {
    temporary = await temporaryStore();
  });

  afterEach(async () => {
    await temporary[Symbol.asyncDispose]();
  });

  test('wait for their turn while another process writes', async () => {
    const other = new Sqlite(temporary.file);
    other.exec('BEGIN IMMEDIATE');
    const saving = temporary.store.tokens.save(token());
    expect(temporary.store.tokens.find(token().tokenHash)).toBeUndefined();
    expect(await temporary.store.tokens.removeExpired(5000)).toBe(0);
    other.exec('ROLLBACK');
    other.close();
    await saving;
    expect(temporary.store.tokens.find(token().tokenHash)).toEqual(token());
  });

  test('are overload, not a bug, when another process holds the database for too long', async () => {
    const other = new Sqlite(temporary.file);
    other.exec('BEGIN IMMEDIATE');
    jest.useFakeTimers();
    try {
      const refused = refusalOf(async () => temporary.store.tokens.save(token()));
      await jest.advanceTimersByTimeAsync(10_000);
      expect(await refused).toBe('OVERLOADED');
    } finally {
      jest.useRealTimers();
      other.close();
    }
    expect(temporary.store.tokens.find(token().tokenHash)).toBeUndefined();
  });

  test('are overload when the disk is full', async () => {
    const connection = new Sqlite(temporary.file);
    const tokens = new SqliteAccessTokenStore(connection);
    connection.pragma(`max_page_count = ${String(connection.pragma('page_count', { simple: true }))}`);
    const fill = async (): Promise<void> => {
      for (let place = 0; place < 1000; place++)
        await tokens.save(token({ tokenHash: String(place).padStart(64, '0') }));
    };
    expect(await refusalOf(fill)).toBe('OVERLOADED');
    connection.close();
  });

  test('can be saved while evidence is committed', async () => {
    const { evidence, tokens } = temporary.store;
    const commits = (async () => {
      for (let round = 0; round < 20; round++) await commit(evidence, 1);
    })();
    const saves = Array.from({ length: 20 }, async (_, place) =>
      tokens.save(token({ tokenHash: String(place).padStart(64, '0') })),
    );
    await Promise.all([commits, ...saves]);
    expect(tokens.find('0'.repeat(63) + '7')).toBeDefined();
    expect((await evidence.transact(async (transaction) => transaction.head())).size).toBe(20);
  });
});
