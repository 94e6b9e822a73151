import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { createOperatorKey, loadOperatorKey } from '../../../src/identity/operator-key.ts';
import { CommandLine } from '../../support/command-line.ts';
import { ALPHA_CERTIFICATE, NOON } from '../../support/people-builder.ts';
import { makeCertificate, testCertificates } from '../../support/test-certificates.ts';

const registers = (cli: CommandLine) => cli.database.content.registers;
const actions = (cli: CommandLine): (string | null)[] => cli.database.leaves.map((leaf) => leaf.action);

describe('every act', () => {
  test('is refused without the key of an operator who may act, and leaves nothing behind', async () => {
    using cli = new CommandLine();
    createOperatorKey(cli.path('other.key'));
    const said = await cli.say(
      'agency',
      'add',
      'delta',
      '--name',
      'Delta',
      '--operator-key',
      cli.path('other.key'),
    );
    expect(said.code).toBe(1);
    expect(said.err).toContain('This key belongs to no operator who may act');
    expect(registers(cli).rows.agencies.map(({ id }) => id)).not.toContain('delta');
    expect(actions(cli)).toEqual([]);
  });

  test('asks for the key with its place when there is none', async () => {
    using cli = new CommandLine();
    const said = await cli.say(
      'agency',
      'add',
      'delta',
      '--name',
      'Delta',
      '--operator-key',
      cli.path('none.key'),
    );
    expect(said.code).toBe(2);
    expect(said.err).toContain(`${cli.path('none.key')}: there is no operator key here`);
  });

  test('is refused once its operator has ended', async () => {
    using cli = new CommandLine();
    cli.database.change({ kind: 'end-operator', operatorId: 'operator-1', at: NOON });
    expect((await cli.say('agency', 'add', 'delta', '--name', 'Delta')).code).toBe(1);
    expect(actions(cli)).toEqual([]);
  });

  test('says that nothing was done when its record could not be made durable', async () => {
    using cli = new CommandLine();
    cli.administration.perform = async () => {
      const { GatewayError } = await import('../../../src/shared/problem.ts');
      throw new GatewayError('AUDIT_NOT_DURABLE');
    };
    const said = await cli.say('agency', 'add', 'delta', '--name', 'Delta', '--json');
    expect(said.code).toBe(1);
    expect(JSON.parse(said.err)).toMatchObject({ code: 'AUDIT_NOT_DURABLE' });
  });

  test('closes the registers whatever happens', async () => {
    using cli = new CommandLine();
    await cli.say('agency', 'add', 'delta', '--name', 'Delta');
    await cli.say('agency', 'add', 'delta', '--name', 'Delta');
    expect(cli.administration.closed).toBe(2);
  });

  test('needs a log', async () => {
    using cli = new CommandLine();
    cli.initialised = false;
    const said = await cli.say('agency', 'add', 'delta', '--name', 'Delta');
    expect(said).toMatchObject({ code: 2, err: expect.stringContaining('Run gecit init first') });
  });
});

