// What an answer costs as the records of the log grow in number.
import { setTimeout as pause } from 'node:timers/promises';
import { readArguments } from './arguments.mjs';
import { cpuParts } from './cpu-time.mjs';
import { median } from './figures.mjs';
import { fillLog } from './fill-log.mjs';
import { databaseFile } from './gateway-folders.mjs';
import { serveGateway } from './gateway.mjs';
import { measure } from './generator.mjs';
import { measurement } from './in-folder.mjs';
import { introducePartner } from './partner.mjs';
import { stop } from './processes.mjs';
import { requireEqual, startGateway, startPlain, stopAndCount } from './servers.mjs';

const HELP = `npm run bench:growth -- [options]

Fills the log of a gateway with records like its own, step by step, and measures at each size what an answer costs, in turn with the
floor, which does not grow: the growth that is told is that of the gateway's cost against the floor's. Waits until the search index
has caught up. The last line is machine-readable. Fails when answers and disclosure records differ.

  --sizes A,B,…     records (10000,100000,1000000); 1.5 GB for a million, and 10000000 takes most of an hour
  --rounds N        rounds at each size, at least 3 (5)
  --answers N       answers a round measures (4000)
  --warmup N        answers before each of them (2000)
  --connections N   connections, each with one request under way (64)
  --folder PATH     where the database stands; a disk (data)
  --help            prints this
`;
const MOST_WAIT_MILLISECONDS = 30 * 60_000;
const LOOK_MILLISECONDS = 3_000;
/** CPU of the other processes, in microseconds between two looks, below which they have nothing to catch up on. */
const IDLE_MICROSECONDS = 100_000;

await measurement(read, bench);

function read(args) {
  const numbers = {
    rounds: { least: 3, most: 100, usual: 5 },
    answers: { least: 100, most: 1_000_000, usual: 4_000 },
    warmup: { least: 0, most: 1_000_000, usual: 2_000 },
    connections: { least: 1, most: 1_000, usual: 64 },
  };
  const lists = { sizes: [10_000, 100_000, 1_000_000] };
  return readArguments(args, { help: HELP, numbers, texts: { folder: 'data' }, lists });
}

async function bench(folder, { sizes, ...load }) {
  // The queries of its introduction are the records that the others are made like.
  const gateway = await startGateway(folder, 'gateway');
  const floor = await startPlain('./floor.mjs', gateway.partner, folder);
  await stop(gateway.child);
  const told = [];
  const counts = { answers: 0, leaves: 0 };
  for (const size of sizes.toSorted((a, b) => a - b)) {
    const from = fill(gateway, size);
    Object.assign(gateway, await serveGateway(gateway.prepared));
    gateway.partner = await introducePartner(gateway.folders, gateway.port);
    await untilIdle(gateway.pid);
    const { answered, ...figures } = await atSize({ floor, gateway }, load);
    told.push({ size, ...figures });
    process.stdout.write(`${JSON.stringify(told.at(-1))}\n`);
    const { answers, leaves } = await stopAndCount(gateway, answered, from);
    counts.answers += answers;
    counts.leaves += leaves;
  }
  const growth = Number((told.at(-1).toFloor / told[0].toFloor).toFixed(3));
  process.stdout.write(`GROWTH ${JSON.stringify({ sizes: told, growth, ...counts })}\n`);
  requireEqual(counts);
}

/** @returns size of the log, from which on the gateway's own records are counted */
function fill(gateway, size) {
  let said = 0;
  return fillLog(databaseFile(gateway.folders), size, (done) => {
    if (done - said < 1_000_000 && done < size) return;
    said = done;
    process.stdout.write(`${done} records\n`);
  });
}

async function untilIdle(pid) {
  const until = performance.now() + MOST_WAIT_MILLISECONDS;
  for (let before = cpuParts(pid).descendants; ;) {
    await pause(LOOK_MILLISECONDS);
    const now = cpuParts(pid).descendants;
    if (now - before < IDLE_MICROSECONDS) return;
    if (performance.now() > until) throw new Error('the search index did not catch up in time');
    before = now;
  }
}

/** Medians over the rounds: CPU of an answer in microseconds, and what it is of the floor's. */
async function atSize(servers, { rounds, ...load }) {
  const rows = [];
  for (let round = 0; round < rounds; round += 1) {
    const row = {};
    for (const [name, server] of Object.entries(servers))
      row[name] = (await measure(server, load)).figures.us;
    rows.push({ ...row, toFloor: row.gateway / row.floor });
  }
  const middle = (name, digits) => Number(median(rows.map((row) => row[name])).toFixed(digits));
  const answered = rounds * (load.warmup + load.answers);
  return {
    gatewayUs: middle('gateway', 1),
    floorUs: middle('floor', 1),
    toFloor: middle('toFloor', 3),
    answered,
  };
}
