import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ready, root } from '../ready.mjs';
import { orStop } from '../ready/stop.mjs';
import { checkCpuTime, cpuParts } from './cpu-time.mjs';
import { table } from './figures.mjs';
import { prepareGateway, serveGateway } from './gateway.mjs';
import { measure } from './generator.mjs';
import { readOptions } from './options.mjs';
import { introducePartner } from './partner.mjs';
import { stop, stopAll } from './processes.mjs';

// node scripts/bench/profile.mjs [options of bench.mjs]: where the gateway's main thread spends its time under load.

const LINES = 45;

await orStop(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return process.stdout.write(options.help);
  checkCpuTime();
  await ready();
  mkdirSync(join(root, options.folder), { recursive: true });
  const folder = mkdtempSync(join(root, options.folder, 'bench-'));
  try {
    await profile(folder, options);
  } finally {
    await stopAll();
    rmSync(folder, { recursive: true, force: true });
  }
});

async function profile(folder, options) {
  const profiles = join(folder, 'profiles');
  const place = await prepareGateway(folder, root);
  const gateway = await serveGateway(place, ['--cpu-prof', `--cpu-prof-dir=${profiles}`]);
  const partner = await introducePartner(place.folders, gateway.port);
  const load = { tls: partner.clientTls, texts: partner.texts, ...options };
  await measure(gateway, { ...load, answers: options.warmup });
  const before = cpuParts(gateway.pid);
  const begun = microseconds();
  const { figures, answered } = await measure(gateway, { ...load, warmup: 0 });
  const ended = microseconds();
  const after = cpuParts(gateway.pid);
  await stop(gateway.child);
  process.stdout.write(`${table('profiled', { gateway: figures })}\n\n`);
  for (const [part, spent] of Object.entries(after)) line((spent - before[part]) / answered, part);
  process.stdout.write('\n');
  const [name] = readdirSync(profiles);
  const recorded = JSON.parse(readFileSync(join(profiles, name), 'utf8'));
  for (const [place, self] of selfTimes(recorded, begun, ended).slice(0, LINES)) {
    line(self / answered, place);
  }
}

function line(microseconds, name) {
  process.stdout.write(`${microseconds.toFixed(2).padStart(9)} µs  ${name}\n`);
}

/** The clock by which the profiler stamps its samples. */
function microseconds() {
  return Number(process.hrtime.bigint() / 1_000n);
}

/** Functions with the microseconds spent in themselves between two moments, most first. */
function selfTimes({ nodes, samples, timeDeltas, startTime }, begun, ended) {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const spent = new Map();
  let now = startTime;
  samples.forEach((id, place) => {
    now += timeDeltas[place];
    if (now < begun || now > ended) return;
    const name = names.get(id);
    spent.set(name, (spent.get(name) ?? 0) + timeDeltas[place]);
  });
  return [...spent].sort((a, b) => b[1] - a[1]);
}

function nameOf({ functionName, url, lineNumber }) {
  const file = url.replace(/^file:\/\//, '').replace(`${root}/`, '');
  return `${functionName || '(anonymous)'}  ${file === '' ? '' : `${file}:${lineNumber + 1}`}`;
}
