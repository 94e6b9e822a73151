import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Activation } from '../../../src/agreement/activation.ts';
import { type RegisterChange, RegisterConflictError } from '../../../src/gateway/register-change.ts';
import { ENGINES } from '../../support/database-engines.ts';
import { aCertificate, anAgency, anAuthority, anOfficial, anOperator } from '../../support/people-builder.ts';
import { type TemporaryStore, temporaryStore } from './temporary-store.ts';

const ACTIVATION: Activation = {
  agreementId: 'alpha-beta-2024',
  version: 1,
  hash: 'sha256:00',
  signedOn: { alpha: '2024-03-15', beta: '2024-03-16' },
  undertaking: { version: '2024-1', signedOn: '2024-03-15' },
  noticeOn: '2026-01-31',
  terminatedAt: 1_800_000_000_000,
  suspendedAt: 1_790_000_000_000,
};

const SCOPE = 'agency:alpha-beta-2024/alpha';

/** Registers on which every kind of change hits something. */
const FILLED: readonly RegisterChange[] = [
  { kind: 'add-agency', agency: anAgency() },
  { kind: 'add-certificate', certificate: aCertificate() },
  { kind: 'add-official', official: anOfficial({ allowedAddresses: ['10.0.0.0/8', '2001:db8::/64'] }) },
  { kind: 'add-authority', authority: anAuthority() },
  { kind: 'set-activation', activation: ACTIVATION },
  { kind: 'lower-limit', scope: SCOPE, limit: 5 },
  { kind: 'add-operator', operator: anOperator({ publicKey: 'PEM' }) },
];

let temporary: TemporaryStore;

async function apply(...changes: RegisterChange[]): Promise<void> {
  await temporary.store.evidence.transact(async (tx) => {
    for (const change of changes) await tx.applyChange(change);
  });
}

describe.each(ENGINES)('the registers on $name', (engine) => {
  beforeEach(async () => {
    temporary = await temporaryStore(engine);
    await apply(...FILLED);
  });

  afterEach(async () => {
    await temporary[Symbol.asyncDispose]();
  });

  test('give back what was added', async () => {
    const standing = await temporary.store.evidence.standing();
    expect(await temporary.store.identityRows()).toEqual({
      agencies: [anAgency()],
      certificates: [aCertificate()],
      officials: [anOfficial({ allowedAddresses: ['10.0.0.0/8', '2001:db8::/64'] })],
      authorities: [anAuthority()],
    });
    expect(standing.identities.officialByClientId('client-of-official-1')).toEqual(
      anOfficial({ allowedAddresses: ['10.0.0.0/8', '2001:db8::/64'] }),
    );
    expect(standing.identities.authority('official-1', 'alpha-beta-2024')).toEqual(anAuthority());
    expect(standing.activation('alpha-beta-2024')).toEqual(ACTIVATION);
    expect(standing.activation('another')).toBeUndefined();
    expect(standing.loweredLimit(SCOPE)).toBe(5);
    expect(await temporary.store.loweredLimits()).toEqual(new Map([[SCOPE, 5]]));
    expect(await temporary.store.operators()).toEqual([anOperator({ publicKey: 'PEM' })]);
  });

  test('count one version for every change', async () => {
    expect(await temporary.store.evidence.standingVersion()).toBe(1 + FILLED.length);
  });

  test('take a revocation once', async () => {
    const { fingerprint } = aCertificate();
    await apply({ kind: 'revoke-certificate', fingerprint, at: 77 });
    const standing = await temporary.store.evidence.standing();
    expect(standing.identities.certificate(fingerprint)).toEqual(aCertificate({ revokedAt: 77 }));
    await expect(apply({ kind: 'revoke-certificate', fingerprint, at: 78 })).rejects.toThrow(
      RegisterConflictError,
    );
  });

  test('end an authority at the instant given, and never later than it would have ended', async () => {
    const end = { kind: 'end-authority', officialId: 'official-1', agreementId: 'alpha-beta-2024' } as const;
    await expect(apply({ ...end, at: anAuthority().until })).rejects.toThrow(RegisterConflictError);
    await apply({ ...end, at: 99 });
    expect((await temporary.store.identityRows()).authorities).toEqual([anAuthority({ until: 99 })]);
    await expect(apply({ ...end, at: 99 })).rejects.toThrow(RegisterConflictError);
  });

  test('replace the state of an agreement as a whole', async () => {
    const bare: Activation = {
      ...ACTIVATION, signedOn: {}, undertaking: null, noticeOn: null, terminatedAt: null, suspendedAt: null,
    }; // prettier-ignore
    await apply({ kind: 'set-activation', activation: bare });
    expect((await temporary.store.evidence.standing()).activation('alpha-beta-2024')).toEqual(bare);
  });

  test('lower a limit again, to zero too, and restore it once', async () => {
    await apply({ kind: 'lower-limit', scope: SCOPE, limit: 0 });
    expect(await temporary.store.loweredLimits()).toEqual(new Map([[SCOPE, 0]]));
    await apply({ kind: 'restore-limit', scope: SCOPE });
    expect(await temporary.store.loweredLimits()).toEqual(new Map());
    await expect(apply({ kind: 'restore-limit', scope: SCOPE })).rejects.toThrow(RegisterConflictError);
  });

  test('end an operator once', async () => {
    await apply({ kind: 'end-operator', operatorId: 'operator-1', at: 55 });
    expect(await temporary.store.operators()).toEqual([anOperator({ publicKey: 'PEM', endedAt: 55 })]);
    await expect(apply({ kind: 'end-operator', operatorId: 'operator-1', at: 56 })).rejects.toThrow(
      RegisterConflictError,
    );
  });

  test('keep names and ids as they were written, ids that differ by a dot apart, in the order of their code points', async () => {
    const ids = ['İ', 'ı', 'i', 'I', 'I ', 'ü', 'Ü', 'z'];
    for (const id of ids)
      await apply({ kind: 'add-agency', agency: anAgency({ id, name: `${id} Işıl Çağrı Öğüt` }) });
    const { agencies } = await temporary.store.identityRows();
    expect(agencies).toEqual(
      [...ids.map((id) => anAgency({ id, name: `${id} Işıl Çağrı Öğüt` })), anAgency()].sort((a, b) =>
        a.id < b.id ? -1 : 1,
      ),
    );
  });

  test('keep times to the millisecond, however late', async () => {
    const at = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
    await apply({ kind: 'end-operator', operatorId: 'operator-1', at });
    expect(await temporary.store.operators()).toEqual([anOperator({ publicKey: 'PEM', endedAt: at })]);
  });
});

