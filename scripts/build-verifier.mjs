// Builds the verifier as one file that runs on plain Node: npm run build:verifier -- [folder]
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = process.argv[2] ?? join(root, 'dist');
const file = join(folder, 'gecit-verify.mjs');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

mkdirSync(folder, { recursive: true });
const { metafile } = await build({
  entryPoints: [join(root, 'src/verifier-main.ts')],
  outfile: file,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Names of folders would differ from machine to machine, and the digest with them.
  minify: true,
  charset: 'utf8',
  legalComments: 'none',
  define: { GECIT_VERSION: JSON.stringify(version) },
  alias: { 'better-sqlite3': join(root, 'scripts/verifier/plain-sqlite.mjs') },
  banner: { js: '#!/usr/bin/env node' },
  metafile: true,
  absWorkingDir: root,
  logLevel: 'warning',
});
writeFileSync(join(folder, 'gecit-verify.licenses.txt'), licenses(metafile));
const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
console.log(`${file} sha256:${digest}`);

/** The licences of what was built in, to be given along with the file. */
function licenses({ inputs }) {
  const names = Object.keys(inputs).flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
  );
  return [...new Set(names)].sort().map(licenseOf).join('\n\n');
}

function licenseOf(name) {
  const place = join(root, 'node_modules', name);
  const text = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license']
    .map((candidate) => readOr(join(place, candidate)))
    .find((found) => found !== undefined);
  const { license } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
  return `${name} (${license})\n\n${text ?? ''}`;
}

function readOr(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
