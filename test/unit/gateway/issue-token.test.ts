import { describe, expect, test } from '@jest/globals';
import { type TokenRequest } from '../../../src/gateway/partner-gateway.ts';
import { aCaller, aRequest } from '../../support/exchange-builder.ts';
import { FakeDatabase } from '../../support/fake-evidence-store.ts';
import { GatewayRig } from '../../support/gateway-rig.ts';
import {
  aCertificate,
  ALPHA_CERTIFICATE,
  anOfficial,
  NOON,
  OFFICIAL_SECRET,
  TEST_HASHER,
} from '../../support/people-builder.ts';
import { refusalOf } from '../../support/refusal.ts';
import { standingRows } from '../../support/standing-builder.ts';

function rigWithPeople(): GatewayRig {
  const officials = [anOfficial(), anOfficial({ id: 'official-of-beta', agencyId: 'beta' })];
  const certificates = [aCertificate(), aCertificate({ fingerprint: 'b2'.repeat(32) })];
  return new GatewayRig({ database: new FakeDatabase({ rows: standingRows({ officials, certificates }) }) });
}

function asking(overrides: Partial<TokenRequest> = {}): TokenRequest {
  return { ...aCaller(), clientId: 'client-of-official-1', clientSecret: OFFICIAL_SECRET, ...overrides };
}

describe('issuing a token', () => {
  test('gives an opaque token of 256 bits that is stored as a keyed hash, bound and short-lived [R002-026]', async () => {
    const rig = rigWithPeople();
    const { accessToken, expiresInSeconds } = await rig.gateway.issueToken(asking());
    expect(accessToken).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(expiresInSeconds).toBe(300);
    expect(rig.tokens.saved.at(-1)).toEqual({
      tokenHash: TEST_HASHER.hash(accessToken),
      officialId: 'official-1',
      certificateFingerprint: ALPHA_CERTIFICATE,
      expiresAt: NOON + 300_000,
    });
    expect(JSON.stringify(rig.tokens.saved)).not.toContain(accessToken);
  });

  test('gives a token that answers a query, on this certificate only, until it expires', async () => {
    const rig = rigWithPeople();
    const { accessToken } = await rig.gateway.issueToken(asking());
    expect(await rig.outcomeOf({ bearerToken: accessToken })).toBe('answered');
    const elsewhere = aRequest({ bearerToken: accessToken, certificateFingerprint: 'b2'.repeat(32) });
    expect(await rig.outcomeOf(elsewhere)).toBe('OFFICIAL_NOT_RECOGNISED');
    rig.clock.advance(300_000);
    expect(await rig.outcomeOf({ bearerToken: accessToken })).toBe('OFFICIAL_NOT_RECOGNISED');
  });

  test.each<[string, Partial<TokenRequest>]>([
    ['a wrong secret', { clientSecret: 'wrong' }],
    ['an empty secret', { clientSecret: '' }],
    ['the stored hash as the secret', { clientSecret: TEST_HASHER.hash(OFFICIAL_SECRET) }],
    ['an unknown client', { clientId: 'nobody' }],
    ['a client of another agency', { clientId: 'client-of-official-of-beta' }],
  ])('refuses %s in the same words, recorded, and saves nothing [R002-026]', async (_what, overrides) => {
    const rig = rigWithPeople();
    const before = rig.tokens.saved.length;
    expect(await refusalOf(async () => rig.gateway.issueToken(asking(overrides)))).toBe(
      'OFFICIAL_NOT_RECOGNISED',
    );
    expect(rig.tokens.saved).toHaveLength(before);
    expect(rig.database.leaves).toMatchObject([
      { type: 'refusal', code: 'OFFICIAL_NOT_RECOGNISED', proof: null },
    ]);
  });

  test('never makes the same token twice', async () => {
    const rig = rigWithPeople();
    const tokens = await Promise.all(
      Array.from({ length: 50 }, async () => rig.gateway.issueToken(asking())),
    );
    expect(new Set(tokens.map((token) => token.accessToken)).size).toBe(50);
  });

  test('stands behind the burst gate and the places', async () => {
    const flooded = new GatewayRig({ parts: { burst: { take: () => 2 } } });
    expect(await refusalOf(async () => flooded.gateway.issueToken(asking()))).toBe('RATE_LIMITED');
    const full = new GatewayRig({ parts: { places: { take: () => undefined } } });
    expect(await refusalOf(async () => full.gateway.issueToken(asking()))).toBe('OVERLOADED');
  });
});
