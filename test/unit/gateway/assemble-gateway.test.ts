import { describe, expect, test } from '@jest/globals';
import { AgreementBook } from '../../../src/gateway/agreement-book.ts';
import {
  type AssembledGateway,
  assembleGateway,
  type GatewayParts,
} from '../../../src/gateway/assemble-gateway.ts';
import { anAgreement } from '../../support/agreement-builder.ts';
import { aRequest, RECORD } from '../../support/exchange-builder.ts';
import { FakeDatabase, FakeEvidenceStore } from '../../support/fake-evidence-store.ts';
import { FakeKeyVault } from '../../support/fake-key-vault.ts';
import { FakeSource } from '../../support/fake-source.ts';
import { FakeTokenStore } from '../../support/fake-token-store.ts';
import { ALPHA_CERTIFICATE, anAuthority, NOON, TEST_HASHER } from '../../support/people-builder.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { refusalOf } from '../../support/refusal.ts';
import { SetClock } from '../../support/set-clock.ts';
import { standingRows } from '../../support/standing-builder.ts';

interface Assembling {
  readonly database?: FakeDatabase;
  readonly clock?: SetClock;
  readonly source?: FakeSource;
  readonly burst?: GatewayParts['burst'];
}

async function assembled(assembling: Assembling = {}): Promise<AssembledGateway> {
  const {
    database = new FakeDatabase(),
    clock = new SetClock(NOON),
    burst = { size: 100, perSecond: 100 },
  } = assembling;
  const source = assembling.source ?? new FakeSource().answerWith(RECORD);
  const tokens = new FakeTokenStore();
  await tokens.save({
    tokenHash: TEST_HASHER.hash('token-1'),
    officialId: 'official-1',
    certificateFingerprint: ALPHA_CERTIFICATE,
    expiresAt: Infinity,
  });
  return assembleGateway({
    clock,
    clockReliable: () => true,
    evidenceStale: () => false,
    logger: new RecordingLogger(),
    store: new FakeEvidenceStore(database),
    tokens,
    vault: new FakeKeyVault(),
    hasher: TEST_HASHER,
    receipts: { find: async () => Promise.resolve(undefined) },
    agreements: new AgreementBook([anAgreement()], () => source),
    agreementZones: ['Europe/Istanbul'],
    timeZone: 'Europe/Istanbul',
    tokenSeconds: 300,
    burst,
    limits: { exchanges: 10, exchangesPerAgency: 10, recordMilliseconds: 5_000 },
  });
}

describe('the assembled gateway', () => {
  test('answers, and closes when every record is written', async () => {
    const database = new FakeDatabase();
    const assembly = await assembled({ database });
    expect(await assembly.gateway.answer(aRequest())).toMatchObject({ outcome: 'found' });
    await assembly.close();
    expect(database.leaves).toHaveLength(1);
  });

  test('knows after a restart what was answered today: the source is not asked in vain [R002-031]', async () => {
    const rows = standingRows({ authorities: [anAuthority({ dailyQuota: 1 })] });
    const database = new FakeDatabase({ rows });
    const before = await assembled({ database });
    await before.gateway.answer(aRequest());
    await before.close();
    const source = new FakeSource().answerWith(RECORD);
    const after = await assembled({ database, source });
    expect(await refusalOf(async () => after.gateway.answer(aRequest()))).toBe('QUOTA_EXCEEDED');
    expect(source.asked).toEqual([]);
    await after.close();
  });

  test('does not trust a clock that stands behind the newest record, after a restart too', async () => {
    const database = new FakeDatabase();
    const before = await assembled({ database });
    await before.gateway.answer(aRequest());
    await before.close();
    const after = await assembled({ database, clock: new SetClock(NOON - 3_600_000) });
    expect(await refusalOf(async () => after.gateway.answer(aRequest()))).toBe('CLOCK_UNRELIABLE');
    await after.close();
  });

  test('writes the open windows of floods when it closes', async () => {
    const database = new FakeDatabase();
    const assembly = await assembled({ database, burst: { size: 1, perSecond: 1 } });
    await assembly.gateway.answer(aRequest());
    const refused = [1, 2, 3].map(async () => refusalOf(async () => assembly.gateway.answer(aRequest())));
    await Promise.resolve();
    await assembly.close();
    expect(await Promise.all(refused)).toEqual(['RATE_LIMITED', 'RATE_LIMITED', 'RATE_LIMITED']);
    expect(database.leavesOf('refusal')).toMatchObject([{ code: 'RATE_LIMITED', count: 3 }]);
  });

  test('is ready while its registers can be read', async () => {
    const assembly = await assembled();
    expect(await assembly.registersReadable()).toBe(true);
    expect(await assembly.recording()).toBe(true);
    expect(assembly.clockInOrder()).toBe(true);
    await assembly.close();
  });
});
