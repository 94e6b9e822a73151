import { setTimeout as pause } from 'node:timers/promises';
import { cpuMicroseconds } from './cpu-time.mjs';
import { figuresOf } from './figures.mjs';
import { ask, startScript, stop } from './processes.mjs';

const TIME_LIMIT_SECONDS = 120;
/** Until the server has done what it does after its last answer. */
const SETTLE_MILLISECONDS = 50;

/**
 * Loads one server once: connects, warms up, then measures from the first request to the last answer. Handshakes and
 * warm-up stand outside the measured span.
 * @returns its figures and how many answers it gave in all
 */
export async function measure(server, { tls, texts, connections, warmup, answers }) {
  const generator = startScript('./load.mjs');
  try {
    await ask(generator, { kind: 'connect', port: server.port, tls, count: connections, texts });
    if (warmup > 0) await load(generator, warmup);
    await pause(SETTLE_MILLISECONDS);
    const before = cpuMicroseconds(server.pid);
    const result = await load(generator, answers);
    await pause(SETTLE_MILLISECONDS);
    const figures = figuresOf(result, cpuMicroseconds(server.pid) - before);
    return { figures, answered: warmup + answers };
  } finally {
    await stop(generator);
  }
}

async function load(generator, answers) {
  const { done } = await ask(generator, { kind: 'run', answers, timeLimitSeconds: TIME_LIMIT_SECONDS });
  if (done.statuses['200'] === answers) return done;
  throw new Error(`not every answer was 200: ${JSON.stringify(done.statuses)}`);
}
