import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { beforeAll, describe, expect, test } from '@jest/globals';
import colours from 'picocolors';
import { type CommandContext } from '../../../src/cli/command.ts';
import { type CommandPorts } from '../../../src/cli/command-ports.ts';
import { demoCommand } from '../../../src/cli/demo.ts';
import { productPorts } from '../../../src/product-ports.ts';

interface Report {
  readonly steps: readonly {
    readonly expected: string;
    readonly code: string;
    readonly asExpected: boolean;
  }[];
  readonly log: { readonly verdict: string; readonly size: number };
  readonly leaves: readonly { readonly type: string; readonly code: string | null }[];
}

let used: string | undefined;

function portsIn(folder: string): CommandPorts {
  used = folder;
  const environment = {
    GECIT_REALM: 'demo',
    GECIT_DATA_DIR: join(folder, 'data'),
    GECIT_CERTS_DIR: join(folder, 'certs'),
    GECIT_LOGS_DIR: join(folder, 'logs'),
    GECIT_OPERATOR_KEY: join(folder, 'operator.key'),
    GECIT_PARTNER_PORT: '0',
    GECIT_OPS_PORT: '0',
    GECIT_LOG_LEVEL: 'error',
  };
  return productPorts(environment, resolve('.'));
}

async function demo(...args: readonly string[]): Promise<{ code: number; out: string }> {
  const out: string[] = [];
  let code = -1;
  const context: CommandContext = {
    shell: {
      language: 'en',
      colours: colours.createColors(false),
      out: (line) => void out.push(line),
      err: (line) => void out.push(line),
      progress: () => undefined,
      readSecret: async () => Promise.reject(new Error('nothing is asked for')),
    },
    ports: portsIn(''),
    version: '0',
    finish: (told) => {
      code = told;
    },
  };
  const program = new Command('gecit').exitOverride();
  demoCommand(portsIn)(program, context);
  await program.parseAsync(['demo', ...args], { from: 'user' });
  return { code, out: out.join('\n') };
}

describe('gecit demo', () => {
  let report: Report;
  let code: number;

  beforeAll(async () => {
    const spoken = await demo('--json');
    code = spoken.code;
    report = JSON.parse(spoken.out) as Report;
  }, 60_000);

  test('shows one answer and each refusal, all as expected, and ends with 0', () => {
    expect(report.steps.map((step) => step.code)).toEqual([
      'found',
      'ADDRESS_NOT_ALLOWED',
      'REQUEST_INVALID',
      'OPERATION_NOT_AGREED',
      'QUOTA_EXCEEDED',
      'OFFICIAL_NOT_AUTHORISED',
      'AGENCY_NOT_RECOGNISED',
    ]);
    expect(report.steps.every(({ asExpected }) => asExpected)).toBe(true);
    expect(code).toBe(0);
  });

  test('leaves a sound log with a leaf for every answer and every refusal of a recognised agency', () => {
    expect(report.log.verdict).toBe('sound');
    expect(report.leaves.filter(({ type }) => type === 'disclosure')).toHaveLength(4);
    expect(report.leaves.filter(({ type }) => type === 'refusal').map((leaf) => leaf.code)).toEqual([
      'ADDRESS_NOT_ALLOWED',
      'REQUEST_INVALID',
      'OPERATION_NOT_AGREED',
      'QUOTA_EXCEEDED',
      'OFFICIAL_NOT_AUTHORISED',
    ]);
  });

  test('leaves nothing behind', () => {
    expect(used).toContain('gecit-demo-');
    expect(existsSync(used ?? '')).toBe(false);
  });
});

describe('gecit demo in a terminal', () => {
  test('tells what was asked, what came, and what the auditor sees, without an identity number', async () => {
    const { code, out } = await demo();
    expect(code).toBe(0);
    expect(out).toContain('What the auditor sees');
    expect(out).toMatch(/✓ QUOTA_EXCEEDED expected: QUOTA_EXCEEDED/);
    expect(out).not.toMatch(/(?<![0-9a-f-])[1-9][0-9]{10}(?![0-9a-f-])/);
  }, 60_000);
});
