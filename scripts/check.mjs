import { spawn } from 'node:child_process';
import { ready, root } from './ready.mjs';
import { lastLine, readLastLine } from './test-counts.mjs';

const STATIC_CHECKS = [
  ['format', 'npm', ['run', '--silent', 'format']],
  ['lint', 'npm', ['run', '--silent', 'lint']],
  ['typecheck', 'npm', ['run', '--silent', 'typecheck']],
  ['architecture', 'npm', ['run', '--silent', 'architecture']],
  ['unused code', 'npm', ['run', '--silent', 'unused']],
  ['docs in sync', process.execPath, ['scripts/errors-doc.mjs', '--check']],
];

await ready();
const counts = { passed: 0, failed: 0 };
for (const [name, program, args] of STATIC_CHECKS) {
  process.stdout.write(`== ${name}\n`);
  const { ok } = await follow(program, args);
  counts[ok ? 'passed' : 'failed'] += 1;
  process.stdout.write(`== ${name}: ${ok ? 'passed' : 'FAILED'}\n`);
}
process.stdout.write('== tests\n');
const tests = await follow('npm', ['test', '--silent']);
const told = readLastLine(tests.output) ?? { passed: 0, failed: 1 };
counts.passed += told.passed;
counts.failed += told.failed === 0 && !tests.ok ? 1 : told.failed;
process.stdout.write(`${lastLine(counts)}\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;

/** Runs a program in the project's folder, shows what it says and keeps its standard output. */
async function follow(program, args) {
  const windows = process.platform === 'win32';
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], shell: windows });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    process.stdout.write(text);
  });
  const status = await new Promise((resolve) => {
    child.on('error', () => resolve(1)).on('close', resolve);
  });
  return { ok: status === 0, output };
}