describe('gecit operator', () => {
  test('adds a person with an existing public key', async () => {
    using cli = new CommandLine();
    const { publicKey } = createOperatorKey(cli.path('ayse.key'));
    writeFileSync(cli.path('ayse.pub'), publicKey);
    const said = await cli.say(
      'operator',
      'add',
      'ayse',
      '--name',
      'Ayşe Örnek',
      '--public-key',
      cli.path('ayse.pub'),
    );
    expect(said).toMatchObject({
      code: 0,
      out: 'ayse is now an operator. Record: test-gateway/node-1/2026 #0',
    });
    expect(registers(cli).operators).toContainEqual({
      id: 'ayse',
      name: 'Ayşe Örnek',
      publicKey,
      addedAt: NOON,
      endedAt: null,
    });
    expect(actions(cli)).toEqual(['operator.add']);
  });

  test('makes a key that only its owner can read and that can act', async () => {
    using cli = new CommandLine();
    const key = cli.path('new/ayse.key');
    await cli.say('operator', 'add', 'ayse', '--name', 'Ayşe Örnek', '--create', key);
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect((await cli.say('agency', 'add', 'delta', '--name', 'Delta', '--operator-key', key)).code).toBe(0);
  });

  test('never takes a private key, a known id or a known key', async () => {
    using cli = new CommandLine();
    const mine = cli.path('operators/me.key');
    const add = async (id: string, ...key: string[]): Promise<number> =>
      (await cli.say('operator', 'add', id, '--name', 'X', ...key)).code;
    expect(await add('ayse', '--public-key', mine)).toBe(2);
    expect(await add('operator-1', '--create', cli.path('b.key'))).toBe(1);
    writeFileSync(cli.path('me.pub'), loadOperatorKey(mine).publicKey);
    expect(await add('ayse', '--public-key', cli.path('me.pub'))).toBe(1);
    expect(await add('Ayşe', '--create', cli.path('c.key'))).toBe(2);
    expect(await add('ayse')).toBe(2);
    expect(actions(cli)).toEqual([]);
  });

  test('ends a person, but never the last one', async () => {
    using cli = new CommandLine();
    expect((await cli.say('operator', 'end', 'operator-1')).err).toContain(
      'The last operator cannot be ended',
    );
    await cli.say('operator', 'add', 'ayse', '--name', 'Ayşe Örnek', '--create', cli.path('ayse.key'));
    expect((await cli.say('operator', 'end', 'operator-1')).code).toBe(0);
    expect((await cli.say('operator', 'end', 'ayse', '--operator-key', cli.path('ayse.key'))).code).toBe(1);
    expect((await cli.say('operator', 'list')).out).toMatch(
      /^operator +name +added +state\noperator-1 .*ended 2026-03-02 12:00:00\nayse .*may act/,
    );
  });
});

describe('gecit personnel', () => {
  test('ends an authority at once, recorded', async () => {
    using cli = new CommandLine();
    const said = await cli.say('personnel', 'end', 'alpha-beta-2024', 'official-1');
    expect(said).toMatchObject({
      code: 0,
      out: expect.stringContaining('has ended at 2026-03-02 12:00:00.'),
    });
    expect(registers(cli).rows.authorities[0]?.until).toBe(NOON);
    expect((await cli.say('personnel', 'list')).out).toMatch(
      /^agreement +client +name .* state\n.*official-1 .* ended$/,
    );
    expect((await cli.say('personnel', 'end', 'alpha-beta-2024', 'official-1')).code).toBe(1);
    expect(actions(cli)).toEqual(['personnel.end']);
  });

  test("ends an authority on a later day of the agreement's zone", async () => {
    using cli = new CommandLine();
    cli.language = 'tr';
    const said = await cli.say('personnel', 'end', 'alpha-beta-2024', 'official-1', '--at', '2026-03-10');
    expect(said.out).toContain('2026-03-10 00:00:00 itibarıyla sona erer.');
    expect(registers(cli).rows.authorities[0]?.until).toBe(Date.UTC(2026, 2, 9, 21));
  });

  test('never ends an authority in the past, nor one that does not exist', async () => {
    using cli = new CommandLine();
    const end = async (...rest: string[]): Promise<number> =>
      (await cli.say('personnel', 'end', ...rest)).code;
    expect(await end('alpha-beta-2024', 'official-1', '--at', '2026-03-01')).toBe(2);
    expect(await end('alpha-beta-2024', 'official-1', '--at', 'tomorrow')).toBe(2);
    expect(await end('alpha-beta-2024', 'nobody')).toBe(1);
    expect(actions(cli)).toEqual([]);
  });

  test('lists who may query and why others may not', async () => {
    using cli = new CommandLine();
    const line = cli.database.content.registers.rows.authorities[0];
    cli.database.change(
      { kind: 'add-official', official: { ...registers(cli).rows.officials[0]!, id: 'untrained' } }, // eslint-disable-line @typescript-eslint/no-non-null-assertion -- the builder makes one
      { kind: 'add-authority', authority: { ...line!, officialId: 'untrained', trainingValidUntil: null } }, // eslint-disable-line @typescript-eslint/no-non-null-assertion -- the builder makes one
    );
    const { out } = await cli.say('personnel', 'list', 'alpha-beta-2024', '--json');
    const states = (JSON.parse(out) as { official: string; state: { en: string } }[]).map((row) => [
      row.official,
      row.state.en,
    ]);
    expect(states).toEqual([
      ['official-1', 'may query'],
      ['untrained', 'no training evidence'],
    ]);
    expect((await cli.say('personnel', 'list', 'other')).out).toBe('');
  });
});

