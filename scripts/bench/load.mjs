import { openConnections, use } from './client-connections.mjs';
import { quantile } from './figures.mjs';
import { shakeHands } from './handshakes.mjs';
import { pace } from './pace.mjs';

// The generator, a process of its own: keeps connections open, each with one request under way, counts and times the
// answers. It ends with the process that started it.

const CONNECT_MILLISECONDS = 120_000;

let connections = [];
let requests = [];

process.on('message', async ({ kind, ...order }) => {
  const work = { connect: connectAll, run, pace: runAtPace, shakeHands };
  try {
    process.send({ done: await work[kind](order) });
  } catch (error) {
    process.send({ failed: error.message });
  }
});
process.once('disconnect', () => process.exit());

async function connectAll({ port, tls, count, texts }) {
  requests = texts.map((text) => Buffer.from(text));
  connections = await inTime(
    openConnections(count, { port, ...tls }),
    CONNECT_MILLISECONDS,
    'the server did not accept the connections in time',
  );
}

async function inTime(work, milliseconds, sentence) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(sentence)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function runAtPace({ rate, seconds, timeLimitSeconds }) {
  const paced = pace({ connections, requests, rate, seconds });
  return inTime(paced, timeLimitSeconds * 1_000, 'not all answers came in time');
}

/** Sends exactly `answers` requests over all connections; resolves when each is answered. */
async function run({ answers, timeLimitSeconds }) {
  const latencies = new Float64Array(answers);
  const statuses = {};
  let sent = 0;
  let received = 0;
  const begun = performance.now();
  const allAnswered = new Promise((resolve, reject) => {
    const sendNext = (connection) => {
      if (sent === answers) return;
      connection.sentAt = performance.now();
      connection.send(requests[sent++ % requests.length]);
    };
    use(connections, reject, (connection, status) => {
      latencies[received++] = performance.now() - connection.sentAt;
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (received === answers) resolve();
      else sendNext(connection);
    });
    connections.forEach(sendNext);
  });
  await inTime(allAnswered, timeLimitSeconds * 1_000, 'not all answers came in time');
  const seconds = (performance.now() - begun) / 1_000;
  latencies.sort();
  return { answers, statuses, seconds, p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99) };
}
