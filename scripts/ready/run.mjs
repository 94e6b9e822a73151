import { spawnSync } from 'node:child_process';

/** Runs a program; what it says goes to stderr, so that stdout stays with the command that was asked for. */
export function run(program, args, { cwd, quiet = false, env = process.env } = {}) {
  const output = quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', process.stderr.fd, process.stderr.fd];
  const done = spawnSync(program, args, { cwd, env, stdio: output, encoding: 'utf8' });
  return { ok: done.status === 0, output: `${done.stdout ?? ''}${done.stderr ?? ''}`, error: done.error };
}

/** Runs npm with the very npm that started this script, else the one on the path. */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath;
  if (npm !== undefined && /npm-cli\.c?js$/.test(npm)) return run(process.execPath, [npm, ...args], options);
  if (process.platform === 'win32') return run('cmd.exe', ['/d', '/s', '/c', 'npm', ...args], options);
  return run('npm', args, options);
}
