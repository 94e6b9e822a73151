import { describe, expect, test } from '@jest/globals';
import { hash } from 'node:crypto';
import { checkStamp } from '../../../src/audit/time-stamp/check-stamp.ts';
import { trustedCertificates } from '../../../src/audit/time-stamp/trusted-certificates.ts';
import { type Leaf } from '../../../src/audit/leaf.ts';
import { type Settings } from '../../../src/settings/settings.ts';
import { until } from '../../support/gateway-process.ts';
import { startGateway, type TestGateway } from '../../support/start-gateway.ts';
import { POLICY, TestTimeStampAuthority } from '../../support/time-stamp-authority.ts';
import '../../support/patient-with-openssl.ts';

function stampedBy(authority: TestTimeStampAuthority, staleMilliseconds = 60_000): Settings['timeStamps'] {
  const roots = authority.pki.write('roots.pem', authority.root.pem);
  const authentication = { kind: 'none' } as const;
  return { authority: authority.url, policy: POLICY, roots, authentication, at: '00:20', staleMilliseconds };
}

function stampLeaves(gateway: TestGateway): Leaf[] {
  return gateway.records().filter(({ type }) => type === 'time-stamp');
}

describe('a gateway with a time-stamp authority', () => {
  test('has its newest checkpoint stamped after the start, and the token on record', async () => {
    await using authority = await TestTimeStampAuthority.start();
    await using gateway = await startGateway({ realm: 'demo', timeStamps: stampedBy(authority) });
    await until(() => stampLeaves(gateway).length === 1, 'the leaf of the stamp');
    const [log] = gateway.logs.all();
    const stamp = log?.newestStamp();
    if (log === undefined || stamp === undefined) throw new Error('no stamp is stored');
    expect(stampLeaves(gateway)[0]?.facts).toMatchObject({
      size: stamp.size,
      stamp: `sha256:${hash('sha256', stamp.response, 'hex')}`,
      policy: POLICY,
    });
    const checked = checkStamp(stamp.response, {
      imprint: hash('sha256', stamp.note, 'buffer'),
      trusted: trustedCertificates(authority.root.pem),
    });
    expect(checked).toMatchObject({ ok: true });
  });

  test('does not ask again for its own stamp when it is started once more', async () => {
    await using authority = await TestTimeStampAuthority.start();
    await using gateway = await startGateway({ realm: 'demo', timeStamps: stampedBy(authority) });
    await until(() => stampLeaves(gateway).length === 1, 'the leaf of the stamp');
    await gateway.restart();
    await gateway.official().query();
    expect(authority.asked).toHaveLength(1);
  });

  test('goes on answering while the authority is down', async () => {
    await using authority = await TestTimeStampAuthority.start();
    authority.behaviour = 'forbids';
    await using gateway = await startGateway({ realm: 'demo', timeStamps: stampedBy(authority) });
    await until(() => authority.asked.length > 0, 'the attempt');
    expect((await gateway.official().query()).status).toBe(200);
  });

  test('refuses with EVIDENCE_STALE once stamps have failed for too long, also after a restart', async () => {
    await using authority = await TestTimeStampAuthority.start();
    authority.behaviour = 'forbids';
    await using gateway = await startGateway({ realm: 'demo', timeStamps: stampedBy(authority, 1) });
    const code = async (): Promise<unknown> => (await gateway.official().query()).json()['code'];
    await until(async () => (await code()) === 'EVIDENCE_STALE', 'the refusal');
    expect(stampLeaves(gateway)).toEqual([]);
    const told = await (await fetch(`${gateway.running.opsUrl}/readyz`)).json();
    expect(told).toMatchObject({ failed: ['timeStamps'], timeStamps: { stale: true, stampedAt: null } });
    expect(told).toHaveProperty('timeStamps.unstamped', gateway.administration.log.head().size);
    authority.behaviour = 'good';
    await gateway.restart();
    await until(() => stampLeaves(gateway).length === 1, 'the leaf of the stamp');
    await until(async () => (await code()) === undefined, 'an answer');
  });
});
