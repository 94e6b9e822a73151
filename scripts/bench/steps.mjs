// What each step of the pipeline takes, measured in process, one query after the other.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { root } from '../ready.mjs';
import { readArguments } from './arguments.mjs';
import { built } from './built.mjs';
import { quantile } from './figures.mjs';
import { openParts } from './gateway-parts.mjs';
import { prepareGateway } from './gateway.mjs';
import { measurement } from './in-folder.mjs';

const HELP = `npm run bench:steps -- [options]

Takes the steps of the pipeline one by one, with the registers and the store of a gateway and a source in memory, and tells how long
each took. The checks are all steps but those that fetch and record. The last line is machine-readable.

  --answers N     queries (5000)
  --warmup N      queries before them (3000)
  --folder PATH   where the database stands; a disk (data)
  --help          prints this
`;
const NOT_CHECKS = new Set(['fetch-answer', 'record-answer']);

await measurement(read, bench);

function read(args) {
  const numbers = {
    answers: { least: 100, most: 1_000_000, usual: 5_000 },
    warmup: { least: 0, most: 1_000_000, usual: 3_000 },
  };
  return readArguments(args, { help: HELP, numbers, texts: { folder: 'data' } });
}

async function bench(folder, { answers, warmup }) {
  const { blankExchange } = await built('gateway/exchange-state.js');
  const { createPipeline } = await built('gateway/pipeline.js');
  const { newQueryId } = await built('shared/ids.js');
  const { folders, env } = await prepareGateway(folder, root);
  const parts = await openParts(env);
  const { steps } = createPipeline(parts.pipeline);
  const request = requestsOf(folders, parts, newQueryId);
  const times = new Map(steps.map(({ name }) => [name, new Float64Array(answers)]));
  const checks = new Float64Array(answers);
  for (let place = -warmup; place < answers; place += 1) {
    const undo = [];
    const asked = request();
    const { standing, clock } = parts;
    const state = blankExchange({ caller: asked, standing: standing(), now: clock.now(), onExit: (one) => undo.push(one) }, asked);
    for (const { name, run } of steps) {
      const begun = performance.now();
      const adds = run(state);
      Object.assign(state, adds instanceof Promise ? await adds : adds);
      const took = performance.now() - begun;
      if (place < 0) continue;
      times.get(name)[place] = took;
      if (!NOT_CHECKS.has(name)) checks[place] += took;
    }
    for (const one of undo) one();
  }
  await parts.close();
  report(new Map([...times, ['all checks and projection', checks]]));
} // prettier-ignore

/** Queries of the official who may ask, about each subject in turn. */
function requestsOf(folders, { issueToken }, newQueryId) {
  const { officials, subjects } = JSON.parse(readFileSync(join(folders.data, 'demo.json'), 'utf8'));
  const [official] = officials;
  const certificate = new X509Certificate(
    readFileSync(join(folders.certs, 'demo', `${official.agency}.crt`)),
  );
  const caller = {
    certificateFingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384',
    address: '127.0.0.1',
  };
  const bearerToken = issueToken(official.clientId, caller.certificateFingerprint);
  let next = 0;
  return () => {
    const { tckn } = subjects[next++ % subjects.length];
    const value = { input: { tckn }, purpose: 'cocuk-isciligi-takip', caseReference: '2026/118' };
    const path = { agreementId: 'tr-iskur-cgm-2024', operationId: 'araci-sorgu', idempotencyKey: undefined };
    return { ...caller, queryId: newQueryId(), bearerToken, ...path, body: { kind: 'json', value } };
  };
}

function report(times) {
  const told = {};
  for (const [name, all] of times) {
    all.sort();
    const [p50, p99, most] = [0.5, 0.99, 1].map((share) => quantile(all, share) * 1_000);
    told[name] = { p50Us: Number(p50.toFixed(1)), p99Us: Number(p99.toFixed(1)) };
    const figures = [p50, p99, most].map((value) => value.toFixed(1).padStart(10)).join('');
    process.stdout.write(`${name.padEnd(26)} p50, p99, most µs ${figures}\n`);
  }
  process.stdout.write(`STEPS ${JSON.stringify(told)}\n`);
}
