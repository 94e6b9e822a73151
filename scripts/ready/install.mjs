import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './run.mjs';
import { Stop } from './stop.mjs';

const STAMP = 'node_modules/.gecit-installed';

/** What the last install was made for: lockfile, engine and machine. */
function wanted(root) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return `${lock} ${process.versions.modules} ${process.platform} ${process.arch}\n`;
}

/** Whether the stamp of the last check is the one that this lockfile and this Node need. */
export function isInstalled(root) {
  const stamp = join(root, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted(root);
}

/** Installs what the lockfile names, unless npm has already put exactly that in place. */
export function install(root, say) {
  if (holdsLockfile(root)) return;
  if (isLink(join(root, 'node_modules')))
    throw new Stop(
      'node_modules is a link; npm ci would empty the folder behind it. Remove the link, then run this command again.',
    );
  say('installing packages (npm ci) …');
  const done = runNpm(['ci', '--include=dev', '--no-audit', '--no-fund'], { cwd: root });
  if (!done.ok) throw new Stop('npm ci failed; see its message above, then run this command again.');
}

export function markInstalled(root) {
  writeFileSync(join(root, STAMP), wanted(root));
}

/** What lies behind a link may serve others. */
function isLink(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** Compares npm's own record of what stands in node_modules with the lockfile. Optional packages may be absent. */
function holdsLockfile(root) {
  const installed = packagesOf(join(root, 'node_modules/.package-lock.json'));
  if (installed === undefined) return false;
  const locked = packagesOf(join(root, 'package-lock.json')) ?? {};
  return Object.entries(locked).every(([path, entry]) => {
    if (path === '' || entry.link === true) return true;
    const there = installed[path];
    if (there === undefined)
      return entry.optional === true || entry.devOptional === true || entry.peer === true;
    return there.version === entry.version && existsSync(join(root, path));
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
