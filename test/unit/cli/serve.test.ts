import { chmodSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { describe, expect, test } from '@jest/globals';
import { type RunningGateway } from '../../../src/cli/command-ports.ts';
import { signAct } from '../../../src/cli/perform.ts';
import { loadOperatorKey, verifyBytes } from '../../../src/identity/operator-key.ts';
import { canonicalJson } from '../../../src/shared/canonical-json.ts';
import { CommandLine } from '../../support/command-line.ts';
import { NOON } from '../../support/people-builder.ts';

const URLS = { partnerUrl: 'https://localhost:8443', opsUrl: 'http://127.0.0.1:9464', drainMilliseconds: 0 };

/** A gateway that notes its end; starting it sends the process the stop signal. */
function gateway(
  cli: CommandLine,
  close: () => Promise<void> = async () => Promise.resolve(),
): { closed: number; reloaded: number } {
  const seen = { closed: 0, reloaded: 0 };
  const reload = (): void => {
    seen.reloaded += 1;
  };
  cli.startGateway = async (): Promise<RunningGateway> => {
    setImmediate(() => {
      if (!isatty(0)) process.emit('SIGHUP');
      process.emit('SIGTERM');
    });
    const closing = async (): Promise<void> => {
      seen.closed += 1;
      await close();
    };
    return Promise.resolve({ ...URLS, reload, close: closing });
  };
  return seen;
}

/** A fresh log that the demo realm has begun, told by the act it leaves. */
async function beginDemoLog(cli: CommandLine): Promise<void> {
  const key = loadOperatorKey(cli.path('operators/me.key'));
  for (const action of ['gateway.init', 'demo.create'] as const) {
    const at = new Date(cli.clock.now()).toISOString();
    await cli.administration.perform(signAct({ action, at, operator: 'operator-1', details: {} }, key), []);
  }
}

describe('gecit serve', () => {
  test('prints addresses and the query to paste, and ends cleanly on a signal', async () => {
    using cli = new CommandLine();
    const seen = gateway(cli);
    const said = await cli.say('serve');
    expect(said.code).toBe(0);
    expect(said.out).toContain('https://localhost:8443');
    expect(said.out).toContain('http://127.0.0.1:9464/healthz');
    expect(said.out).toContain('npx gecit query --demo');
    expect(seen.closed).toBe(1);
    expect(seen.reloaded).toBe(isatty(0) ? 0 : 1);
    expect(process.listenerCount('SIGHUP')).toBe(0);
  });

  test('offers the demo query in the demo realm only', async () => {
    using cli = new CommandLine();
    cli.realm = 'test';
    gateway(cli);
    expect((await cli.say('serve')).out).not.toContain('query --demo');
  });

  test('stops at once on a second signal', async () => {
    using cli = new CommandLine();
    let again: NodeJS.Timeout | undefined;
    gateway(cli, async () => {
      again = setInterval(() => process.emit('SIGINT'), 50);
      return new Promise(() => undefined);
    });
    const said = await cli.say('serve');
    clearInterval(again);
    expect(said.code).toBe(1);
    expect(said.err).toContain('Requests under way were cut off.');
  });

  test('says in one line which file it cannot open', async () => {
    using cli = new CommandLine();
    cli.startGateway = async () =>
      Promise.reject(Object.assign(new Error('no'), { code: 'EACCES', path: '/keys/master' }));
    const said = await cli.say('serve');
    expect(said).toMatchObject({ code: 2, err: expect.stringContaining('/keys/master') });
    expect(said.err.split('\n')).toHaveLength(1);
  });

  test('refuses to start with a clock behind the newest record, and starts where a correction explains it', async () => {
    using cli = new CommandLine();
    await beginDemoLog(cli);
    gateway(cli);
    cli.clock.set(NOON - 5_000);
    expect((await cli.say('serve')).code).toBe(0);
    cli.clock.set(NOON - 5_001);
    const said = await cli.say('serve');
    expect(said).toMatchObject({
      code: 2,
      err: expect.stringContaining('is dated 2026-03-02T09:00:00.000Z, after the system clock'),
    });
    expect(said.err.split('\n')).toHaveLength(1);
  });

  test('refuses in production a log that the demo realm began, wherever its files are now', async () => {
    using cli = new CommandLine();
    await beginDemoLog(cli);
    gateway(cli);
    cli.realm = 'production';
    expect(await cli.say('serve')).toMatchObject({
      code: 2,
      err: expect.stringContaining('the demo realm began this log'),
    });
    cli.realm = 'test';
    expect((await cli.say('serve')).code).toBe(0);
  });

  test('makes its folders for its own user only', async () => {
    using cli = new CommandLine();
    rmSync(cli.path('logs'), { recursive: true });
    gateway(cli);
    expect((await cli.say('serve')).code).toBe(0);
    expect(statSync(cli.path('logs')).mode & 0o777).toBe(0o700);
  });

  test('refuses to start in 1970', async () => {
    using cli = new CommandLine();
    cli.clock.set(0);
    const said = await cli.say('serve');
    expect(said).toMatchObject({
      code: 2,
      err: expect.stringContaining('clock: the system clock is in 1970'),
    });
  });

  test('names a folder that cannot be written to', async () => {
    using cli = new CommandLine();
    rmSync(cli.path('logs'), { recursive: true });
    writeFileSync(cli.path('logs'), 'a file stands in the way');
    const said = await cli.say('serve');
    expect(said.code).toBe(2);
    expect(said.err).toContain(`${cli.path('logs')}: there is a file in its place, not a folder`);
    expect(said.err.split('\n')).toHaveLength(1);
  });

  test('does not start without a log, and makes none by itself', async () => {
    using cli = new CommandLine();
    cli.initialised = false;
    expect(await cli.say('serve')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Run gecit init first'),
    });
    cli.realm = 'production';
    expect((await cli.say('serve', '--first-run')).code).toBe(2);
    expect(cli.firstOperator).toBeUndefined();
  });

  test('initialises the demo realm on its first run', async () => {
    using cli = new CommandLine();
    cli.initialised = false;
    gateway(cli);
    expect((await cli.say('serve', '--first-run')).code).toBe(0);
    expect(cli.firstOperator?.operator.id).toBe('demo');
  });
});

