import { describe, expect, test } from '@jest/globals';
import { checkAddress } from '../../../../src/gateway/steps/check-address.ts';
import { checkAuthority } from '../../../../src/gateway/steps/check-authority.ts';
import { checkTraining } from '../../../../src/gateway/steps/check-training.ts';
import { checkUndertaking } from '../../../../src/gateway/steps/check-undertaking.ts';
import { type Authority } from '../../../../src/identity/official.ts';
import { agreementContent, anAgreement } from '../../../support/agreement-builder.ts';
import { aCaller, anExchange } from '../../../support/exchange-builder.ts';
import { anAuthority, anOfficial, NOON } from '../../../support/people-builder.ts';
import { refusalOf } from '../../../support/refusal.ts';
import { aStanding } from '../../../support/standing-builder.ts';

describe('check-address', () => {
  const from = async (address: string, allowedAddresses: string[]): Promise<string> =>
    refusalOf(() =>
      checkAddress.run(
        anExchange({ caller: aCaller({ address }), official: anOfficial({ allowedAddresses }) }),
      ),
    );

  test("lets a connection from the person's list pass, in whatever form the system reports it [R002-028]", async () => {
    expect(await from('10.1.2.3', ['10.0.0.0/8'])).toBe('nothing');
    expect(await from('::ffff:10.1.2.3', ['10.0.0.0/8'])).toBe('nothing');
    expect(await from('2001:db8::7', ['2001:db8::/32'])).toBe('nothing');
  });

  test('refuses an address outside the list [R002-028]', async () => {
    expect(await from('11.0.0.1', ['10.0.0.0/8'])).toBe('ADDRESS_NOT_ALLOWED');
    expect(await from('2001:db9::7', ['2001:db8::/32'])).toBe('ADDRESS_NOT_ALLOWED');
    expect(await from('', ['10.0.0.0/8'])).toBe('ADDRESS_NOT_ALLOWED');
  });

  test('refuses every address while the list is empty: no implicit rights [R002-029]', async () => {
    expect(await from('127.0.0.1', [])).toBe('ADDRESS_NOT_ALLOWED');
  });

  test('follows a new list of the same person at once', async () => {
    expect(await from('192.0.2.1', ['10.0.0.0/8'])).toBe('ADDRESS_NOT_ALLOWED');
    expect(await from('192.0.2.1', ['192.0.2.0/24'])).toBe('nothing');
  });
});

describe('check-authority', () => {
  const run = async (authority: Partial<Authority>): Promise<string> =>
    refusalOf(() =>
      checkAuthority.run(anExchange({ standing: aStanding({ authorities: [anAuthority(authority)] }) })),
    );

  test("finds the person's line in Ek-3 [R002-043]", () => {
    expect(checkAuthority.run(anExchange()).authority).toEqual(anAuthority());
  });

  test('refuses a person without a line under this agreement [R002-029]', async () => {
    expect(await run({ officialId: 'official-2' })).toBe('OFFICIAL_NOT_AUTHORISED');
    expect(await run({ agreementId: 'another-2024' })).toBe('OFFICIAL_NOT_AUTHORISED');
  });

  test('refuses an operation that the line does not name [R002-084]', async () => {
    expect(await run({ operations: [] })).toBe('OFFICIAL_NOT_AUTHORISED');
    expect(await run({ operations: ['permit-list'] })).toBe('OFFICIAL_NOT_AUTHORISED');
  });

  test('begins at its first millisecond and has ended at its last border [R002-029]', async () => {
    expect(await run({ from: NOON })).toBe('nothing');
    expect(await run({ from: NOON + 1 })).toBe('OFFICIAL_NOT_AUTHORISED');
    expect(await run({ until: NOON + 1 })).toBe('nothing');
    expect(await run({ until: NOON })).toBe('OFFICIAL_NOT_AUTHORISED');
  });
});

describe('check-undertaking', () => {
  const run = async (version: string | null, agreement = anAgreement()): Promise<string> =>
    refusalOf(() =>
      checkUndertaking.run(
        anExchange({ agreement, authority: anAuthority({ undertakingVersion: version }) }),
      ),
    );

  test('lets a person pass who signed the current version [R002-068]', async () => {
    expect(await run('2024-1')).toBe('nothing');
  });

  test('refuses a person who signed none, an older or another version [R002-068]', async () => {
    expect(await run(null)).toBe('UNDERTAKING_REQUIRED');
    expect(await run('2023-1')).toBe('UNDERTAKING_REQUIRED');
    expect(await run('')).toBe('UNDERTAKING_REQUIRED');
  });

  test('refuses everybody while the agreement names no undertaking [R002-055]', async () => {
    const annexes = agreementContent().annexes.filter((annex) => annex.content !== 'undertaking');
    expect(await run('2024-1', anAgreement({ annexes }))).toBe('UNDERTAKING_REQUIRED');
  });
});

describe('check-training', () => {
  const run = async (trainingValidUntil: number | null): Promise<string> =>
    refusalOf(() => checkTraining.run(anExchange({ authority: anAuthority({ trainingValidUntil }) })));

  test('lets a person pass whose evidence is valid now [R002-036]', async () => {
    expect(await run(NOON + 1)).toBe('nothing');
  });

  test('refuses a person without evidence, and from the very millisecond of its expiry [R002-036]', async () => {
    expect(await run(null)).toBe('TRAINING_REQUIRED');
    expect(await run(NOON)).toBe('TRAINING_REQUIRED');
  });
});
