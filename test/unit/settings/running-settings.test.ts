import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readSettings } from '../../../src/settings/read-settings.ts';
import { type Settings } from '../../../src/settings/settings.ts';
import { FaultsError } from '../../../src/shared/fault.ts';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'gecit-settings-'));
  mkdirSync(join(root, 'config'));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

function read(yaml: string, environment: Record<string, string> = {}): Settings {
  writeFileSync(join(root, 'config/gecit.yaml'), yaml);
  return readSettings(environment, root);
}

function faultsOf(yaml: string, environment: Record<string, string> = {}): string[] {
  try {
    read(yaml, environment);
    return [];
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    return error.faults.map(({ key, code }) => `${key} ${code}`);
  }
}

describe('the settings of log lines', () => {
  test('keep ten files of fifty megabytes and send nothing away, unless they say otherwise', () => {
    expect(read('').log).toMatchObject({ fileBytes: 50 * 1024 * 1024, files: 10, syslog: null });
    expect(read('log: { fileMegabytes: 1, files: 2 }').log).toMatchObject({ fileBytes: 1_048_576, files: 2 });
  });

  test('name a syslog server with its protocol, and the facility where it is not local0', () => {
    const syslog = 'log: { syslog: { kind: tcp, host: logs.example, port: 601';
    expect(read(`${syslog} } }`).log.syslog).toEqual({
      protocol: 'tcp',
      host: 'logs.example',
      port: 601,
      facility: 'local0',
    });
    expect(read(`${syslog}, facility: local7 } }`).log.syslog?.facility).toBe('local7');
  });

  test.each([
    ['log: { syslog: { kind: tcp } }', ['log.syslog.host', 'log.syslog.port']],
    ['log: { syslog: { kind: carrier-pigeon } }', ['log.syslog.kind']],
    ['log: { files: 1 }', ['log.files']],
  ])('are wrong in %s', (yaml, keys) => {
    expect(faultsOf(yaml).map((fault) => fault.split(' ')[0])).toEqual(keys);
  });
});

describe('the settings of monitoring', () => {
  test('measure no steps unless they or the environment say so', () => {
    expect(read('').monitoring.stepCosts).toBe(false);
    expect(read('', { GECIT_STEP_COSTS: 'histogram' }).monitoring.stepCosts).toBe(true);
  });

  test('do not warn later than readiness ends', () => {
    expect(faultsOf('monitoring: { leastMegabytes: 100, warnMegabytes: 99 }')[0]).toContain(
      'monitoring.warnMegabytes',
    );
    expect(faultsOf('monitoring: { leastInodes: 10, warnInodes: 9 }')[0]).toContain('monitoring.warnInodes');
  });

  test('count in bytes and milliseconds', () => {
    expect(read('monitoring: { leastMegabytes: 2, warnMegabytes: 3, certificateWarnDays: 7 }').monitoring).toMatchObject({
      leastBytes: 2_097_152,
      warnBytes: 3_145_728,
      certificateWarnMilliseconds: 604_800_000,
    });
  }); // prettier-ignore
});

describe('the settings of clock and traces', () => {
  test('compare every ten seconds with five seconds of patience', () => {
    expect(read('').clock).toEqual({ driftMilliseconds: 5_000, askMilliseconds: 10_000 });
  });

  test('make no traces; where they do, the address must be named', () => {
    expect(read('').traces).toBeNull();
    expect(faultsOf('telemetry: { traces: otlp }')[0]).toContain('telemetry.endpoint');
    expect(faultsOf('telemetry: { traces: otlp, endpoint: "ftp://collector/v1" }')[0]).toContain(
      'telemetry.endpoint',
    );
    const endpoint = 'http://127.0.0.1:4318/v1/traces';
    const environment = { GECIT_TRACES: 'otlp', GECIT_TRACES_ENDPOINT: endpoint };
    expect(read('telemetry: { sampleRatio: 1 }', environment).traces).toEqual({ endpoint, sampleRatio: 1 });
  });
});
