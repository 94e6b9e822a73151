import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../ready.mjs';
import { cpuParts, pageFaults, userAndSystem } from './cpu-time.mjs';
import { table } from './figures.mjs';
import { measure } from './generator.mjs';
import { measurement } from './in-folder.mjs';
import { readOptions } from './options.mjs';
import { startGateway } from './servers.mjs';
import { stop } from './processes.mjs';

// node scripts/bench/profile.mjs [options of bench.mjs]: where the gateway's main thread spends its time under load.

const LINES = 45;

await measurement(readOptions, profile);

async function profile(folder, options) {
  const profiles = join(folder, 'profiles');
  const nodeArgs = ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  const gateway = await startGateway(folder, 'gateway', { nodeArgs });
  await measure(gateway, { ...options, answers: options.warmup, warmup: 0 });
  const before = spent(gateway.pid);
  const begun = microseconds();
  const { figures, answered } = await measure(gateway, { ...options, warmup: 0 });
  const ended = microseconds();
  const after = spent(gateway.pid);
  await stop(gateway.child);
  process.stdout.write(`${table('profiled', { gateway: figures })}\n\n`);
  for (const [part, value] of Object.entries(after)) line((value - before[part]) / answered, part);
  process.stdout.write('\n');
  const [name] = readdirSync(profiles);
  const recorded = JSON.parse(readFileSync(join(profiles, name), 'utf8'));
  for (const [place, self] of selfTimes(recorded, begun, ended).slice(0, LINES)) {
    line(self / answered, place);
  }
}

/** CPU by thread and by mode, in microseconds, and page faults of the gateway's own process. */
function spent(pid) {
  return { ...cpuParts(pid), ...userAndSystem(pid), 'page faults (not µs)': pageFaults(pid) };
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
