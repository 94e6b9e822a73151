import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ready, root } from '../ready.mjs';
import { orStop } from '../ready/stop.mjs';
import { checkCpuTime } from './cpu-time.mjs';
import { stopAll } from './processes.mjs';

/**
 * Runs one measurement: prints its help, or gives it a folder of its own. Whatever happens, its processes end and the folder goes.
 * @param read from the arguments to `{ help }` or options with `folder`
 * @param work from folder and options
 */
export async function measurement(read, work) {
  const options = await orStop(() => read(process.argv.slice(2)));
  if (options.help) process.stdout.write(options.help);
  else await orStop(() => inFolder(options, work));
}

async function inFolder(options, work) {
  checkCpuTime();
  await ready();
  mkdirSync(resolve(root, options.folder), { recursive: true });
  const folder = mkdtempSync(join(resolve(root, options.folder), 'bench-'));
  const interrupted = new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
  }); // prettier-ignore
  try {
    await Promise.race([work(folder, options), interrupted]);
  } catch (error) {
    process.stderr.write(`bench: ${error.message}\n`);
    process.exitCode = 1;
  } finally {
    await stopAll();
    rmSync(folder, { recursive: true, force: true });
  }
}
