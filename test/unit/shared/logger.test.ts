import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ClosableLogger, createLogger, type LoggerOptions } from '../../../src/shared/logger.ts';

const TCKN = '17160614084';
const CLOCK = { now: () => Date.parse('2026-03-01T08:00:00.000Z') };

class Captured extends Writable {
  text = '';
  isTTY = false;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

let stdout: Captured;
let stderr: Captured;
let folder: string;

beforeEach(async () => {
  stdout = new Captured();
  stderr = new Captured();
  folder = await mkdtemp(join(tmpdir(), 'gecit-log-'));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

function logger(change: Partial<LoggerOptions> = {}): ClosableLogger {
  return createLogger({ level: 'info', format: 'json', clock: CLOCK, stdout, stderr, ...change });
}

describe('the logger', () => {
  test('writes one JSON line an event, with time, level, name and sentence', async () => {
    const log = logger();
    log.info('gateway.started: the gateway takes requests', { port: 8443 });
    await log.close();
    expect(stdout.text.endsWith('\n')).toBe(true);
    expect(JSON.parse(stdout.text)).toEqual({
      time: '2026-03-01T08:00:00.000Z',
      level: 'info',
      event: 'gateway.started',
      message: 'the gateway takes requests',
      port: 8443,
    });
  });

  test('writes warnings and errors to standard error alone', async () => {
    const log = logger();
    log.warn('a.b: one');
    log.error('a.c: two');
    await log.close();
    expect(stdout.text).toBe('');
    expect(stderr.text.trim().split('\n')).toHaveLength(2);
  });

  test('writes nothing below its level', async () => {
    const log = logger({ level: 'warn' });
    log.info('a.b: one');
    log.debug('a.b: two');
    await log.close();
    expect(stdout.text).toBe('');
  });

  test('lets no identity number, secret or token through, to no stream and no file', async () => {
    const log = logger({ folder });
    log.error(`a.b: one ${TCKN}`, {
      cause: new Error(TCKN),
      headers: { authorization: 'Bearer x' },
      deep: [{ x: TCKN }],
    });
    await log.close();
    const written = stderr.text + (await readFile(join(folder, 'gateway.log'), 'utf8'));
    expect(written).not.toContain(TCKN);
    expect(written).not.toContain('Bearer x');
    expect(written.match(/\[tckn\]/g)).toHaveLength(4);
  });

  test('keeps one line a line, whatever a caller sends', async () => {
    const log = logger();
    log.info('a.b: one', { path: '/x\n{"level":"error","event":"forged"}' });
    await log.close();
    expect(stdout.text.trim().split('\n')).toHaveLength(1);
    expect(stdout.text).toContain('\\\\u000a');
  });

  test('lets no field overwrite time, level, event or message', async () => {
    const log = logger();
    log.info('a.b: one', { level: 'error', event: 'forged', message: 'forged', time: 'forged' });
    await log.close();
    expect(stdout.text).not.toContain('forged');
    expect(JSON.parse(stdout.text)).toMatchObject({ level: 'info', event: 'a.b' });
  });

  test('writes readable lines, in colour on a terminal only', async () => {
    const plain = logger({ format: 'pretty' });
    plain.info('a.b: one', { port: 8443, note: 'two words' });
    await plain.close();
    expect(stdout.text).toBe('2026-03-01T08:00:00.000Z info  a.b one port=8443 note="two words"\n');

    stdout = new Captured();
    stdout.isTTY = true;
    const coloured = logger({ format: 'pretty' });
    coloured.info('a.b: one');
    await coloured.close();
    expect(stdout.text).toContain('\u001b[');
  });

  test('keeps gateway.log in the folder, readable by its owner alone', async () => {
    const log = logger({ folder, format: 'pretty' });
    log.info('a.b: one');
    await log.close();
    const file = join(folder, 'gateway.log');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ event: 'a.b' });
    expect((await stat(file)).mode & 0o077).toBe(0);
  });
});
