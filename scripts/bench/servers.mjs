import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../ready.mjs';
import { countDisclosures } from './gateway-folders.mjs';
import { prepareGateway, serveGateway } from './gateway.mjs';
import { introducePartner } from './partner.mjs';
import { ask, startScript, stop } from './processes.mjs';

/**
 * A gateway with a realm and a partner of its own.
 * @param name of its folder
 * @param how `version` folder of what was built (this one), `nodeArgs` of Node, `env` besides that of the realm
 */
export async function startGateway(folder, name, { version = root, nodeArgs = [], env = {} } = {}) {
  const place = join(folder, name);
  mkdirSync(place);
  const prepared = await prepareGateway(place, version, env);
  const server = await serveGateway(prepared, nodeArgs);
  const { folders } = prepared;
  return { ...server, prepared, folders, partner: await introducePartner(folders, server.port) };
}

/** The floor or the limit, beside a gateway whose partner asks it the same. */
export async function startPlain(script, partner, folder) {
  const child = startScript(script);
  const { port } = await ask(child, { tls: partner.serverTls, answers: partner.answers, folder });
  return { child, pid: child.pid, port, partner };
}

/**
 * Stops a gateway and counts.
 * @param answered answers that it gave, besides those to its introduction
 * @param from index of the first record that is counted
 */
export async function stopAndCount({ child, folders, partner }, answered, from = 0) {
  await stop(child);
  return { answers: partner.answers.length + answered, leaves: countDisclosures(folders, from) };
}

/** @throws Error when answers and disclosure records differ */
export function requireEqual({ answers, leaves }) {
  if (answers !== leaves) throw new Error(`${answers} answers and ${leaves} disclosure records differ`);
}
