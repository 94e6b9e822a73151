import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { built } from './built.mjs';
import { AGENCIES, dice, ZONE } from './search-records.mjs';

const { EvidenceQueue } = await built('gateway/commit/evidence-queue.js');
const { StandingView } = await built('gateway/standing-view.js');
const { newQueryId } = await built('shared/ids.js');

const silent = () => undefined;
const SILENT = { debug: silent, info: silent, warn: silent, error: silent };

/** The gateway's own queue over a store. @param watch what it tells and is told besides: `committed`, `underWay` */
export async function queueOver(store, vault, watch = {}) {
  const keys = { dataKey: Buffer.alloc(32, 1) };
  return new EvidenceQueue({
    clock: { now: () => Date.now() },
    timeZone: ZONE,
    vault: { keysFor: (kid) => ({ ...keys, kid, tag: (type, value) => vault.tag(kid, type, value) }) },
    store: store.evidence,
    standing: new StandingView(store.evidence, await store.evidence.standing(), SILENT),
    logger: SILENT,
    committed: () => undefined,
    underWay: () => 1,
    waitMilliseconds: 10_000,
    ...watch,
  });
}

/**
 * Hands in records at their due times, whatever becomes of those before. How long each took from its due time until it was
 * durable, in milliseconds, ascending.
 */
export async function atPace({ queue, rate, seconds }) {
  const roll = dice(Date.now());
  const latencies = [];
  const pending = [];
  const began = performance.now();
  for (let place = 0; place < seconds * rate; place += 1) {
    const due = began + (place * 1000) / rate;
    for (let early = due - performance.now(); early > 0; early = due - performance.now())
      await (early > 1 ? wait(Math.floor(early)) : turn());
    pending.push(queue.record(newEntry(roll)).then(() => latencies.push(performance.now() - due)));
  }
  await Promise.all(pending);
  return Float64Array.from(latencies).sort();
}

/** Keeps so many records under way for so long. @returns records that became durable, and the seconds that they took */
export async function saturated({ queue, callers, seconds }) {
  const roll = dice(Date.now());
  const began = performance.now();
  const until = began + seconds * 1000;
  let records = 0;
  const call = async () => {
    while (performance.now() < until) {
      await queue.record(newEntry(roll));
      records += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return { records, seconds: (performance.now() - began) / 1000 };
}

function newEntry(roll) {
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
