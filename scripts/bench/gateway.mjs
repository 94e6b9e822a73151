import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SERVER_FLAGS } from '../server-flags.mjs';
import { freePorts } from './free-port.mjs';
import { makeFolders, raiseOfficials } from './gateway-folders.mjs';
import { hasEnded, startNode, waitForEnd } from './processes.mjs';

const READY_SECONDS = 60;
const LINES_SHOWN = 30;

/**
 * A demo realm of its own, made by `init` and without limits that a measurement would meet.
 * `nodeArgs` stand before the gateway's own arguments.
 */
export async function prepareGateway(parent, root, moreEnv = {}) {
  const folders = makeFolders(parent, root);
  const [partnerPort, consolePort, opsPort] = await freePorts(3);
  const env = { ...environment(folders, { partnerPort, consolePort, opsPort }), ...moreEnv };
  const log = join(parent, 'gateway.log');
  const start = (command, nodeArgs = []) => {
    const output = openSync(log, 'a');
    const child = startNode([...nodeArgs, programOf(root), command], { cwd: root, env, output });
    closeSync(output);
    return child;
  };
  const init = start('init');
  if ((await waitForEnd(init)) !== 0) throw new Error(`\`gecit init\` failed:\n${tail(log)}`);
  raiseOfficials(folders);
  return { folders, partnerPort, opsPort, env, log, start };
}

/** Serves as `npm start` does; resolves when the gateway says that it is ready. */
export async function serveGateway({ partnerPort, opsPort, log, start }, nodeArgs = []) {
  const child = start('serve', [...SERVER_FLAGS, ...nodeArgs]);
  const deadline = performance.now() + READY_SECONDS * 1_000;
  while (!(await isReady(opsPort))) {
    if (hasEnded(child) || performance.now() > deadline) throw new Error(`the gateway did not start:\n${tail(log)}`);
    await pause(100);
  } // prettier-ignore
  return { child, pid: child.pid, port: partnerPort };
}

/** Versions before this one are not bundled. */
function programOf(root) {
  const bundled = join(root, 'dist/bundled/main.js');
  return existsSync(bundled) ? bundled : join(root, 'dist/main.js');
}

function environment(folders, { partnerPort, consolePort, opsPort }) {
  return {
    GECIT_REALM: 'demo',
    GECIT_DATA_DIR: folders.data,
    GECIT_CERTS_DIR: folders.certs,
    GECIT_PROTOCOLS_DIR: folders.protocols,
    GECIT_LOGS_DIR: folders.logs,
    GECIT_PARTNER_PORT: String(partnerPort),
    GECIT_CONSOLE_PORT: String(consolePort),
    GECIT_OPS_PORT: String(opsPort),
    GECIT_TOKEN_SECONDS: '3600',
    GECIT_BURST_SIZE: '1000000',
    GECIT_BURST_PER_SECOND: '1000000',
  };
}

function isReady(port) {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/readyz', timeout: 2_000 }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode === 200));
    });
    request.on('timeout', () => request.destroy()).on('error', () => resolve(false));
  });
}

function tail(log) {
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LINES_SHOWN).join('\n');
}
