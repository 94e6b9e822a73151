import { describe, expect, test } from '@jest/globals';
import { createIdentityRegister } from '../../../src/identity/identity-register.ts';
import {
  aCertificate,
  ALPHA_CERTIFICATE,
  anAgency,
  anAuthority,
  anOfficial,
} from '../../support/people-builder.ts';

const rows = {
  agencies: [anAgency()],
  certificates: [aCertificate()],
  officials: [anOfficial()],
  authorities: [anAuthority(), anAuthority({ agreementId: 'other-2024', dailyQuota: 5 })],
};

describe('the register of identities', () => {
  const register = createIdentityRegister(rows);

  test('finds each by its own key', () => {
    expect(register.agency('alpha')).toBe(rows.agencies[0]);
    expect(register.certificate(ALPHA_CERTIFICATE)).toBe(rows.certificates[0]);
    expect(register.official('official-1')).toBe(rows.officials[0]);
    expect(register.officialByClientId('client-of-official-1')).toBe(rows.officials[0]);
  });

  test('keeps an authority apart for each agreement: one gives nothing under another [R002-029]', () => {
    expect(register.authority('official-1', 'alpha-beta-2024')?.dailyQuota).toBe(100);
    expect(register.authority('official-1', 'other-2024')?.dailyQuota).toBe(5);
    expect(register.authority('official-1', 'third-2024')).toBeUndefined();
    expect(register.authority('official-2', 'alpha-beta-2024')).toBeUndefined();
  });

  test.each(['', 'nobody', '__proto__', 'constructor', 'official-1 alpha-beta-2024'])(
    'finds nothing by %j',
    (key) => {
      expect(register.agency(key)).toBeUndefined();
      expect(register.certificate(key)).toBeUndefined();
      expect(register.official(key)).toBeUndefined();
      expect(register.officialByClientId(key)).toBeUndefined();
      expect(register.authority(key, '')).toBeUndefined();
    },
  );

  test('does not take an id for a client id, nor upper case for lower', () => {
    expect(register.officialByClientId('official-1')).toBeUndefined();
    expect(register.certificate(ALPHA_CERTIFICATE.toUpperCase())).toBeUndefined();
  });

  test('does not change when its rows are changed afterwards', () => {
    const agencies = [anAgency()];
    const fixed = createIdentityRegister({ ...rows, agencies });
    agencies.push(anAgency({ id: 'late' }));
    expect(fixed.agency('late')).toBeUndefined();
  });
});
