// Holds the projection against many random source documents: npm run campaign:projection -- [documents] [seed]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const [documents = '1000000', seed = String(Math.floor(Math.random() * 2 ** 31))] = process.argv.slice(2);
if (!/^[1-9][0-9]*$/.test(documents) || !/^[0-9]+$/.test(seed)) {
  console.error('usage: npm run campaign:projection -- [documents] [seed]');
  process.exit(2);
}

const compiler = ['node_modules/typescript/bin/tsc', '-p', 'scripts/campaigns/tsconfig.json'];
const built = spawnSync(process.execPath, compiler, { cwd: root, stdio: 'inherit' });
if (built.status !== 0) process.exit(2);
const { checkRandomDocuments } = await import(
  new URL('../../out/campaigns/test/support/projection-rule.js', import.meta.url)
);

console.log(`projection: ${documents} documents, seed ${seed}`);
try {
  const counts = checkRandomDocuments(Number(documents), Number(seed));
  console.log(
    `passed: ${counts.found} found, ${counts['not-found']} not found, ${counts.invalid} refused as invalid`,
  );
} catch (failure) {
  console.error(failure instanceof Error ? failure.message : failure);
  console.error(`failed: repeat with npm run campaign:projection -- ${documents} ${seed}`);
  process.exitCode = 1;
}
