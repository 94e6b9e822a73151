// Appends records through the gateway's own queue and store, as its parent says, and tells it the figures.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { built } from './built.mjs';
import { atPace, queueOver, saturated } from './commit-load.mjs';
import { quantile } from './figures.mjs';
import { BenchVault, ORIGIN } from './search-records.mjs';

const { createLog } = await built('store/create-log.js');
const { openStore } = await built('store/open-store.js');

/** Two full batches: one commits while the other one waits. */
const CALLERS = 512;

const [, , folder] = process.argv;
const file = join(folder, 'gecit.db');
const address = { databaseUrl: `sqlite:${file}`, origin: ORIGIN };
await createLog(address, `${ORIGIN}+00000000+AQ==`);
const store = await openStore(address);
let [commits, handedIn, durable] = [0, 0, 0];
const queue = await queueOver(store, new BenchVault(), {
  committed: ({ recorded }) => {
    commits += 1;
    durable += recorded.length;
  },
  underWay: () => handedIn - durable,
});
const counted = {
  record: (entry) => {
    handedIn += 1;
    return queue.record(entry);
  },
};

const MODES = {
  saturated: ({ seconds }) => saturated({ queue: counted, callers: CALLERS, seconds }),
  paced: async ({ seconds, rate }) => {
    const latencies = await atPace({ queue: counted, rate, seconds });
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(latencies, share));
    return { records: latencies.length, seconds, p50, p95, p99, most: latencies.at(-1) };
  },
};

process.on('message', async ({ mode, ...asked }) => {
  if (mode === 'end') return end();
  const before = { commits, written: written() };
  const figures = await MODES[mode](asked);
  process.send({ ...figures, commits: commits - before.commits, bytes: written() - before.written });
});
process.on('disconnect', () => process.exit());
process.send({ opened: true });

async function end() {
  await queue.drained();
  await store.close();
  const database = new Database(file, { readonly: true });
  const leaves = database.prepare('SELECT COUNT(*) FROM audit_leaf').pluck().get();
  database.close();
  process.send({ leaves, durable }, () => process.disconnect());
}

/** Bytes that this process handed to the operating system; NaN where it does not count them. */
function written() {
  try {
    return Number(/^wchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
  } catch {
    return Number.NaN;
  }
}
