import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { loadAgreements } from '../../../src/agreement/load-agreements.ts';
import { FaultsError } from '../../../src/shared/fault.ts';
import { codeOf } from '../../support/gateway-client.ts';
import { AGREEMENT, writeAgreement } from '../../support/gateway-realm.ts';
import { type GatewayOptions, startGateway, type TestGateway } from '../../support/start-gateway.ts';

/** Istanbul is three hours ahead of UTC. */
function istanbul(day: string, time = '00:00:00.000'): number {
  return Date.parse(`${day}T${time}+03:00`);
}

/** How a query of somebody who may query ends at an instant. */
async function codeAt(gateway: TestGateway, instant: number): Promise<string> {
  gateway.clock.set(instant);
  gateway.official().forgetToken();
  return codeOf(await gateway.official().query());
}

type Edge = readonly [
  what: string,
  activation: GatewayOptions['activation'],
  last: number,
  codes: readonly [before: string, after: string],
];

const NOT = 'AGREEMENT_NOT_IN_FORCE';
const YES = 'answered';
const NOTICED = { noticeOn: '2027-01-01' };
const LATE = { noticeOn: '2027-01-02' };

/** The millisecond before an edge, and the edge. The realm is signed on 2026-02-01 unless said otherwise. */
const EDGES: readonly Edge[] = [
  [
    'begins with the day of the later signature [R002-048] [R002-054]',
    { signedOn: { cgm: '2026-03-04', iskur: '2026-02-01' } },
    istanbul('2026-03-04'),
    [NOT, YES],
  ],
  ['goes on for another year by itself [R002-051] [R002-048]', {}, istanbul('2027-02-02'), [YES, YES]],
  [
    'ends with its year after a notice in time [R002-050] [R002-013]',
    NOTICED,
    istanbul('2027-02-02'),
    [YES, NOT],
  ],
  [
    'goes on after a notice that came a day late [R002-050] [R002-051]',
    LATE,
    istanbul('2027-02-02'),
    [YES, YES],
  ],
  [
    'ends at the instant of a termination [R002-052]',
    { terminatedAt: istanbul('2026-06-01', '14:30:00.000') },
    istanbul('2026-06-01', '14:30:00.000'),
    [YES, NOT],
  ],
  [
    'ends with the day that both parties agreed on [R002-053]',
    { terminatedAt: istanbul('2026-12-31') },
    istanbul('2026-12-31'),
    [YES, NOT],
  ],
  [
    'begins only with the undertaking of the consumer [R002-068] [R002-055]',
    { undertaking: { version: '2024-1', signedOn: '2026-03-05' } },
    istanbul('2026-03-05'),
    [NOT, YES],
  ],
];

