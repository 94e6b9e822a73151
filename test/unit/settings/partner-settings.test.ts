import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readSettings } from '../../../src/settings/read-settings.ts';
import { type Settings } from '../../../src/settings/settings.ts';
import { type Fault, FaultsError } from '../../../src/shared/fault.ts';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'gecit-partner-settings-'));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

function partner(yaml: string, environment: Record<string, string> = {}): Settings['partner'] {
  writeFileSync(join(root, 'gecit.yaml'), yaml);
  return readSettings({ GECIT_CONFIG: 'gecit.yaml', ...environment }, root).partner;
}

function faultsOf(yaml: string, environment: Record<string, string> = {}): readonly Fault[] {
  try {
    partner(yaml, environment);
  } catch (error) {
    if (error instanceof FaultsError) return error.faults;
    throw error;
  }
  return [];
}

describe('the balancers before the partner listener', () => {
  test('are addresses and blocks of both families, from the file or from a variable with commas', () => {
    const list = ['10.0.0.5', '10.1.0.0/28', '2001:db8::5', '2001:db8:1::/64', '::ffff:10.0.0.0/124'];
    expect(partner(`partner: { balancers: ${JSON.stringify(list)} }`).balancers).toEqual(list);
    const variable = { GECIT_PARTNER_BALANCERS: '10.0.0.5, 2001:db8::5' };
    expect(partner('{}', variable).balancers).toEqual(['10.0.0.5', '2001:db8::5']);
    expect(partner('{}').balancers).toEqual([]);
  });

  test.each([
    'balancer.local',
    '10.0.0',
    '010.0.0.5',
    '10.0.0.5/33',
    '0x0a000005',
    '::10.0.0.5',
    '10.0.0.5:443',
  ])('are never %s', (entry) => {
    expect(faultsOf(`partner: { balancers: ["10.0.0.5", "${entry}"] }`)).toMatchObject([
      { code: 'SETTING_VALUE_INVALID', key: 'partner.balancers.1' },
    ]);
  });

  test.each(['0.0.0.0/0', '::/0'])('are never everybody (%s)', (entry) => {
    const faults = faultsOf('{}', { GECIT_PARTNER_BALANCERS: `10.0.0.5,${entry}` });
    expect(faults).toMatchObject([{ file: 'environment', key: 'GECIT_PARTNER_BALANCERS' }]);
    expect(faults[0]?.message.en).toContain('holds everybody');
    expect(faults[0]?.message.tr).toContain('herkesi kapsıyor');
  });
});

describe('the time in which a stopping node is unready and still answers', () => {
  test('is five seconds behind balancers and none elsewhere, unless it is set', () => {
    expect(partner('{}').drainSeconds).toBe(0);
    expect(partner('partner: { balancers: ["10.0.0.5"] }').drainSeconds).toBe(5);
    expect(partner('partner: { drainSeconds: 12 }').drainSeconds).toBe(12);
    expect(
      partner('partner: { balancers: ["10.0.0.5"] }', { GECIT_PARTNER_DRAIN_SECONDS: '0' }).drainSeconds,
    ).toBe(0);
    expect(faultsOf('partner: { drainSeconds: 301 }')).toHaveLength(1);
  });
});

describe('the list of revoked certificates', () => {
  test('is a path like those of the certificates, and absent where none is named', () => {
    expect(partner("partner: { crl: '{certs}/clients.crl' }").crl).toBe(join(root, 'certs/clients.crl'));
    expect(partner('{}', { GECIT_PARTNER_CRL: '/etc/gecit/clients.crl' }).crl).toBe('/etc/gecit/clients.crl');
    expect(partner('{}').crl).toBeNull();
  });
});
