import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ready, root } from '../ready.mjs';
import { orStop } from '../ready/stop.mjs';
import { checkCpuTime } from './cpu-time.mjs';
import { benchLine, mediansOf, table } from './figures.mjs';
import { countDisclosures } from './gateway-folders.mjs';
import { prepareGateway, serveGateway } from './gateway.mjs';
import { measure } from './generator.mjs';
import { readOptions } from './options.mjs';
import { introducePartner } from './partner.mjs';
import { ask, startScript, stop, stopAll } from './processes.mjs';

const options = await orStop(() => readOptions(process.argv.slice(2)));
if (options.help) process.stdout.write(options.help);
else await orStop(inFolder);

/** Whatever happens, the processes end and the folder goes. */
async function inFolder() {
  checkCpuTime();
  await ready();
  mkdirSync(resolve(root, options.folder), { recursive: true });
  const folder = mkdtempSync(join(resolve(root, options.folder), 'bench-'));
  const interrupted = new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
  }); // prettier-ignore
  try {
    await Promise.race([bench(folder), interrupted]);
  } catch (error) {
    process.stderr.write(`bench: ${error.message}\n`);
    process.exitCode = 1;
  } finally {
    await stopAll();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bench(folder) {
  const gateways = { gateway: await startGateway(folder, root) };
  if (options.against !== undefined) {
    const before = join(folder, 'before');
    mkdirSync(before);
    gateways.before = await startGateway(before, resolve(options.against));
  }
  const { partner } = gateways.gateway;
  const servers = {
    floor: await startPlain('./floor.mjs', partner, folder),
    limit: await startPlain('./limit.mjs', partner, folder),
    ...gateways,
  };
  const { rounds, answered } = await runRounds(servers);
  const counts = { answers: 0, leaves: 0 };
  for (const [name, { child, folders, partner: asked }] of Object.entries(gateways)) {
    await stop(child);
    counts.answers += asked.answers.length + answered[name];
    counts.leaves += countDisclosures(folders);
  }
  report(rounds, counts);
}

/** A gateway of the version that is built in a folder, with a realm and a partner of its own. */
async function startGateway(folder, version) {
  const { folders, ...place } = await prepareGateway(folder, version);
  const server = await serveGateway(place);
  return { ...server, folders, partner: await introducePartner(folders, server.port) };
}

async function startPlain(script, partner, folder) {
  const child = startScript(script);
  const { port } = await ask(child, { tls: partner.serverTls, answers: partner.answers, folder });
  return { pid: child.pid, port, partner };
}

/** Each round asks every server in turn, so that what changes on the machine meets all of them. */
async function runRounds(servers) {
  const rounds = Object.fromEntries(Object.keys(servers).map((name) => [name, []]));
  const answered = {};
  for (let round = 1; round <= options.rounds; round += 1) {
    const row = {};
    for (const [name, server] of Object.entries(servers)) {
      const { clientTls, texts } = server.partner;
      const result = await measure(server, { tls: clientTls, texts, ...options });
      rounds[name].push(result.figures);
      row[name] = result.figures;
      answered[name] = (answered[name] ?? 0) + result.answered;
    }
    process.stdout.write(`${table(`round ${round}`, row)}\n`);
  }
  return { rounds, answered };
}

function report(rounds, counts) {
  const medians = Object.fromEntries(Object.entries(rounds).map(([name, one]) => [name, mediansOf(one)]));
  process.stdout.write(`${table('medians', medians)}\n${benchLine(medians, counts)}\n`);
  if (counts.answers !== counts.leaves) throw new Error('answers and disclosure records differ');
}