describe.each(ENGINES)('the registers on $name, left as they are,', (engine) => {
  beforeAll(async () => {
    temporary = await temporaryStore(engine);
    await apply(...FILLED);
  });

  afterAll(async () => {
    await temporary[Symbol.asyncDispose]();
  });

  test.each<[string, RegisterChange]>([
    ['an agency that is there', { kind: 'add-agency', agency: anAgency() }],
    ['a certificate that is there', { kind: 'add-certificate', certificate: aCertificate() }],
    ['a certificate of an unknown agency', certificateOf('nobody')],
    ['an official who is there', { kind: 'add-official', official: anOfficial() }],
    [
      'a client id that is taken',
      { kind: 'add-official', official: anOfficial({ id: 'x', clientId: 'client-of-official-1' }) },
    ],
    [
      'an official of an unknown agency',
      { kind: 'add-official', official: anOfficial({ id: 'x', agencyId: 'nobody' }) },
    ],
    ['an authority that is there', { kind: 'add-authority', authority: anAuthority() }],
    [
      'an authority of an unknown official',
      { kind: 'add-authority', authority: anAuthority({ officialId: 'nobody' }) },
    ],
    [
      'the end of an authority that is not there',
      { kind: 'end-authority', officialId: 'nobody', agreementId: 'a', at: 1 },
    ],
    ['the revocation of an unknown certificate', { kind: 'revoke-certificate', fingerprint: '00', at: 1 }],
    ['a limit below zero', { kind: 'lower-limit', scope: SCOPE, limit: -1 }],
    ['a limit that is no whole number', { kind: 'lower-limit', scope: SCOPE, limit: 1.5 }],
    ['the restoring of a limit that stands', { kind: 'restore-limit', scope: 'agreement:other' }],
    ['an operator who is there', { kind: 'add-operator', operator: anOperator() }],
    ['the end of an unknown operator', { kind: 'end-operator', operatorId: 'nobody', at: 1 }],
  ])('refuse %s, and nothing changes', async (_, change) => {
    const version = await temporary.store.evidence.standingVersion();
    const rows = await temporary.store.identityRows();
    await expect(apply(change)).rejects.toMatchObject({
      name: 'RegisterConflictError',
      messages: { tr: expect.any(String), en: expect.any(String) },
    });
    expect(await temporary.store.evidence.standingVersion()).toBe(version);
    expect(await temporary.store.identityRows()).toEqual(rows);
  });
});

function certificateOf(agencyId: string): RegisterChange {
  return { kind: 'add-certificate', certificate: aCertificate({ fingerprint: 'ff', agencyId }) };
}
