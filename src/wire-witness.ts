import { readFileSync } from 'node:fs';
import { type StoredCheckpoint } from './audit/audit-log.ts';
import { type CheckpointBook } from './audit/checkpoint-book.ts';
import { CheckpointError } from './audit/checkpoint-error.ts';
import { type Cosigner } from './audit/note/note-signer.ts';
import { publishedLog } from './audit/published-log.ts';
import { type LeafFacts } from './audit/leaf.ts';
import { Witness } from './audit/witness/witness.ts';
import { type AssembledGateway } from './gateway/assemble-gateway.ts';
import { type EvidenceExchange } from './http/partner-app.ts';
import { PushJob } from './jobs/push-checkpoints.ts';
import { type PushedLog } from './jobs/push-ports.ts';
import { type WitnessAccess } from './notary/ask-witness.ts';
import { HttpsWitnessClient } from './notary/witness-client.ts';
import { evidenceFolder, keyFolder, logNode } from './settings/places.ts';
import { type Settings } from './settings/settings.ts';
import { type Clock } from './shared/clock.ts';
import { type Logger } from './shared/logger.ts';
import { CosignedFiles, witnessedFolder } from './store/cosigned-files.ts';
import { type OpenWitnessState, type Store } from './store/open-store.ts';
import { PolicyFile } from './store/policy-file.ts';
import { errorCode, storeFault } from './store/store-fault.ts';
import { ensureWitnessKey, witnessKeyExists } from './store/witness-key.ts';
import { type EvidenceOfNode } from './wire-evidence.ts';

/** What witnessing rests on. */
export interface WitnessingParts {
  readonly settings: Settings;
  readonly store: Store;
  readonly evidence: EvidenceOfNode;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Appends a `witness` leaf. Durable when it resolves. */
  readonly record: (facts: LeafFacts) => Promise<void>;
}

interface Gateway {
  readonly gateway: Pick<AssembledGateway, 'record'>;
}

/** Both sides of witnessing, running. */
export interface Witnessing {
  /** What the partner listener serves. */
  readonly exchange: EvidenceExchange;
  readonly push: PushJob;
  /** Ends the pushing; resolves once nothing of it runs any more. */
  close(): Promise<void>;
}

/** How long a witness may take for a whole answer. */
const ASK_MILLISECONDS = 10_000;
const RETRY_MILLISECONDS = 1_000;

/**
 * Cosigns the logs that the settings name, and has the node's own log cosigned by the witnesses that they name.
 * @throws FaultsError when a policy, the key or a certificate is at fault
 */
export async function startWitnessing({
  gateway,
  ...given
}: Omit<WitnessingParts, 'record'> & Gateway): Promise<Witnessing> {
  const record: WitnessingParts['record'] = async (facts) => gateway.record('witness', facts);
  const parts = { ...given, record };
  const { settings, evidence } = parts;
  const { witness } = await openWitness(parts);
  const push = pushJob(parts);
  const stop = new AbortController();
  const run = (): void => void push.run(stop.signal);
  const timer = setInterval(run, settings.witness.pushSeconds * 1000);
  run();
  return {
    exchange: { witness, published: publishedLog(() => evidence.reader(evidence.origins()[0] ?? '')) },
    push,
    close: async () => {
      clearInterval(timer);
      stop.abort();
      await push.idle();
    },
  };
}

/** The witness side: the key is made here where there is none yet. */
async function openWitness(
  parts: WitnessingParts,
): Promise<OpenWitnessState & { readonly witness: Witness }> {
  const { settings, store, clock, logger, record } = parts;
  const wasThere = witnessKeyExists(keyFolder(settings));
  const cosigner = ensureWitnessKey(keyFolder(settings), logNode(settings));
  const folder = witnessedFolder(evidenceFolder(settings));
  if (!wasThere) tellNewKey(cosigner, new CosignedFiles(folder, cosigner.key), logger);
  const opened = await store.openWitnessState({ folder, key: cosigner.key, logger });
  const logs = new PolicyFile(settings.witness.logs, logger);
  const { state, shelf } = opened;
  const policy = (): ReturnType<PolicyFile['current']> => logs.current();
  return { ...opened, witness: new Witness({ cosigner, policy, state, shelf, record, clock, logger }) };
}

/** The first run makes the key: one that a start makes is another one, under which nothing was ever cosigned. */
function tellNewKey({ vkey }: Cosigner, files: CosignedFiles, logger: Logger): void {
  const fields = { code: 'WITNESS_KEY_REPLACED', vkey };
  if (files.any())
    logger.error(
      'witness.key-replaced: witness.key was missing although logs were cosigned with it; a new one was made, and those logs are refused until the old one is restored',
      fields,
    );
  else
    logger.warn(
      'witness.key-replaced: witness.key was missing and a new one was made; partners must be told the new key',
      fields,
    );
}

/** The log side. */
export function pushJob({
  settings,
  evidence,
  clock,
  logger,
  record,
}: Omit<WitnessingParts, 'store'>): PushJob {
  const witnesses = new PolicyFile(settings.witness.policy, logger);
  const client = new HttpsWitnessClient({
    access: renewedAccess(settings, logger),
    timeoutMilliseconds: ASK_MILLISECONDS,
    retryMilliseconds: RETRY_MILLISECONDS,
  });
  return new PushJob({
    policy: () => witnesses.current(),
    logs: async () => pushedLogs(evidence),
    client,
    record,
    clock,
    logger,
  });
}

/** The end of a closed log; where it stays unsigned because its key is lost, the newest checkpoint that there is. */
async function endOf(book: CheckpointBook): Promise<StoredCheckpoint> {
  try {
    return await book.publish();
  } catch (thrown) {
    const lost = thrown instanceof CheckpointError && thrown.code === 'LOG_KEY_MISSING';
    const newest = lost ? book.newest() : undefined;
    if (newest === undefined) throw thrown;
    return newest;
  }
}

/** The log that takes records, then the one before it. */
export async function pushedLogs(evidence: EvidenceOfNode): Promise<readonly PushedLog[]> {
  const [current, before] = evidence.origins();
  const origins = [current, before].filter((origin) => origin !== undefined);
  return Promise.all(
    origins.map(async (origin) => {
      const book = await evidence.book(origin);
      return {
        origin,
        reader: evidence.reader(origin),
        publish: async () => (origin === current ? book.publish() : endOf(book)),
        cosigned: async (size: number, name: string, line: string) => book.cosigned(size, name, line),
      };
    }),
  );
}

/** Read at the start and again for each call; files that cannot be read leave those before in use. */
function renewedAccess(settings: Settings, logger: Logger): () => WitnessAccess {
  let access = witnessAccess(settings);
  return () => {
    try {
      access = witnessAccess(settings);
    } catch (cause) {
      logger.warn(
        'witness.files-unreadable: the files with which witnesses are called cannot be read again',
        {
          cause,
        },
      );
    }
    return access;
  };
}

function witnessAccess({ witness, partner }: Settings): WitnessAccess {
  return {
    certificate: readPem(witness.certificate ?? partner.certificate),
    key: readPem(witness.key ?? partner.key),
    ca: readPem(witness.ca ?? partner.clientCa),
  };
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    throw storeFault(
      'WITNESS_FILE_UNREADABLE',
      file,
      { tr: `dosya okunamadı (${code})`, en: `the file cannot be read (${code})` },
      {
        tr: 'witness.certificate, witness.key ve witness.ca ayarlarını ve dosyaların okuma iznini denetleyin.',
        en: 'Check witness.certificate, witness.key and witness.ca in the settings, and that the files may be read.',
      },
    );
  }
}
