// Latency at rates that are fixed in advance, of the floor and of the gateway in turn, and the rate from which it grows.
import { readArguments } from './arguments.mjs';
import { median } from './figures.mjs';
import { Generator } from './generator.mjs';
import { measurement } from './in-folder.mjs';
import { requireEqual, startGateway, startPlain, stopAndCount } from './servers.mjs';

const HELP = `npm run bench:rates -- [options]

Asks the floor and the gateway in turn at fixed rates. Requests are due at times fixed in advance and their latency counts from
there, so that a server that stalls cannot hide the requests that it held up. Then raises the rate by a quarter at a time until
answers do not keep up: the last rate before that is the knee. The last line is machine-readable. Fails when answers and
disclosure records differ or an answer is not 200.

  --rates A,B,…     requests a second (100,500)
  --rounds N        rounds at each rate (3)
  --seconds N       length of each round (10)
  --sweep N         seconds of each rate that is tried for the knee, 0 for no sweep (5)
  --from N          rate at which the sweep begins (300)
  --bound N         milliseconds that the 99th percentile may reach below the knee (250)
  --connections N   connections kept open (64)
  --warmup N        answers before all else (3000)
  --folder PATH     where the database stands (data)
  --help            prints this
`;

const STEP = 1.25;
/** So many requests that wait for a connection show that a rate cannot be kept up. */
const MOST_WAITING_SECONDS = 0.5;

await measurement(read, bench);

function read(args) {
  const numbers = {
    rounds: { least: 1, most: 100, usual: 3 },
    seconds: { least: 1, most: 600, usual: 10 },
    sweep: { least: 0, most: 60, usual: 5 },
    from: { least: 1, most: 100_000, usual: 300 },
    bound: { least: 1, most: 10_000, usual: 250 },
    connections: { least: 1, most: 1_000, usual: 64 },
    warmup: { least: 0, most: 1_000_000, usual: 3_000 },
  };
  return readArguments(args, {
    help: HELP,
    numbers,
    texts: { folder: 'data' },
    lists: { rates: [100, 500] },
  });
}

async function bench(folder, options) {
  const gateway = await startGateway(folder, 'gateway');
  const servers = { floor: await startPlain('./floor.mjs', gateway.partner, folder), gateway };
  const answered = { floor: options.warmup, gateway: options.warmup };
  const ask = async (name, order) => {
    const figures = await paced(servers[name], options.connections, order);
    answered[name] += figures.answers;
    return figures;
  };
  for (const server of Object.values(servers)) await warmUp(server, options);
  const rates = {};
  for (const rate of options.rates) rates[rate] = await atRate(rate, ask, options);
  const knee = options.sweep === 0 ? null : await knees(ask, options);
  const counts = await stopAndCount(gateway, answered.gateway);
  process.stdout.write(`RATES ${JSON.stringify({ rates, knee, ...counts })}\n`);
  requireEqual(counts);
}

async function warmUp(server, { connections, warmup }) {
  const generator = new Generator(server);
  await generator.connect(connections);
  if (warmup > 0) await generator.answers(warmup);
  await generator.stop();
}

/** A generator of its own each time, so that its garbage is not told as latency. */
async function paced(server, connections, order) {
  const generator = new Generator(server);
  try {
    await generator.connect(connections);
    return await generator.pace(order);
  } finally {
    await generator.stop();
  }
}

/** Medians over the rounds, in milliseconds. */
async function atRate(rate, ask, { rounds, seconds }) {
  const all = { floor: [], gateway: [] };
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, rows] of Object.entries(all)) {
      const figures = await ask(name, { rate, seconds });
      rows.push(figures);
      process.stdout.write(`${lineOf(`${rate}/s round ${round}`, name, figures)}\n`);
    }
  }
  const middle = (rows, name) => Number(median(rows.map((row) => row[name])).toFixed(2));
  const one = ([name, rows]) => [name, Object.fromEntries(['p50Ms', 'p99Ms', 'p999Ms'].map((key) => [key, middle(rows, key)]))];
  const told = Object.fromEntries(Object.entries(all).map(one));
  return { ...told, p99AboveFloorMs: Number((told.gateway.p99Ms - told.floor.p99Ms).toFixed(2)) };
} // prettier-ignore

/** The highest rate of each server at which answers keep up and stay below the bound. */
async function knees(ask, { from, sweep: seconds, bound }) {
  const found = {};
  for (const name of ['floor', 'gateway']) {
    found[name] = 0;
    for (let rate = from; ; rate = Math.round(rate * STEP)) {
      const figures = await ask(name, { rate, seconds });
      process.stdout.write(`${lineOf(`${rate}/s sweep`, name, figures)}\n`);
      if (figures.p99Ms > bound || figures.mostWaiting > rate * MOST_WAITING_SECONDS) break;
      found[name] = rate;
    }
  }
  return found;
}

function lineOf(title, name, { p50Ms, p99Ms, p999Ms, mostMs, lateP99Ms, mostWaiting }) {
  const latencies = [p50Ms, p99Ms, p999Ms, mostMs].map((value) => value.toFixed(2).padStart(8)).join(' ');
  return `${title.padEnd(16)} ${name.padEnd(8)} p50, p99, p99.9, most ms ${latencies}  generator late ${lateP99Ms.toFixed(1)} ms, ${mostWaiting} waiting`;
}
