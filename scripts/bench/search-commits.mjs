import { setTimeout as wait } from 'node:timers/promises';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { built } from './built.mjs';
import { atPace, queueOver } from './commit-load.mjs';
import { quantile, median } from './figures.mjs';
import { ORIGIN } from './search-records.mjs';

const { openStore } = await built('store/open-store.js');
const { IndexProcess } = await built('store/search/index-process.js');

const COMMITS_A_SECOND = 300;
const ROUNDS = 3;

/** What each round has beside the commits. */
const SITUATIONS = {
  alone: {},
  'index process': { index: true },
  'index process and searches': { index: true, searches: true },
};

/**
 * How long records take to become durable at a steady pace, through the real queue and store, with nothing, the index process,
 * and the index process with an auditor's searches beside; alternating.
 */
export async function measureCommits(storage, { records, seconds, vault }) {
  const store = await openStore({ databaseUrl: `sqlite:${storage.databaseFile}`, origin: ORIGIN });
  const pace = { rate: COMMITS_A_SECOND, queue: await queueOver(store, vault) };
  const rounds = Object.fromEntries(Object.keys(SITUATIONS).map((name) => [name, []]));
  await atPace({ ...pace, seconds: 2 });
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, situation] of Object.entries(SITUATIONS))
      rounds[name].push(
        await inSituation(situation, { storage, records, vault }, () => atPace({ ...pace, seconds })),
      );
  }
  await pace.queue.drained();
  await store.close();
  return Object.fromEntries(Object.entries(rounds).map(([name, list]) => [name, summary(list)]));
}

async function inSituation({ index, searches }, { storage, records, vault }, work) {
  const beside = index === true
    ? new IndexProcess({ ...storage, node: ORIGIN.slice(0, ORIGIN.lastIndexOf('/')), startMilliseconds: 0, onFault: (cause) => console.error(`index: ${cause}`) })
    : undefined; // prettier-ignore
  const auditor = searches === true ? startAuditor(storage, records, vault) : undefined;
  await wait(1500);
  const before = auditor?.searches() ?? 0;
  const latencies = await work();
  const done = (auditor?.searches() ?? 0) - before;
  auditor?.stop();
  await beside?.close();
  return { latencies, searches: done };
}

function startAuditor(storage, records, vault) {
  const child = fork(fileURLToPath(new URL('./search-load.mjs', import.meta.url)), [], { execArgv: [] });
  let searches = 0;
  child.on('message', (told) => {
    searches = told.searches;
  });
  child.send({ storage, records, kids: vault.kids() });
  return { searches: () => searches, stop: () => child.kill('SIGKILL') };
}

function summary(rounds) {
  const middle = (share) => median(rounds.map(({ latencies }) => quantile(latencies, share)));
  return { p50Ms: middle(0.5), p99Ms: middle(0.99), searches: rounds.reduce((sum, { searches }) => sum + searches, 0) };
} // prettier-ignore
