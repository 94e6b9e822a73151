import { resolve } from 'node:path';
import { benchLine, mediansOf, table } from './figures.mjs';
import { measure } from './generator.mjs';
import { measurement } from './in-folder.mjs';
import { readOptions } from './options.mjs';
import { requireEqual, startGateway, startPlain, stopAndCount } from './servers.mjs';

await measurement(readOptions, bench);

async function bench(folder, options) {
  const gateways = { gateway: await startGateway(folder, 'gateway') };
  if (options.against !== undefined)
    gateways.before = await startGateway(folder, 'before', { version: resolve(options.against) });
  const { partner } = gateways.gateway;
  const servers = {
    floor: await startPlain('./floor.mjs', partner, folder),
    limit: await startPlain('./limit.mjs', partner, folder),
    ...gateways,
  };
  const { rounds, answered } = await runRounds(servers, options);
  const counts = { answers: 0, leaves: 0 };
  for (const [name, gateway] of Object.entries(gateways)) {
    const { answers, leaves } = await stopAndCount(gateway, answered[name]);
    counts.answers += answers;
    counts.leaves += leaves;
  }
  const medians = Object.fromEntries(Object.entries(rounds).map(([name, one]) => [name, mediansOf(one)]));
  process.stdout.write(`${table('medians', medians)}\n${benchLine(medians, counts)}\n`);
  requireEqual(counts);
}

/** Each round asks every server in turn, so that what changes on the machine meets all of them. */
async function runRounds(servers, options) {
  const rounds = Object.fromEntries(Object.keys(servers).map((name) => [name, []]));
  const answered = {};
  for (let round = 1; round <= options.rounds; round += 1) {
    const row = {};
    for (const [name, server] of Object.entries(servers)) {
      const result = await measure(server, options);
      rounds[name].push(result.figures);
      row[name] = result.figures;
      answered[name] = (answered[name] ?? 0) + result.answered;
    }
    process.stdout.write(`${table(`round ${round}`, row)}\n`);
  }
  return { rounds, answered };
}
