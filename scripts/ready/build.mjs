import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';
import { Stop } from './stop.mjs';

const COMPILE = fileURLToPath(new URL('./compile.mjs', import.meta.url));
const BUNDLE = fileURLToPath(new URL('./bundle.mjs', import.meta.url));
const STAMP = 'dist/.built';
const SETTINGS = ['package.json', 'package-lock.json'];

/** One hash over every file that decides what is built, so that neither clocks nor checkouts can hide a change. */
function fingerprint(root) {
  const hash = createHash('sha256').update(readFileSync(COMPILE)).update(readFileSync(BUNDLE));
  for (const file of [...SETTINGS, ...filesUnder(root, 'src')]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return `${hash.digest('hex')}\n`;
}

/** A package without src is one that was built elsewhere. */
export function isBuilt(root) {
  if (!existsSync(join(root, 'src'))) return true;
  const stamp = join(root, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(root);
}

/** Compiles and bundles. Types are checked apart, by `npm run typecheck`, so that a start need not wait for it. */
export function build(root, say) {
  say('building …');
  const before = fingerprint(root);
  const compiled = run(process.execPath, [COMPILE, root], { cwd: root });
  if (!compiled.ok) throw new Stop('the build failed; correct what the compiler names above.');
  prune(root);
  const bundled = run(process.execPath, [BUNDLE, root], { cwd: root });
  if (!bundled.ok) throw new Stop('the build failed; correct what is named above.');
  writeFileSync(join(root, STAMP), before);
}

/** Removes what a deleted or renamed source file left behind. */
function prune(root) {
  for (const file of filesUnder(root, 'dist')) {
    const source = join('src', relative('dist', file)).replace(/\.(js|json)(\.map)?$/, '');
    const exists = ['.ts', '.json'].some((ending) => existsSync(join(root, `${source}${ending}`)));
    if (!exists) rmSync(join(root, file));
  }
}

/** Paths below the folder, relative to root, sorted; names that begin with a dot are not ours. */
function filesUnder(root, folder) {
  const found = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...filesUnder(root, path));
    else found.push(path);
  }
  return found.sort((a, b) => (a.split(sep).join('/') < b.split(sep).join('/') ? -1 : 1));
}
