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
  const place = await prepareGateway(folder, root);
  const gateway = await serveGateway(place);
  const partner = await introducePartner(place.folders, gateway.port);
  const servers = {
    floor: await startPlain('./floor.mjs', partner, folder),
    limit: await startPlain('./limit.mjs', partner, folder),
    gateway,
  };
  const { rounds, answered } = await runRounds(servers, partner);
  await stop(gateway.child);
  const counts = { answers: partner.answers.length + answered, leaves: countDisclosures(place.folders) };
  report(rounds, counts);
}

async function startPlain(script, { serverTls, answers }, folder) {
  const child = startScript(script);
  const { port } = await ask(child, { tls: serverTls, answers, folder });
  return { pid: child.pid, port };
}

/** Each round asks every server in turn, so that what changes on the machine meets all of them. */
async function runRounds(servers, { clientTls, texts }) {
  const rounds = { floor: [], limit: [], gateway: [] };
  let answered = 0;
  for (let round = 1; round <= options.rounds; round += 1) {
    const row = {};
    for (const [name, server] of Object.entries(servers)) {
      const result = await measure(server, { tls: clientTls, texts, ...options });
      rounds[name].push(result.figures);
      row[name] = result.figures;
      if (name === 'gateway') answered += result.answered;
    }
    process.stdout.write(`${table(`round ${round}`, row)}\n`);
  }
  return { rounds, answered };
}

function report(rounds, counts) {
  const medians = {
    floor: mediansOf(rounds.floor),
    limit: mediansOf(rounds.limit),
    gateway: mediansOf(rounds.gateway),
  };
  process.stdout.write(`${table('medians', medians)}\n${benchLine(medians, counts)}\n`);
  if (counts.answers !== counts.leaves) throw new Error('answers and disclosure records differ');
}
