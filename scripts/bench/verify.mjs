// Verifies a large log once over its database, with its parts opened, and over its evidence folder: npm run bench:verify
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compiled } from '../campaigns/compiled.mjs';
import { readOptions } from '../campaigns/options.mjs';

const USAGE = 'usage: npm run bench:verify -- [--records 1000000]';
const MODES = ['database', 'database-open', 'folder'];
const [, , flag, place, mode, count] = process.argv;

if (flag === '--measure') {
  // A process of its own, so that memory is that of verifying alone; built already.
  const { measure } = await import(
    new URL('../../out/campaigns/test/scenario/verify-figures.js', import.meta.url)
  );
  process.stdout.write(JSON.stringify(measure(place, mode, Number(count))));
} else await bench();

async function bench() {
  const { records } = readOptions(USAGE, { records: 1_000_000 });
  const { buildLarge, removeLarge } = await compiled('scenario/verify-figures');
  console.log(`building a log of ${records} records`);
  const large = await buildLarge(records, (done) => {
    if (done % 100_000 < 500) console.log(`${done} records`);
  });
  const figures = {};
  try {
    for (const one of MODES) {
      const args = [fileURLToPath(import.meta.url), '--measure', large, one, String(records)];
      const { stdout, status } = spawnSync(process.execPath, args, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      if (status !== 0) throw new Error(`${one} ended with ${status}`);
      figures[one] = JSON.parse(stdout);
      console.log(`${one.padEnd(14)} ${stdout}`);
    }
  } finally {
    removeLarge(large);
  }
  if (MODES.some((one) => figures[one].verdict !== 'sound')) process.exitCode = 1;
  console.log(`VERIFY ${JSON.stringify(figures)}`);
}
