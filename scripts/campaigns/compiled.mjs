import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ready } from '../ready.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Builds the product and what the tests share with the campaigns; resolves with a module of `test`. */
export async function compiled(path) {
  await ready();
  const compiler = ['node_modules/typescript/bin/tsc', '-p', 'scripts/campaigns/tsconfig.json'];
  const built = spawnSync(process.execPath, compiler, { cwd: root, stdio: 'inherit' });
  if (built.status !== 0) process.exit(2);
  return import(new URL(`../../out/campaigns/test/${path}.js`, import.meta.url));
}
