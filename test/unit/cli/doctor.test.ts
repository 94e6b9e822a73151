import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { FaultsError } from '../../../src/shared/fault.ts';
import { agreementYaml, anActivation, anAgreement } from '../../support/agreement-builder.ts';
import { CommandLine } from '../../support/command-line.ts';
import { aCertificate, ALPHA_CERTIFICATE } from '../../support/people-builder.ts';
import { testCertificates } from '../../support/test-certificates.ts';

interface Finding {
  readonly what: string;
  readonly status: string;
  readonly message: { readonly en: string };
}

function soundGateway(): CommandLine {
  const cli = new CommandLine();
  const { server, ca } = testCertificates();
  cli.clock.set(Date.now() - 86_400_000);
  writeFileSync(cli.path('certs/server.crt'), server.certificate);
  writeFileSync(cli.path('certs/ca.crt'), ca.certificate);
  writeFileSync(cli.path('protocols/a.yaml'), agreementYaml());
  const validTo = cli.clock.now() + 365 * 86_400_000;
  cli.database.change(
    { kind: 'revoke-certificate', fingerprint: ALPHA_CERTIFICATE, at: 1 },
    { kind: 'add-certificate', certificate: aCertificate({ fingerprint: 'c3'.repeat(32), validTo }) },
  );
  cli.checkSources = async () => Promise.resolve([{ ...ANSWERS }]);
  return cli;
}

const ANSWERS = {
  agreementId: 'alpha-beta-2024',
  operationId: 'permit-lookup',
  outcome: 'answers' as const,
  cause: undefined,
  missing: [],
  surplus: [],
};

async function findings(cli: CommandLine): Promise<Finding[]> {
  return JSON.parse((await cli.say('doctor', '--json')).out) as Finding[];
}

describe('gecit doctor', () => {
  test('finds nothing wrong with a sound gateway but that its test certificates end soon', async () => {
    using cli = soundGateway();
    const said = await cli.say('doctor');
    expect(said.code).toBe(0);
    expect(said.out).not.toMatch(/^fail/m);
    expect(said.out).toMatch(/^ok {4}log test-gateway\/node-1\/2026: 0 records$/m);
    expect(said.out).toMatch(/^ok {4}alpha-beta-2024 v1: in force$/m);
  });

  test('goes on after a check that cannot run', async () => {
    using cli = soundGateway();
    const fault = {
      code: 'X',
      file: 'f',
      line: 2,
      key: 'k',
      message: { tr: 'ş', en: 'wrong' },
      remedy: { tr: 'ş', en: 'r' },
    };
    const place = cli.place;
    let asked = 0;
    cli.place = () => {
      asked += 1;
      if (asked === 1) throw new FaultsError([fault]);
      return place();
    };
    const found = await findings(cli);
    expect(found[0]).toMatchObject({ what: 'f:2 k', status: 'fail', message: { en: 'wrong' } });
    expect(found.map(({ what }) => what)).toContain('operators');
  });

  test('names missing certificates, expired registrations, an agreement not in force, and exits with 1', async () => {
    using cli = new CommandLine();
    writeFileSync(cli.path('protocols/a.yaml'), agreementYaml());
    const activation = anActivation(anAgreement(), { suspendedAt: 1 });
    const certificate = aCertificate({ fingerprint: 'b2'.repeat(32), validTo: 1 });
    cli.database.change({ kind: 'set-activation', activation }, { kind: 'add-certificate', certificate });
    const said = await cli.say('doctor');
    expect(said.code).toBe(1);
    expect(said.out).toMatch(/^fail {2}.*server\.crt: there is no certificate/m);
    expect(said.out).toMatch(/^fail {2}alpha b2b2b2b2b2b2b2b2: it has expired/m);
    expect(said.out).toMatch(/^warn {2}alpha-beta-2024 v1: suspended/m);
  });

  test.each([
    [{ outcome: 'unavailable' as const, cause: 'ENOENT' }, 'fail', 'the source cannot be asked (ENOENT)'],
    [{ missing: ['status'] }, 'fail', 'its query does not give: status'],
    [{ surplus: ['notes'] }, 'warn', 'its query gives more than agreed: notes'],
    [
      { unproven: true },
      'warn',
      'it answers, but by the settings nothing proves that it is the right source',
    ],
    [{}, 'ok', 'sound'],
  ])('tells how a source stands: %j', async (difference, status, message) => {
    using cli = soundGateway();
    cli.checkSources = async () => Promise.resolve([{ ...ANSWERS, ...difference }]);
    const found = (await findings(cli)).find(
      ({ what }) => what === 'source of alpha-beta-2024/permit-lookup',
    );
    expect(found).toMatchObject({ status, message: { en: message } });
  });

  test('names a clock that lies behind the newest record', async () => {
    using cli = soundGateway();
    await cli.say('agency', 'add', 'delta', '--name', 'Delta');
    cli.clock.set(cli.clock.now() - 6_000);
    const said = await cli.say('doctor');
    expect(said.code).toBe(1);
    expect(said.out).toMatch(/^fail {2}clock: the newest record of log .* Set the clock right/m);
  });

  test('tells which places other users can read', async () => {
    using cli = soundGateway();
    chmodSync(cli.path('data'), 0o750);
    chmodSync(cli.path('logs'), 0o755);
    const { out } = await cli.say('doctor');
    expect(out).toContain(`warn  ${cli.path('data')}: it is open to other users. Close it with chmod 700.`);
    expect(out).not.toContain(`warn  ${cli.path('logs')}`);
  });

  test('makes nothing: a folder that is missing stays so', async () => {
    using cli = soundGateway();
    rmSync(cli.path('logs'), { recursive: true });
    expect((await cli.say('doctor')).out).toContain(`warn  ${cli.path('logs')}: there is no such folder yet`);
    expect(existsSync(cli.path('logs'))).toBe(false);
    writeFileSync(cli.path('logs'), '');
    expect((await cli.say('doctor')).out).toContain(
      `fail  ${cli.path('logs')}: there is a file in its place`,
    );
  });

  test('asks for init where there is no log', async () => {
    using cli = soundGateway();
    cli.initialised = false;
    expect((await findings(cli)).find(({ what }) => what === 'log')).toMatchObject({ status: 'fail' });
  });
});
