import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ready, root } from './ready.mjs';
import { countTests, lastLine } from './test-counts.mjs';

await ready();

const folder = mkdtempSync(join(tmpdir(), 'gecit-test-'));
const report = join(folder, 'report.json');
const jest = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules/jest/bin/jest.js'),
    // One more than the processors of a small machine: a worker often waits for a process or the disk.
    '--maxWorkers=3',
    '--json',
    `--outputFile=${report}`,
    ...process.argv.slice(2),
  ],
  // jest repeats its report on stdout; what a person reads goes to stderr.
  { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
);
const counts = countTests(readReport(), jest.status === 0);
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`${lastLine(counts)}\n`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;

function readReport() {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return undefined;
  }
}
