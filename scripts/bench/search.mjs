// Measures the search of audit records: building the index, searching it, and what searching costs the request path.
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { root } from '../ready.mjs';
import { built } from './built.mjs';
import { quantile } from './figures.mjs';
import { asked, isOfOneSubject, kindsOf } from './search-asked.mjs';
import { measureCommits } from './search-commits.mjs';
import { BenchVault, ORIGIN, ZONE } from './search-records.mjs';

const { openSearchRows } = await built('store/search/search-rows.js');
const { indexLog } = await built('store/search/index-log.js');
const { openSearchedLog } = await built('store/search/open-searched-log.js');
const { searchLogs } = await built('audit/search-logs.js');
const { indexFolder } = await built('store/search/month-files.js');

const HELP = `npm run bench:search -- [options]

Generates records in a folder of their own, indexes and searches them, and measures how long other records take to become
durable meanwhile. Removes what it made. The last line is machine-readable.

  --records N    records (10000000)
  --samples N    searches of each kind (200)
  --seconds N    length of each of the nine rounds of commits (15)
  --folder PATH  where the databases stand; about 2 GB for a million records (data)
  --help         prints this
`;
/** Records that the index does not hold yet while searches are measured: two seconds at 250 a second. */
const BEHIND = 500;
const WARM_UP = 10;

const { values: given } = parseArgs({
  options: {
    records: { type: 'string', default: '10000000' },
    samples: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '15' },
    folder: { type: 'string', default: 'data' },
    help: { type: 'boolean' },
  },
});
if (given.help) process.stdout.write(HELP);
else await inFolder(numbersOf(given));

function numbersOf({ records, samples, seconds }) {
  const numbers = Object.entries({ records, samples, seconds }).map(([name, text]) => {
    if (/^[1-9]\d{0,8}$/.test(text)) return [name, Number(text)];
    process.stderr.write(`gecit: --${name} takes a whole number above 0.\n`);
    return process.exit(2);
  });
  return Object.fromEntries(numbers);
}

async function inFolder(options) {
  const parent = resolve(root, given.folder);
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'bench-search-'));
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => {
      rmSync(folder, { recursive: true, force: true });
      process.exit(1);
    });
  try {
    await bench(folder, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bench(folder, { records, samples, seconds }) {
  const generated = stopwatch();
  const { databaseFile, kids } = await generate(folder, records);
  const vault = new BenchVault(kids);
  say(`generated ${records} records in ${generated().toFixed(0)} s, ${megabytes(databaseFile)} MB`);
  const storage = { databaseFile, searchFolder: join(folder, 'search'), zone: ZONE };
  const index = buildIndex(storage, records);
  const kinds = measureKinds(storage, { records, samples, vault });
  const commits = await measureCommits(storage, { records, seconds, vault });
  reportCommits(commits);
  report({ records, index, kinds, commits });
}

async function generate(folder, records) {
  const child = fork(fileURLToPath(new URL('./search-generate.mjs', import.meta.url)), [], { execArgv: [] });
  child.send({ folder, records });
  return new Promise((resolve, reject) => {
    child.on('message', (told) => {
      if (told.databaseFile !== undefined) resolve(told);
      else progressOf('generated', records)(told.done);
    });
    child.on('exit', (code) => reject(new Error(`generating ended with ${code}`)));
  });
}

function buildIndex(storage, records) {
  const rows = openSearchRows(storage.databaseFile, ORIGIN);
  const folder = indexFolder(storage.searchFolder, ORIGIN);
  const behind = Math.min(BEHIND, Math.floor(records / 10));
  const partly = {
    origin: ORIGIN,
    size: () => records - behind,
    rows: (from, count) => rows.rows(from, Math.min(count, records - behind - from)),
    hash: (index) => rows.hash(index),
  };
  const seconds = stopwatch();
  let memory = 0;
  indexLog(partly, folder, ZONE, (_origin, indexed, size) => {
    memory = Math.max(memory, process.memoryUsage.rss());
    progressOf('indexed', size)(indexed);
  });
  const rate = records / seconds();
  rows.close();
  const files = readdirSync(folder).map((name) => ({ name, mb: Number(megabytes(join(folder, name))) }));
  const mb = files.reduce((sum, file) => sum + file.mb, 0);
  say(`indexed at ${rate.toFixed(0)} records/s, ${files.length} files, ${mb.toFixed(0)} MB, most memory ${(memory / 2 ** 20).toFixed(0)} MB`);
  return { rate, mb, files: files.length };
} // prettier-ignore

/** Every search opens log and index anew, as a command does. Milliseconds; `cpu` is processor time of one search. */
function measureKinds(storage, { records, samples, vault }) {
  const figures = {};
  for (const [kind, next] of Object.entries(kindsOf(vault, records))) {
    const times = [];
    let found = 0;
    let cpu = process.cpuUsage();
    for (let sample = -WARM_UP; sample < samples; sample += 1) {
      const query = asked(next());
      const elapsed = stopwatch();
      const log = openSearchedLog(storage, ORIGIN, () => undefined);
      const page = searchLogs([log], query);
      log.index.close();
      log.rows.close();
      if (sample < 0) {
        cpu = process.cpuUsage();
        continue;
      }
      times.push(elapsed() * 1000);
      found += page.found.length;
    }
    const { user, system } = process.cpuUsage(cpu);
    const sorted = Float64Array.from(times).sort();
    figures[kind] = { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), cpu: (user + system) / 1000 / samples };
    const columns = Object.entries(figures[kind]).map(([name, ms]) => `${name} ${ms.toFixed(2).padStart(7)} ms`);
    say(`${kind.padEnd(44)} ${columns.join('  ')}  found ${(found / samples).toFixed(1)}`);
  }
  return figures;
} // prettier-ignore

function reportCommits(commits) {
  for (const [name, { p50Ms, p99Ms, searches }] of Object.entries(commits)) {
    const beside = searches > 0 ? `, ${searches} searches` : '';
    say(`commits, ${name}: p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms${beside}`);
  }
}

function report({ records, index, kinds, commits }) {
  const worst = (fits) => Math.max(...Object.entries(kinds).filter(([kind]) => fits(kind)).map(([, { p95 }]) => p95));
  const p99 = (name) => commits[name].p99Ms;
  const line = {
    records,
    index_records_per_s: Math.round(index.rate),
    index_mb: Math.round(index.mb),
    subject_p95_ms: rounded(worst(isOfOneSubject)),
    list_p95_ms: rounded(worst((kind) => !isOfOneSubject(kind))),
    commit_p99_ms: rounded(p99('alone')),
    commit_with_index_p99_ms: rounded(p99('index process')),
    commit_with_search_p99_ms: rounded(p99('index process and searches')),
    search_adds_p99_ms: rounded(p99('index process and searches') - p99('alone')),
    kinds: Object.fromEntries(Object.entries(kinds).map(([kind, { p50, p95, cpu }]) => [kind, { p50: rounded(p50), p95: rounded(p95), cpu: rounded(cpu) }])),
  };
  process.stdout.write(`SEARCH ${JSON.stringify(line)}\n`);
} // prettier-ignore

function stopwatch() {
  const began = performance.now();
  return () => (performance.now() - began) / 1000;
}

function progressOf(what, of) {
  return (done) => {
    if (process.stderr.isTTY)
      process.stderr.write(`\r\u001b[K${what} ${done}/${of}${done === of ? '\n' : ''}`);
  };
}

function megabytes(file) {
  return (statSync(file).size / 2 ** 20).toFixed(1);
}

function rounded(value) {
  return Number(value.toFixed(2));
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
