// A thousand connections at once, each with requests under way, and what handshakes cost.
import { readArguments } from './arguments.mjs';
import { Generator } from './generator.mjs';
import { measurement } from './in-folder.mjs';
import { requireEqual, startGateway, stopAndCount } from './servers.mjs';

const HELP = `npm run bench:connections -- [options]

Opens many connections to the gateway, keeps a request under way on each, and then counts handshakes: full ones, which prove
both keys, and ones that go on from a session. The last line is machine-readable. Fails when an answer is not 200, a connection
is lost, or answers and disclosure records differ.

  --connections N   connections open at once (1000)
  --requests N      requests on each of them (5)
  --seconds N       length of each of the two counts of handshakes (5)
  --at-once N       handshakes under way (16)
  --folder PATH     where the database stands (data)
  --help            prints this
`;

await measurement(read, bench);

function read(args) {
  const numbers = {
    connections: { least: 1, most: 4_000, usual: 1_000 },
    requests: { least: 1, most: 1_000, usual: 5 },
    seconds: { least: 1, most: 600, usual: 5 },
    'at-once': { least: 1, most: 1_000, usual: 16 },
  };
  return readArguments(args, { help: HELP, numbers, texts: { folder: 'data' } });
}

async function bench(folder, { connections, requests, seconds, 'at-once': atOnce }) {
  const gateway = await startGateway(folder, 'gateway');
  const generator = new Generator(gateway);
  const opened = performance.now();
  await generator.connect(connections);
  const openSeconds = (performance.now() - opened) / 1_000;
  const done = await generator.answers(connections * requests, 600);
  const handshakes = {};
  for (const [name, resumed] of [['full', false], ['resumed', true]])
    handshakes[name] = await count(generator, { seconds, atOnce, resumed }); // prettier-ignore
  await generator.stop();
  const counts = await stopAndCount(gateway, done.answers);
  const { p50Ms, p99Ms } = done;
  const rps = Math.round(done.answers / done.seconds);
  const figures = {
    connections,
    openSeconds: rounded(openSeconds),
    rps,
    p50Ms: rounded(p50Ms),
    p99Ms: rounded(p99Ms),
  };
  process.stdout.write(`CONNECTIONS ${JSON.stringify({ ...figures, handshakes, ...counts })}\n`);
  requireEqual(counts);
}

async function count(generator, order) {
  const { result, cpuMicroseconds } = await generator.costing(() => generator.shakeHands(order));
  const { handshakes, resumed, seconds } = result;
  const told = {
    perSecond: Math.round(handshakes / seconds),
    cpuUs: Math.round(cpuMicroseconds / handshakes),
    resumed,
  };
  process.stdout.write(`handshakes ${JSON.stringify(told)}\n`);
  return told;
}

function rounded(value) {
  return Number(value.toFixed(2));
}
