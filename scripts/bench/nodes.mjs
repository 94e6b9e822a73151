// One gateway and two, loaded together.
import { readArguments } from './arguments.mjs';
import { median } from './figures.mjs';
import { Generator } from './generator.mjs';
import { measurement } from './in-folder.mjs';
import { requireEqual, startGateway, stopAndCount } from './servers.mjs';

const HELP = `npm run bench:nodes -- [options]

Loads one gateway, then several at once, each by a generator of its own. Each has a database of its own, or all share the one
that --database names. The last line is machine-readable. Fails when an answer is not 200 or answers and records differ.

  --nodes A,B,…     gateways at once (1,2)
  --rounds N        rounds of each (3)
  --answers N       answers a round measures, of each gateway (4000)
  --warmup N        answers before the first (2000)
  --connections N   connections to each gateway (64)
  --database URL    a database that all share; answers and records are then not compared
  --folder PATH     where the databases stand (data)
  --help            prints this
`;

await measurement(read, bench);

function read(args) {
  const numbers = {
    rounds: { least: 1, most: 100, usual: 3 },
    answers: { least: 100, most: 1_000_000, usual: 4_000 },
    warmup: { least: 0, most: 1_000_000, usual: 2_000 },
    connections: { least: 1, most: 1_000, usual: 64 },
  };
  const texts = { folder: 'data', database: undefined };
  return readArguments(args, { help: HELP, numbers, texts, lists: { nodes: [1, 2] } });
}

async function bench(folder, { nodes, rounds, answers, warmup, connections, database }) {
  const gateways = [];
  for (let place = 1; place <= Math.max(...nodes); place += 1)
    gateways.push(await startGateway(folder, `node-${place}`, { env: environmentOf(place, database) }));
  const generators = gateways.map((gateway) => new Generator(gateway));
  await Promise.all(generators.map((generator) => generator.connect(connections)));
  if (warmup > 0) await Promise.all(generators.map((generator) => generator.answers(warmup)));
  const answered = gateways.map(() => warmup);
  const told = {};
  for (const count of nodes) {
    const rows = [];
    for (let round = 1; round <= rounds; round += 1) {
      const all = await Promise.all(
        generators.slice(0, count).map((one) => one.costing(() => one.answers(answers))),
      );
      for (let place = 0; place < count; place += 1) answered[place] += answers;
      rows.push(together(all, answers));
      process.stdout.write(`${count} at once, round ${round}: ${JSON.stringify(rows.at(-1))}\n`);
    }
    told[count] = { rps: median(rows.map((row) => row.rps)), us: median(rows.map((row) => row.us)) };
  }
  for (const generator of generators) await generator.stop();
  const counts = { answers: 0, leaves: 0 };
  for (const [place, gateway] of gateways.entries()) {
    const one =
      database === undefined ? await stopAndCount(gateway, answered[place]) : { answers: 0, leaves: 0 };
    counts.answers += one.answers;
    counts.leaves += one.leaves;
  }
  process.stdout.write(`NODES ${JSON.stringify({ nodes: told, ...counts })}\n`);
  requireEqual(counts);
}

function environmentOf(place, database) {
  return { GECIT_NODE: `node-${place}`, ...(database !== undefined && { GECIT_DATABASE_URL: database }) };
}

/** Answers a second of all, CPU of one answer in microseconds. */
function together(all, answers) {
  const rps = all.reduce((sum, { result }) => sum + answers / result.seconds, 0);
  const us = all.reduce((sum, one) => sum + one.cpuMicroseconds, 0) / (answers * all.length);
  return { rps: Math.round(rps), us: Number(us.toFixed(1)) };
}