describe('the agreement', () => {
  test.each(EDGES)('%s', async (_what, activation, edge, [before, after]) => {
    await using gateway = await startGateway({ activation: activation ?? {} });
    expect(await codeAt(gateway, edge - 1)).toBe(before);
    expect(await codeAt(gateway, edge)).toBe(after);
    const answers = gateway.records().filter(({ type }) => type === 'disclosure');
    expect(answers).toHaveLength([before, after].filter((code) => code === YES).length);
  });

  test.each<readonly [string, GatewayOptions['activation']]>([
    ['nobody activated it [R002-054]', null],
    ['one party did not sign [R002-054]', { signedOn: { iskur: '2026-02-01' } }],
    ['no undertaking is registered [R002-055] [R002-068]', { undertaking: null }],
    [
      'the undertaking is of another version [R002-068]',
      { undertaking: { version: '2023-9', signedOn: '2026-02-01' } },
    ],
    ['another text was signed [R002-054]', { hash: `sha256:${'0'.repeat(64)}` }],
    ['it is suspended [R002-052]', { suspendedAt: 1 }],
  ])('gives no data while %s', async (_what, activation) => {
    await using gateway = await startGateway({ activation: activation ?? null });
    const refused = await gateway.official().query();
    expect(codeOf(refused)).toBe(NOT);
    expect(gateway.recordOf(refused)).toMatchObject({
      agreement: AGREEMENT,
      agreementHash: gateway.agreement.hash,
    });
    expect(gateway.source.asked).toEqual([]);
  });

  test('stops at a suspension with the next call, and goes on when it is lifted [R002-013] [R002-052]', async () => {
    await using gateway = await startGateway();
    expect(codeOf(await gateway.official().query())).toBe(YES);
    await gateway.activate({ suspendedAt: gateway.clock.now() });
    expect(codeOf(await gateway.official().query())).toBe(NOT);
    await gateway.activate({ suspendedAt: null });
    await gateway.noticed();
    expect(codeOf(await gateway.official().query())).toBe(YES);
  });

  test('whose file was changed after it was signed gives no data [R002-054]', async () => {
    await using gateway = await startGateway({ agreement: () => undefined });
    expect(codeOf(await gateway.official().query())).toBe(YES);
    writeAgreement(gateway.settings.folders.protocols, (draft) => (draft.quotas['official'] = 90));
    await gateway.restart();
    const refused = await gateway.official().query();
    expect(codeOf(refused)).toBe(NOT);
    expect(gateway.recordOf(refused)?.agreementHash).not.toBe(gateway.agreement.hash);
  });

  test('is answered in the version that was signed while another lies beside it [R002-054]', async () => {
    await using gateway = await startGateway({ agreement: () => undefined });
    const { protocols } = gateway.settings.folders;
    const next = join(protocols, 'next');
    writeAgreement(next, (draft) => (draft['version'] = 2));
    const [second] = loadAgreements(next);
    if (second === undefined) throw new Error('there is no second version');
    writeAgreement(protocols, (draft) => (draft['version'] = 2), 'second.yaml');
    await gateway.restart();
    expect((await gateway.official().query()).json()).toMatchObject({ agreement: { version: 1 } });
    await gateway.activate({ version: 2, hash: second.hash });
    await gateway.noticed();
    expect((await gateway.official().query()).json()).toMatchObject({
      agreement: { version: 2, hash: second.hash },
    });
  });

  test.each(['Ek-1', 'Ek-2', 'Ek-3'])('does not start without its annex %s [R002-055]', async (annex) => {
    const without = startGateway({
      agreement: (draft) => (draft.annexes = draft.annexes.filter(({ id }) => id !== annex)),
    });
    await expect(without).rejects.toThrow(FaultsError);
  });
});

describe('the people of Ek-3', () => {
  test('need training evidence that is valid at the moment of asking [R002-036]', async () => {
    await using gateway = await startGateway();
    const official = gateway.official();
    const { identities } = await gateway.administration.standing();
    const until =
      identities.authority((await gateway.registered(official)).id, AGREEMENT)?.trainingValidUntil ?? 0;
    expect(await codeAt(gateway, until - 1)).toBe(YES);
    // Authority and evidence of the realm end together, and authority is looked at first.
    expect(await codeAt(gateway, until)).toBe('OFFICIAL_NOT_AUTHORISED');
    expect(codeOf(await gateway.official('without training').query())).toBe('OFFICIAL_NOT_AUTHORISED');
  });

  test('without training evidence get no data [R002-036]', async () => {
    await using gateway = await startGateway();
    const refused = await gateway.official('without training').query();
    expect(codeOf(refused)).toBe('TRAINING_REQUIRED');
    expect(gateway.source.asked).toEqual([]);
  });

  test('who signed no undertaking get no data [R002-068]', async () => {
    await using gateway = await startGateway();
    expect(codeOf(await gateway.official('without undertaking').query())).toBe('UNDERTAKING_REQUIRED');
    expect(gateway.source.asked).toEqual([]);
  });

  test('whose authority has ended get no data [R002-043]', async () => {
    await using gateway = await startGateway();
    expect(codeOf(await gateway.official('authority has ended').query())).toBe('OFFICIAL_NOT_AUTHORISED');
    expect(gateway.source.asked).toEqual([]);
  });
});
