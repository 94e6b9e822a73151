import { setTimeout as wait } from 'node:timers/promises';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { built } from './built.mjs';
import { quantile, median } from './figures.mjs';
import { AGENCIES, dice, ORIGIN, ZONE } from './search-records.mjs';

const { openStore } = await built('store/open-store.js');
const { EvidenceQueue } = await built('gateway/commit/evidence-queue.js');
const { StandingView } = await built('gateway/standing-view.js');
const { IndexProcess } = await built('store/search/index-process.js');
const { newQueryId } = await built('shared/ids.js');

const COMMITS_A_SECOND = 300;
const ROUNDS = 3;
const SILENT = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

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
  const queue = await queueOver(store, vault);
  const rounds = Object.fromEntries(Object.keys(SITUATIONS).map((name) => [name, []]));
  await load(queue, 2);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, situation] of Object.entries(SITUATIONS))
      rounds[name].push(
        await inSituation(situation, { storage, records, vault }, () => load(queue, seconds)),
      );
  }
  await queue.drained();
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

async function queueOver(store, vault) {
  const keys = { dataKey: Buffer.alloc(32, 1) };
  const parts = {
    clock: { now: () => Date.now() },
    timeZone: ZONE,
    vault: { keysFor: (kid) => ({ ...keys, kid, tag: (type, value) => vault.tag(kid, type, value) }) },
    store: store.evidence,
    standing: new StandingView(store.evidence, await store.evidence.standing(), SILENT),
    logger: SILENT,
    committed: () => undefined,
    underWay: () => 1,
    waitMilliseconds: 10_000,
  };
  return new EvidenceQueue(parts);
}

/** Hands in records at their due times, whatever becomes of those before. Latencies in milliseconds, ascending. */
async function load(queue, seconds) {
  const roll = dice(Date.now());
  const latencies = [];
  const pending = [];
  const began = performance.now();
  for (let place = 0; place < seconds * COMMITS_A_SECOND; place += 1) {
    const due = began + (place * 1000) / COMMITS_A_SECOND;
    const early = due - performance.now();
    if (early > 1) await wait(Math.floor(early));
    pending.push(queue.record(entry(roll)).then(() => latencies.push(performance.now() - due)));
  }
  await Promise.all(pending);
  return Float64Array.from(latencies).sort();
}

function entry(roll) {
  const agency = roll(AGENCIES.length);
  const subject = String(10_000_000_000 + roll(2_000_000));
  return {
    lane: AGENCIES[agency],
    draft: {
      type: 'refusal', queryId: newQueryId(), agency: AGENCIES[agency], certificate: 'ab'.repeat(32),
      tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384', proof: 'shared-secret', agreement: `agreement-${agency}-0`,
      agreementVersion: 1, agreementHash: `sha256:${'cd'.repeat(32)}`, operation: 'operation-0', provider: 'provider-1',
      legalBasis: ['law-1'], purpose: 'purpose-0', mode: 'instant', code: 'QUOTA_EXCEEDED', outcome: null, surplus: null,
      count: 1, action: null, about: null,
    },
    personal: {
      content: { address: '10.0.0.1', official: { id: 'official-0-0', name: 'Ad Soyad', unit: 'Birim' }, input: { tckn: subject }, caseReference: '2026/118' },
      subject: { type: 'tckn', value: subject },
      officialId: `official-${agency}-0`,
      caseReference: `2026/${roll(3_000_000)}`,
      retentionClass: 'access',
      keptFor: 'P10Y',
    },
    disclosure: null,
    changes: [],
  }; // prettier-ignore
}

function summary(rounds) {
  const middle = (share) => median(rounds.map(({ latencies }) => quantile(latencies, share)));
  return { p50Ms: middle(0.5), p99Ms: middle(0.99), searches: rounds.reduce((sum, { searches }) => sum + searches, 0) };
} // prettier-ignore
