// Loaded into a gateway with --import and --expose-gc: on SIGUSR2 it collects garbage and adds a line to the file that its address
// names, `memory-probe.mjs?file=…`.
import { appendFileSync } from 'node:fs';

const file = new URL(import.meta.url).searchParams.get('file');

if (process.argv.includes('serve'))
  process.on('SIGUSR2', () => {
    globalThis.gc();
    appendFileSync(file, `${JSON.stringify(process.memoryUsage())}\n`);
  });