describe('gecit agency', () => {
  test('registers an agency once', async () => {
    using cli = new CommandLine();
    expect((await cli.say('agency', 'add', 'delta', '--name', 'Delta')).code).toBe(0);
    expect((await cli.say('agency', 'add', 'delta', '--name', 'Delta')).code).toBe(1);
    expect((await cli.say('agency', 'add', 'Delta!', '--name', 'Delta')).code).toBe(2);
    expect(actions(cli)).toEqual(['agency.add']);
  });

  test('registers a certificate by its fingerprint, and refuses one that is known, expired or an authority', async () => {
    using cli = new CommandLine();
    cli.clock.set(Date.now());
    const { agency, expiredAgency, ca } = testCertificates();
    const cert = async (pem: string): Promise<number> => {
      writeFileSync(cli.path('given.crt'), pem);
      return (await cli.say('agency', 'cert', 'alpha', '--file', cli.path('given.crt'))).code;
    };
    expect(await cert(agency.certificate)).toBe(0);
    expect(registers(cli).rows.certificates.map(({ fingerprint }) => fingerprint)).toContain(
      agency.fingerprint,
    );
    expect(await cert(agency.certificate)).toBe(1);
    expect(await cert(expiredAgency.certificate)).toBe(1);
    expect(await cert(ca.certificate)).toBe(1);
    expect(await cert('not a certificate')).toBe(2);
    expect(actions(cli)).toEqual(['agency.cert']);
  });

  test('issues a certificate and registers it', async () => {
    using cli = new CommandLine();
    cli.clock.set(Date.now());
    const ca = makeCertificate({ commonName: 'Authority', ca: true });
    writeFileSync(cli.path('certs/ca.crt'), ca.certificate);
    writeFileSync(cli.path('certs/ca.key'), ca.key);
    const said = await cli.say('agency', 'cert', 'alpha', '--issue', cli.path('out'), '--days', '30');
    expect(said.code).toBe(0);
    expect(statSync(cli.path('out/alpha.key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(cli.path('out/alpha.crt'), 'utf8')).toContain('BEGIN CERTIFICATE');
    expect(registers(cli).rows.certificates).toHaveLength(2);
    expect((await cli.say('agency', 'cert', 'alpha', '--issue', cli.path('out'))).code).toBe(1);
    expect((await cli.say('agency', 'cert', 'alpha', '--issue', cli.path('b'), '--days', '0')).code).toBe(2);
  });

  test('refuses a certificate for an unknown agency, and a call that says neither way', async () => {
    using cli = new CommandLine();
    expect((await cli.say('agency', 'cert', 'nobody', '--file', 'x.crt')).code).toBe(1);
    expect((await cli.say('agency', 'cert', 'alpha')).code).toBe(2);
  });

  test('revokes by the first digits of a fingerprint, once', async () => {
    using cli = new CommandLine();
    const said = await cli.say('agency', 'revoke', 'A1:A1:A1:A1', '--json');
    expect(JSON.parse(said.out)).toMatchObject({ origin: 'test-gateway/node-1/2026', index: 0 });
    expect(registers(cli).rows.certificates[0]?.revokedAt).toBe(NOON);
    expect((await cli.say('agency', 'revoke', ALPHA_CERTIFICATE)).code).toBe(1);
    expect((await cli.say('agency', 'revoke', 'b2b2b2b2')).code).toBe(1);
    expect((await cli.say('agency', 'revoke', 'a1')).code).toBe(2);
  });
});

describe('gecit quota', () => {
  test("lowers an official's limit below the ceiling, shows it and restores it", async () => {
    using cli = new CommandLine();
    const official = ['alpha-beta-2024', '--official', 'official-1'];
    expect((await cli.say('quota', 'set', ...official, '--limit', '3')).out).toContain(
      'The daily limit of client-of-official-1 is now 3.',
    );
    expect((await cli.say('quota', 'show')).out).toMatch(/official {3}client-of-official-1 +0\/3 +100$/m);
    expect(registers(cli).rows.loweredLimits).toEqual({ 'official:alpha-beta-2024/official-1': 3 });
    expect((await cli.say('quota', 'set', ...official, '--restore')).code).toBe(0);
    expect(registers(cli).rows.loweredLimits).toEqual({});
    expect(actions(cli)).toEqual(['quota.set', 'quota.restore']);
  });

  test('lowers the limits of agency and agreement', async () => {
    using cli = new CommandLine();
    await cli.say('quota', 'set', 'alpha-beta-2024', '--agency', 'alpha', '--limit', '0');
    await cli.say('quota', 'set', 'alpha-beta-2024', '--limit', '500');
    expect(registers(cli).rows.loweredLimits).toEqual({
      'agency:alpha-beta-2024/alpha': 0,
      'agreement:alpha-beta-2024': 500,
    });
  });

  test('never goes above the ceiling', async () => {
    using cli = new CommandLine();
    const said = await cli.say(
      'quota',
      'set',
      'alpha-beta-2024',
      '--official',
      'official-1',
      '--limit',
      '101',
    );
    expect(said.code).toBe(1);
    expect(said.err).toContain('above the ceiling (100)');
    expect(actions(cli)).toEqual([]);
  });

  test.each([
    [['alpha-beta-2024'], 2],
    [['alpha-beta-2024', '--limit', '1', '--restore'], 2],
    [['alpha-beta-2024', '--limit', '-1'], 2],
    [['alpha-beta-2024', '--limit', '1.5'], 2],
    [['alpha-beta-2024', '--agency', 'alpha', '--official', 'official-1', '--limit', '1'], 2],
    [['unknown', '--limit', '1'], 1],
    [['alpha-beta-2024', '--official', 'nobody', '--limit', '1'], 1],
  ])('refuses %j with exit code %d', async (args, code) => {
    using cli = new CommandLine();
    expect((await cli.say('quota', 'set', ...args)).code).toBe(code);
    expect(actions(cli)).toEqual([]);
  });
});

describe('gecit audit rollover', () => {
  test.each([
    ['en', /^LOG_KEY_MISSING: .*could not be signed/],
    ['tr', /^LOG_KEY_MISSING: .*sonu imzalanamadı/],
  ] as const)('says in %s that the end of a log whose key is lost is not signed', async (language, words) => {
    using cli = new CommandLine();
    cli.language = language;
    cli.administration.logKeyThere = false;
    const said = await cli.say('audit', 'rollover', '--reason', 'key-compromise');
    expect(said.code).toBe(0);
    expect(said.err).toMatch(words);
    expect(said.out).toContain('/2026-2');
  });

  test('says nothing of it where the end was signed', async () => {
    using cli = new CommandLine();
    const said = await cli.say('audit', 'rollover', '--reason', 'key-compromise');
    expect(said).toMatchObject({ code: 0, err: '' });
  });
});
