import { setTimeout as pause } from 'node:timers/promises';
import { cpuMicroseconds } from './cpu-time.mjs';
import { figuresOf } from './figures.mjs';
import { ask, startScript, stop } from './processes.mjs';

const TIME_LIMIT_SECONDS = 120;
/** Until the server has done what it does after its last answer. */
const SETTLE_MILLISECONDS = 50;

/** Loads one server from a process of its own. */
export class Generator {
  #process = startScript('./load.mjs');
  #server;

  /** @param server its `port`, `pid` and `partner` */
  constructor(server) {
    this.#server = server;
  }

  async connect(count) {
    const { port, partner } = this.#server;
    await ask(this.#process, { kind: 'connect', port, tls: partner.clientTls, count, texts: partner.texts });
  }

  /** Answers to so many requests, each connection with one under way; every one must be 200. */
  async answers(answers, timeLimitSeconds = TIME_LIMIT_SECONDS) {
    return this.#answered({ kind: 'run', answers, timeLimitSeconds });
  }

  /** Answers to requests at a rate (a second); every one must be 200. */
  async pace({ rate, seconds }) {
    return this.#answered({ kind: 'pace', rate, seconds, timeLimitSeconds: seconds + TIME_LIMIT_SECONDS });
  }

  async shakeHands(order) {
    const { port, partner } = this.#server;
    const { done } = await ask(this.#process, { kind: 'shakeHands', port, tls: partner.clientTls, ...order });
    return done;
  }

  /** What some work of the generator costs the server: CPU in microseconds. */
  async costing(work) {
    await pause(SETTLE_MILLISECONDS);
    const before = cpuMicroseconds(this.#server.pid);
    const result = await work();
    await pause(SETTLE_MILLISECONDS);
    return { result, cpuMicroseconds: cpuMicroseconds(this.#server.pid) - before };
  }

  async stop() {
    await stop(this.#process);
  }

  async #answered(order) {
    const { done } = await ask(this.#process, order);
    if (done.statuses['200'] === done.answers) return done;
    throw new Error(`not every answer was 200: ${JSON.stringify(done.statuses)}`);
  }
}

/**
 * Loads one server once: connects, warms up, then measures from the first request to the last answer. Handshakes and
 * warm-up stand outside the measured span.
 * @returns its figures and how many answers it gave in all
 */
export async function measure(server, { connections, warmup, answers }) {
  const generator = new Generator(server);
  try {
    await generator.connect(connections);
    if (warmup > 0) await generator.answers(warmup);
    const { result, cpuMicroseconds: spent } = await generator.costing(() => generator.answers(answers));
    return { figures: figuresOf(result, spent), answered: warmup + answers };
  } finally {
    await generator.stop();
  }
}
