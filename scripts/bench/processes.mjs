import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const STOP_MILLISECONDS = 15_000;
const started = new Set();

/** The environment without settings of the gateway that happen to be set. */
const inherited = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('GECIT_')),
);

/** Starts a script of this folder and talks to it by messages. */
export function startScript(name) {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
  return remember(fork(file, [], { stdio, env: { ...inherited, NODE_ENV: 'production' } }));
}

/** Starts Node in a folder, its output going to an open file. */
export function startNode(args, { cwd, env, output }) {
  const stdio = ['ignore', output, output];
  return remember(spawn(process.execPath, args, { cwd, stdio, env: { ...inherited, NODE_ENV: 'production', ...env } })); // prettier-ignore
}

/** Sends a message and resolves with the next one that comes back. */
export async function ask(child, message) {
  const ended = new AbortController();
  const onExit = () => ended.abort();
  child.once('exit', onExit);
  child.send(message);
  try {
    const [reply] = await once(child, 'message', { signal: ended.signal });
    if (reply.failed !== undefined) throw new Error(reply.failed);
    return reply;
  } catch (error) {
    throw ended.signal.aborted ? new Error(`a process ended unexpectedly (code ${child.exitCode})`) : error;
  } finally {
    child.off('exit', onExit);
  }
}

/** Asks the process to stop, and ends it when it does not. */
export async function stop(child) {
  if (hasEnded(child)) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MILLISECONDS);
  await exit;
  clearTimeout(timer);
}

/** Resolves with the exit code; a signal counts as 1. */
export async function waitForEnd(child) {
  if (!hasEnded(child)) await once(child, 'exit');
  return child.exitCode ?? 1;
}

export async function stopAll() {
  await Promise.all([...started].map(stop));
}

export function hasEnded(child) {
  return child.exitCode !== null || child.signalCode !== null;
}

function remember(child) {
  started.add(child);
  child.once('exit', () => started.delete(child));
  return child;
}
