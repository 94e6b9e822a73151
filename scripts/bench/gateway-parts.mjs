import { root } from '../ready.mjs';
import { built } from './built.mjs';

const { loadAgreements } = await built('agreement/load-agreements.js');
const { AgreementBook } = await built('gateway/agreement-book.js');
const { EvidenceQueue } = await built('gateway/commit/evidence-queue.js');
const { BurstGate } = await built('gateway/load/burst-gate.js');
const { ExchangePlaces } = await built('gateway/load/exchange-places.js');
const { QuotaBook } = await built('gateway/quota/quota-book.js');
const { StandingView } = await built('gateway/standing-view.js');
const { newSecret, SecretHasher } = await built('identity/secret-hasher.js');
const { openGatewayStore, openVault } = await built('open-gateway-store.js');
const { keyFolder } = await built('settings/places.js');
const { readSettings } = await built('settings/read-settings.js');
const { systemClock } = await built('shared/clock.js');
const { readRootKey } = await built('store/root-key.js');

const silent = () => undefined;
const LOGGER = { debug: silent, info: silent, warn: silent, error: silent };
const NO_BOUND = 1_000_000_000;

/**
 * What the pipeline of a gateway works with, opened in this process; sources are replaced by one record in memory.
 * @param env environment of a realm that `init` made
 */
export async function openParts(env) {
  const settings = readSettings(env, root);
  const store = await openGatewayStore(settings);
  const vault = openVault(settings, store, systemClock);
  const view = new StandingView(store.evidence, await store.evidence.standing(), LOGGER);
  const hasher = new SecretHasher(readRootKey(keyFolder(settings), 'credential'));
  const tokens = new Map();
  const places = new ExchangePlaces(NO_BOUND, NO_BOUND);
  const quota = new QuotaBook();
  const queue = new EvidenceQueue({
    clock: systemClock, vault, timeZone: settings.timeZone, store: store.evidence, standing: view, logger: LOGGER,
    committed: silent, underWay: () => places.taken, waitMilliseconds: 60_000,
  }); // prettier-ignore
  return {
    clock: systemClock,
    standing: () => view.current(),
    issueToken: (clientId, certificateFingerprint) => {
      const token = newSecret();
      const tokenHash = hasher.hash(token);
      const officialId = view.current().identities.officialByClientId(clientId).id;
      tokens.set(tokenHash, {
        tokenHash,
        officialId,
        certificateFingerprint,
        expiresAt: systemClock.now() + 3_600_000,
      });
      return token;
    },
    pipeline: {
      burst: new BurstGate(NO_BOUND, NO_BOUND),
      places,
      tokens: { hasher, find: (hash) => tokens.get(hash) },
      agreements: new AgreementBook(loadAgreements(settings.folders.protocols), recordInMemory),
      clockCheck: { lastRecordedAt: () => 0, reliable: () => true },
      evidenceCheck: { evidenceStale: () => false },
      requests: { hasher, find: async (key, now) => store.evidence.findRequest(key, now) },
      quota,
      recorder: { record: async (entry) => queue.record(entry) },
    },
    close: async () => {
      await queue.drained();
      await store.close();
    },
  };
}

/** A value that fits each agreed field. */
const VALUES = {
  text: () => 'Ayşe Örnek',
  date: () => '2026-03-01',
  integer: ({ minimum }) => minimum,
  code: ({ values }) => values[0].code,
};

function recordInMemory(_agreement, { output }) {
  const record = Object.fromEntries(output.map((field) => [field.id, VALUES[field.type](field)]));
  return {
    id: 'memory',
    system: 'memory',
    fetch: async () => ({ records: [{ ...record }] }),
    close: async () => undefined,
  };
}