describe('gecit init', () => {
  test("makes the first operator's key, private to its owner, and signs with it", async () => {
    using cli = new CommandLine();
    cli.initialised = false;
    cli.realm = 'production';
    const key = cli.path('keys/ayse.key');
    const said = await cli.say('init', '--operator', 'ayse', '--name', 'Ayşe Örnek', '--key', key);
    expect(said.code).toBe(0);
    expect(existsSync(key)).toBe(true);
    const first = cli.firstOperator;
    const statement = {
      action: 'gateway.init',
      at: '2026-03-02T09:00:00.000Z',
      operator: 'ayse',
      details: {},
    } as const;
    const act = first?.sign(statement);
    const bytes = Buffer.from(canonicalJson(statement));
    expect(verifyBytes(bytes, act?.signature ?? '', first?.operator.publicKey ?? '')).toBe(true);
  });

  test('never touches an existing log', async () => {
    using cli = new CommandLine();
    expect((await cli.say('init')).code).toBe(1);
    expect(cli.firstOperator).toBeUndefined();
  });

  test('asks who the first operator is outside the demo realm', async () => {
    using cli = new CommandLine();
    cli.initialised = false;
    cli.realm = 'production';
    expect((await cli.say('init')).code).toBe(2);
  });

  test('takes an existing key, but not one that others can read', async () => {
    using cli = new CommandLine();
    cli.initialised = false;
    chmodSync(cli.path('operators/me.key'), 0o644);
    const open = await cli.say('init');
    expect(open).toMatchObject({ code: 2, err: expect.stringContaining('others can read the operator key') });
    chmodSync(cli.path('operators/me.key'), 0o600);
    expect((await cli.say('init', '--json')).code).toBe(0);
  });
});
