import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type NodeReport } from '../../src/audit/verify/report.ts';
import { DATABASE, EVIDENCE, type EvidenceNode, newYearNode, NODE } from '../support/evidence-node.ts';
import { copyOf } from '../support/place-copy.ts';
import { ROOT } from '../support/repository.ts';

const MINUTE = 60_000;

let node: EvidenceNode;
/** A folder with the single file and nothing beside it. */
let stick: string;

beforeAll(async () => {
  node = await newYearNode();
  const built = mkdtempSync(join(tmpdir(), 'gecit-built-'));
  execFileSync(process.execPath, [join(ROOT, 'scripts/build-verifier.mjs'), built]);
  stick = mkdtempSync(join(tmpdir(), 'gecit-stick-'));
  cpSync(join(built, 'gecit-verify.mjs'), join(stick, 'gecit-verify.mjs'));
  rmSync(built, { recursive: true });
}, 3 * MINUTE);

afterAll(async () => {
  rmSync(stick, { recursive: true, force: true });
  await node[Symbol.asyncDispose]();
});

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Plain Node, no environment, in the folder of the file. */
function run(...args: readonly string[]): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['gecit-verify.mjs', ...args], {
    cwd: stick,
    env: {},
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

function trust(): string[] {
  const key = node.keyOf(`${NODE}/2026`);
  return ['--key', key, '--roots', node.root.file];
}

describe('the verifier as one file', () => {
  test('stands alone', () => {
    expect(readdirSync(stick)).toEqual(['gecit-verify.mjs']);
  });

  test('names its own digest, so that it can be compared with the one that was noted', () => {
    const digest = createHash('sha256')
      .update(readFileSync(join(stick, 'gecit-verify.mjs')))
      .digest('hex');
    expect(run('--version')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`sha256:${digest}\n`),
    });
  });

  test("proves an evidence folder with 0, and names no one else's program", () => {
    const { code, stdout, stderr } = run(...trust(), join(node.place, EVIDENCE));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^SOUND {2}gecit\.test\/node-1\/2026/);
    expect(stdout).toContain('(the same as the one kept elsewhere)');
    // Keys, roots and the name of the folder are chance, and chance spells anything.
    const words = stdout.replaceAll(node.place, '').replaceAll(/[\w+/]{40,}/g, '');
    expect(words).not.toMatch(/node_modules|sqlite|npm|esbuild|pkijs|asn1js/i);
  });

  test('speaks Turkish when asked to', () => {
    const { stdout } = run('--lang', 'tr', ...trust(), join(node.place, EVIDENCE));
    expect(stdout).toMatch(/^SAĞLAM/);
  });

  test('names the changed file with 1, as JSON where a machine reads', () => {
    using copy = copyOf(node);
    const file = join(copy.place, EVIDENCE, NODE, '2026', 'tile', 'entries', '000');
    const bytes = readFileSync(file);
    bytes[500] = (bytes[500] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const { code, stdout } = run('--json', ...trust(), join(copy.place, EVIDENCE));
    expect(code).toBe(1);
    const { verdict, logs } = JSON.parse(stdout) as NodeReport;
    expect(verdict).toBe('tampered');
    expect(logs[0]).toMatchObject({ firstBadFile: 'tile/entries/000', verdict: 'tampered' });
    expect(logs[0]?.firstBadIndex).toBeLessThan(3);
  });

  test('is incomplete with 3 where a checkpoint kept elsewhere is newer than the folder', () => {
    const kept = join(node.place, 'kept.checkpoint');
    writeFileSync(kept, node.newestNote(`${NODE}/2027`));
    const { code, stdout } = run('--checkpoint', kept, join(node.place, EVIDENCE));
    expect(code).toBe(3);
    expect(stdout).toContain('given-beyond-seal');
  });

  test('reads a database where the runtime can, and else says in one sentence what to do', () => {
    using copy = copyOf(node);
    const { code, stderr } = run(...trust(), join(copy.place, DATABASE));
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const reads = major > 22 || (major === 22 && minor >= 13);
    expect(code).toBe(reads ? 0 : 2);
    if (!reads) expect(stderr).toMatch(/^gecit: This version of Node cannot read a database: .*\n$/);
  });

  test.each([[[]], [['--no-such-option']], [['a', 'b']], [['/nothing/here']]])(
    'says how it is called, with 2: %j',
    (args) => {
      const { code, stdout, stderr } = run(...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    },
  );
});
