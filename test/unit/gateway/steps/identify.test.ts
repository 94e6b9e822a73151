import { describe, expect, test } from '@jest/globals';
import { identifyAgency } from '../../../../src/gateway/steps/identify-agency.ts';
import { identifyOfficial } from '../../../../src/gateway/steps/identify-official.ts';
import { type CertificateTrust } from '../../../../src/identity/certificate-trust.ts';
import { aCaller, anExchange, aRequest, TRUSTED } from '../../../support/exchange-builder.ts';
import { FakeTokenStore } from '../../../support/fake-token-store.ts';
import {
  ALPHA_CERTIFICATE,
  aCertificate,
  anOfficial,
  NOON,
  TEST_HASHER,
} from '../../../support/people-builder.ts';
import { aStanding } from '../../../support/standing-builder.ts';
import { refusalOf } from '../../../support/refusal.ts';

describe('identify-agency', () => {
  const run = async (
    certificate: Partial<ReturnType<typeof aCertificate>> = {},
    fingerprint = ALPHA_CERTIFICATE,
    trust: CertificateTrust = TRUSTED,
  ) =>
    refusalOf(() =>
      identifyAgency.run(
        anExchange({
          caller: aCaller({ certificateFingerprint: fingerprint, trust }),
          standing: aStanding({ certificates: [aCertificate(certificate)] }),
        }),
      ),
    );

  test('finds the agency that registered exactly this certificate [R002-002]', async () => {
    const { agency, certificate } = identifyAgency.run(anExchange());
    expect(agency.id).toBe('alpha');
    expect(certificate.fingerprint).toBe(ALPHA_CERTIFICATE);
    expect(await run()).toBe('nothing');
  });

  test('refuses a certificate that nobody registered, whatever CA made it [R002-014]', async () => {
    expect(await run({}, 'b2'.repeat(32))).toBe('AGENCY_NOT_RECOGNISED');
  });

  test('refuses a revoked certificate, even one that is revoked from a later moment [R002-021]', async () => {
    expect(await run({ revokedAt: NOON - 1 })).toBe('AGENCY_NOT_RECOGNISED');
    expect(await run({ revokedAt: NOON + 1 })).toBe('AGENCY_NOT_RECOGNISED');
  });

  test('refuses a certificate from the very millisecond of its expiry', async () => {
    expect(await run({ validTo: NOON + 1 })).toBe('nothing');
    expect(await run({ validTo: NOON })).toBe('AGENCY_NOT_RECOGNISED');
  });

  test('refuses a certificate that its authority does not stand behind any more [R002-021]', async () => {
    const refusal = async (trust: Partial<CertificateTrust>): Promise<string> =>
      run({}, ALPHA_CERTIFICATE, { ...TRUSTED, ...trust });
    expect(await refusal({ trustedUntil: NOON + 1 })).toBe('nothing');
    expect(await refusal({ trustedUntil: NOON })).toBe('AGENCY_NOT_RECOGNISED');
    expect(await refusal({ trustedUntil: 0, statusUntil: 0 })).toBe('AGENCY_NOT_RECOGNISED');
  });

  test('lets nobody pass of whom it is not known whether they are revoked', async () => {
    const refusal = async (statusUntil: number): Promise<string> =>
      run({}, ALPHA_CERTIFICATE, { ...TRUSTED, statusUntil });
    expect(await refusal(NOON + 1)).toBe('nothing');
    expect(await refusal(NOON)).toBe('REVOCATION_UNKNOWN');
    expect(await run({}, 'b2'.repeat(32), { ...TRUSTED, statusUntil: 0 })).toBe('AGENCY_NOT_RECOGNISED');
  });

  test('refuses a certificate whose agency is not registered', async () => {
    expect(await run({ agencyId: 'nobody' })).toBe('AGENCY_NOT_RECOGNISED');
  });
});

describe('identify-official', () => {
  const issued = { officialId: 'official-1', certificateFingerprint: ALPHA_CERTIFICATE, expiresAt: NOON + 1 };
  const run = async (token: Partial<typeof issued> = {}, bearerToken: string | undefined = 'token-1') => {
    const tokens = new FakeTokenStore();
    tokens.saved.push({ ...issued, tokenHash: TEST_HASHER.hash('token-1'), ...token });
    const officials = [anOfficial(), anOfficial({ id: 'official-of-beta', agencyId: 'beta' })];
    const state = anExchange({ request: aRequest({ bearerToken }), standing: aStanding({ officials }) });
    return refusalOf(async () => identifyOfficial(tokens).run(state));
  };

  test('finds the person to whom the token was issued [R002-027]', async () => {
    const tokens = new FakeTokenStore();
    await tokens.save({ ...issued, tokenHash: TEST_HASHER.hash('token-1') });
    const { official } = await identifyOfficial(tokens).run(anExchange());
    expect(official).toEqual(anOfficial());
  });

  test('refuses a query without a token: no person, no data [R002-027]', async () => {
    const tokens = new FakeTokenStore();
    const state = anExchange({ request: aRequest({ bearerToken: undefined }) });
    expect(await refusalOf(async () => identifyOfficial(tokens).run(state))).toBe('OFFICIAL_NOT_RECOGNISED');
  });

  test('refuses a token that was never issued', async () => {
    expect(await run({}, 'token-2')).toBe('OFFICIAL_NOT_RECOGNISED');
    expect(await run({}, '')).toBe('OFFICIAL_NOT_RECOGNISED');
  });

  test('refuses the stored hash of a token in place of the token [R002-026]', async () => {
    expect(await run({}, TEST_HASHER.hash('token-1'))).toBe('OFFICIAL_NOT_RECOGNISED');
  });

  test('refuses a token from the very millisecond of its expiry', async () => {
    expect(await run({ expiresAt: NOON + 1 })).toBe('nothing');
    expect(await run({ expiresAt: NOON })).toBe('OFFICIAL_NOT_RECOGNISED');
  });

  test('refuses a token that is bound to another certificate [R002-026]', async () => {
    expect(await run({ certificateFingerprint: 'b2'.repeat(32) })).toBe('OFFICIAL_NOT_RECOGNISED');
  });

  test('refuses an official of another agency', async () => {
    expect(await run({ officialId: 'official-of-beta' })).toBe('OFFICIAL_NOT_RECOGNISED');
  });

  test('refuses the token of a person who is not registered', async () => {
    expect(await run({ officialId: 'nobody' })).toBe('OFFICIAL_NOT_RECOGNISED');
  });
});
