// Measures durable appends to the audit log: how many, and how long one takes at a steady pace.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ready, root } from '../ready.mjs';
import { orStop, Stop } from '../ready/stop.mjs';
import { floorOf } from './append-floor.mjs';
import { quantile } from './figures.mjs';

const HELP = `npm run bench:append -- [options]

Appends records of the audit log through the gateway's own queue and store: as many as become durable, and then at a steady
pace whose times are fixed in advance. Beside each stands the floor: the same bytes, appended to a file and waited for.
Where strace is there, the calls that wait for the disk are counted in a run of their own. Removes what it made. Fails when
records and leaves differ, or there are fewer such calls than commits. The last line is machine-readable.

  --seconds N    length of each of the two measurements (20)
  --rate N       records a second of the second one (500)
  --folder PATH  where the database stands; a disk, since durable writes are measured (data)
  --help         prints this
`;
const WARM_UP_SECONDS = 2;
const FLOOR_SECONDS = 3;
const COUNTED_SECONDS = 2;
const WRITER = fileURLToPath(new URL('./append-writer.mjs', import.meta.url));
const TRACE = ['-f', '-qq', '-e', 'trace=fsync,fdatasync', '-e', 'signal=none', '-o'];

const options = await orStop(() => optionsOf(process.argv.slice(2)));
if (options.help) process.stdout.write(HELP);
else await orStop(() => inFolder(options));

function optionsOf(args) {
  const text = (usual) => ({ type: 'string', default: usual });
  const known = { seconds: text('20'), rate: text('500'), folder: text('data'), help: { type: 'boolean' } };
  let values;
  try {
    ({ values } = parseArgs({ args, options: known }));
  } catch (error) {
    throw new Stop(`${error.message}. Use --help.`);
  }
  for (const name of ['seconds', 'rate'])
    if (!/^[1-9]\d{0,4}$/.test(values[name]))
      throw new Stop(`--${name} takes a whole number from 1 to 99999.`);
  return { ...values, seconds: Number(values.seconds), rate: Number(values.rate) };
}

async function inFolder({ folder: given, ...asked }) {
  // A forked process relies on what its parent made ready.
  if (process.send === undefined) await ready();
  const parent = resolve(root, given);
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'bench-append-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => { remove(); process.exit(1); });
  try {
    await bench(folder, asked);
  } finally {
    remove();
  }
} // prettier-ignore

async function bench(folder, { seconds, rate }) {
  const writer = await startWriter(folder);
  await writer.ask({ mode: 'saturated', seconds: WARM_UP_SECONDS });
  const full = await writer.ask({ mode: 'saturated', seconds });
  const paced = await writer.ask({ mode: 'paced', seconds, rate });
  const end = await writer.ask({ mode: 'end' });
  const floors = [full, paced].map(({ bytes, commits }) => floorOf(folder, bytes / commits || 4096, FLOOR_SECONDS));
  const syncs = await countSyncs(folder);
  report({ full, paced, end, floors, syncs, rate });
} // prettier-ignore

/** The writer in a process of its own, by messages; through a program that runs the command line that follows it. */
async function startWriter(parent, through = []) {
  const folder = mkdtempSync(join(parent, 'log-'));
  const [program, ...args] = [...through, process.execPath, WRITER, folder];
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(([code]) => { throw new Error(`the writer ended with ${code}`); });
  ended.catch(() => undefined);
  const told = () => Promise.race([once(child, 'message').then(([message]) => message), ended]);
  const ask = (message) => {
    const answer = told();
    child.send(message);
    return answer;
  };
  await told();
  return { ask };
} // prettier-ignore

/** Calls that wait for the disk, for each commit of a full load; undefined where they cannot be counted. */
async function countSyncs(folder) {
  const file = join(folder, 'trace');
  if (spawnSync('strace', [...TRACE, file, 'true']).status !== 0) return undefined;
  const writer = await startWriter(folder, ['strace', ...TRACE, file]);
  const calls = () => readFileSync(file, 'utf8').match(/\b(fsync|fdatasync)\(/g)?.length ?? 0;
  const before = calls();
  const { commits } = await writer.ask({ mode: 'saturated', seconds: COUNTED_SECONDS });
  const counted = calls() - before;
  await writer.ask({ mode: 'end' });
  return { commits, calls: counted };
}

function report({ full, paced, end, floors: [fullFloor, pacedFloor], syncs, rate }) {
  const records = full.records / full.seconds;
  const perCommit = full.records / full.commits;
  const floor = 1000 / (fullFloor.reduce((sum, one) => sum + one, 0) / fullFloor.length);
  say(`full load       ${records.toFixed(0)} records/s durable, ${(full.commits / full.seconds).toFixed(1)} commits/s of ${perCommit.toFixed(1)} records and ${kilobytes(full)}`);
  say(`  floor         ${floor.toFixed(1)} appends/s of as many bytes: ${(floor * perCommit).toFixed(0)} records/s`);
  say(`  waits         ${syncs === undefined ? 'not counted: there is no strace. With synchronous=FULL SQLite waits once for each commit, and for its checkpoints' : `${syncs.calls} calls for ${syncs.commits} commits: one for each commit, the others for checkpoints of the database`}`);
  say(`${String(rate).padEnd(5)} a second  p50 ${ms(paced.p50)}, p95 ${ms(paced.p95)}, p99 ${ms(paced.p99)}, most ${ms(paced.most)}; ${(paced.records / paced.commits).toFixed(1)} records and ${kilobytes(paced)} a commit`);
  say(`  floor         p50 ${ms(quantile(pacedFloor, 0.5))}, p95 ${ms(quantile(pacedFloor, 0.95))}, p99 ${ms(quantile(pacedFloor, 0.99))}`);
  say(`leaves          ${end.leaves} of ${end.durable} records`);
  // Also a commit that did not wait for the disk.
  if (end.leaves !== end.durable || syncs?.calls < syncs?.commits) process.exitCode = 1;
  const line = {
    records_per_s: Math.round(records), records: full.records, commits: full.commits, records_per_commit: rounded(perCommit),
    bytes_per_commit: Math.round(full.bytes / full.commits) || null, floor_appends_per_s: rounded(floor),
    floor_records_per_s: Math.round(floor * perCommit), syncs_per_commit: syncs === undefined ? null : rounded(syncs.calls / syncs.commits),
    rate, p50_ms: rounded(paced.p50), p95_ms: rounded(paced.p95), p99_ms: rounded(paced.p99), most_ms: rounded(paced.most),
    floor_p50_ms: rounded(quantile(pacedFloor, 0.5)), floor_p99_ms: rounded(quantile(pacedFloor, 0.99)),
    paced_records: paced.records, durable: end.durable, leaves: end.leaves,
  };
  process.stdout.write(`APPEND ${JSON.stringify(line)}\n`);
} // prettier-ignore

function kilobytes({ bytes, commits }) {
  return `${(bytes / commits / 1024).toFixed(1)} kB`;
}

function ms(value) {
  return `${value.toFixed(2)} ms`;
}

function rounded(value) {
  return Number(value.toFixed(2));
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
