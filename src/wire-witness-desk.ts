import { type LeafFacts } from './audit/leaf.ts';
import { witnessStanding } from './audit/witness/witness-standing.ts';
import { type WitnessDesk, type WitnessReport } from './cli/witness-desk.ts';
import { type StampState } from './jobs/stamp-checkpoints.ts';
import { evidenceFolder, keyFolder, logNode } from './settings/places.ts';
import { type Settings } from './settings/settings.ts';
import { type Clock } from './shared/clock.ts';
import { type Logger } from './shared/logger.ts';
import { witnessedFolder } from './store/cosigned-files.ts';
import { type Store } from './store/store.ts';
import { PolicyFile } from './store/policy-file.ts';
import { readWitnessKey } from './store/witness-key.ts';
import { type StoredWitnessState } from './store/witness-state.ts';
import { EvidenceOfNode } from './wire-evidence.ts';
import { openStamping } from './wire-time-stamps.ts';
import { pushJob } from './wire-witness.ts';

const ignore = (): void => undefined;

/** A command says what it found by itself; alarms are the server's. */
const SILENT: Logger = { error: ignore, warn: ignore, info: ignore, debug: ignore };

interface Desk {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly evidence: EvidenceOfNode;
  /** Absent where this node has no key as a witness yet. */
  readonly witness: { readonly vkey: string; readonly state: StoredWitnessState } | undefined;
  readonly stamps: () => StampState;
}

/**
 * Opens both sides of witnessing for a command; works beside a running server.
 * @param store closed with the desk
 * @throws FaultsError when database, key or a policy is at fault
 */
export async function openWitnessDesk(settings: Settings, store: Store, clock: Clock): Promise<WitnessDesk> {
  const evidence = new EvidenceOfNode({ settings, store, clock });
  const close = async (): Promise<void> => {
    await evidence.close();
    await store.close();
  };
  try {
    const witness = await openRecords(settings, store);
    const gateway = (): never => {
      throw new Error('a command has nothing stamped');
    };
    const { job } = await openStamping({ settings, evidence, clock, logger: SILENT, gateway });
    return deskOver({ settings, clock, evidence, witness, stamps: () => job.state() }, close);
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function openRecords(settings: Settings, store: Store): Promise<Desk['witness']> {
  const cosigner = readWitnessKey(keyFolder(settings), logNode(settings));
  if (cosigner === undefined) return undefined;
  const folder = witnessedFolder(evidenceFolder(settings));
  const { state } = await store.openWitnessState({ folder, key: cosigner.key, logger: SILENT });
  return { vkey: cosigner.vkey, state };
}

function deskOver(desk: Desk, close: () => Promise<void>): WitnessDesk {
  const { witness } = desk;
  return {
    report: async () => reportOf(desk),
    examine: async (origin) => (await witness?.state.examine(origin)) ?? { fault: null, record: undefined },
    accept: async (origin) => witness?.state.accept(origin),
    push: async () => {
      const noticed: LeafFacts[] = [];
      const record = async (facts: LeafFacts): Promise<void> => {
        noticed.push(facts);
        return Promise.resolve();
      };
      const job = pushJob({ ...desk, logger: SILENT, record });
      const outcome = await job.run();
      return { outcome, witnesses: job.state().witnesses, noticed };
    },
    close,
  };
}

async function reportOf({ settings, evidence, witness, stamps }: Desk): Promise<WitnessReport> {
  const logs = new PolicyFile(settings.witness.logs, SILENT).current().logs;
  const policy = new PolicyFile(settings.witness.policy, SILENT).current();
  const origin = evidence.origins()[0] ?? '';
  const reader = evidence.reader(origin);
  const { newest, quorum } = witnessStanding(reader, policy);
  const published = reader.newestCheckpoint();
  const nothing = { fault: null, record: undefined };
  return {
    vkey: witness?.vkey ?? null,
    witnessed: await Promise.all(
      logs.map(async ({ key }) => ({
        origin: key.name,
        ...((await witness?.state.examine(key.name)) ?? nothing),
      })),
    ),
    origin,
    logKey: reader.vkey() ?? null,
    newest: published === undefined ? null : { size: published.size, at: published.at },
    witnesses: policy.witnesses.map(({ name, url, key }) => ({
      name,
      url,
      newest: newest.get(key.vkey) ?? null,
      lastError: null,
    })),
    quorumRequired: policy.quorum !== null,
    quorum,
    stamps: stamps(),
  };
}
