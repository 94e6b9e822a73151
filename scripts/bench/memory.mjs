// Memory of a gateway that answers a great many queries.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readArguments } from './arguments.mjs';
import { median } from './figures.mjs';
import { Generator } from './generator.mjs';
import { measurement } from './in-folder.mjs';
import { introducePartner } from './partner.mjs';
import { requireEqual, startGateway, stopAndCount } from './servers.mjs';

const HELP = `npm run bench:memory -- [options]

Asks one gateway a great many queries, and after each part of them collects its garbage and reads what is left: the heap, buffers,
and all that the process holds. The last line is machine-readable. Fails when answers and disclosure records differ, or the heap of
the last quarter is larger than that of the second one by more than a tenth and 4 MB.

  --answers N       queries (1000000)
  --parts N         samples, at least 8 (50)
  --connections N   connections, each with one request under way (64)
  --folder PATH     where the database stands; 2 GB for a million queries (data)
  --help            prints this
`;
const TOKEN_MILLISECONDS = 40 * 60_000;
const PROBE_MILLISECONDS = 20_000;
const MEGABYTE = 1024 * 1024;
const PART_SECONDS = 3_600;

await measurement(read, bench);

function read(args) {
  const numbers = {
    answers: { least: 1_000, most: 100_000_000, usual: 1_000_000 },
    parts: { least: 8, most: 1_000, usual: 50 },
    connections: { least: 1, most: 1_000, usual: 64 },
  };
  return readArguments(args, { help: HELP, numbers, texts: { folder: 'data' } });
}

async function bench(folder, { answers, parts, connections }) {
  const file = join(folder, 'memory.jsonl');
  const probe = new URL('./memory-probe.mjs', import.meta.url);
  probe.searchParams.set('file', file);
  const gateway = await startGateway(folder, 'gateway', {
    nodeArgs: ['--expose-gc', '--import', probe.href],
  });
  const partOf = Math.ceil(answers / parts);
  const samples = [];
  let [answered, introducedAt] = [0, performance.now()];
  for (let part = 0; part < parts; part += 1) {
    if (performance.now() - introducedAt > TOKEN_MILLISECONDS) {
      answered += gateway.partner.answers.length;
      gateway.partner = await introducePartner(gateway.folders, gateway.port);
      introducedAt = performance.now();
    }
    await load(gateway, connections, partOf);
    answered += partOf;
    samples.push(await sample(gateway, file));
    process.stdout.write(`${answered} answers: ${JSON.stringify(samples.at(-1))}\n`);
  }
  const counts = await stopAndCount(gateway, answered);
  const told = { ...quarters(samples), ...counts };
  process.stdout.write(`MEMORY ${JSON.stringify(told)}\n`);
  requireEqual(counts);
  if (told.heapMb.last > told.heapMb.second * 1.1 + 4) throw new Error('the heap grows');
}

/** The first quarter, in which code is compiled and caches fill, is left out. */
function quarters(samples) {
  const quarter = Math.floor(samples.length / 4);
  const middle = (some, name) => Number(median(some.map((one) => one[name])).toFixed(1));
  const one = (name) => ({
    second: middle(samples.slice(quarter, 2 * quarter), name),
    last: middle(samples.slice(-quarter), name),
  });
  return { heapMb: one('heapMb'), buffersMb: one('buffersMb'), rssMb: one('rssMb') };
}

async function load(gateway, connections, count) {
  const generator = new Generator(gateway);
  try {
    await generator.connect(connections);
    await generator.answers(count, PART_SECONDS);
  } finally {
    await generator.stop();
  }
}

async function sample({ child }, file) {
  const before = sizeOf(file);
  child.kill('SIGUSR2');
  const until = performance.now() + PROBE_MILLISECONDS;
  while (sizeOf(file) === before) {
    if (performance.now() > until) throw new Error('the gateway did not tell its memory');
    await pause(50);
  }
  const { rss, heapUsed, arrayBuffers } = JSON.parse(readFileSync(file, 'utf8').trimEnd().split('\n').at(-1));
  const megabytes = (bytes) => Number((bytes / MEGABYTE).toFixed(1));
  return { rssMb: megabytes(rss), heapMb: megabytes(heapUsed), buffersMb: megabytes(arrayBuffers) };
}

function sizeOf(file) {
  return existsSync(file) ? statSync(file).size : 0;
}
