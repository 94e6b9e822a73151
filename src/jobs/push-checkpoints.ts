import { type StoredCheckpoint } from '../audit/audit-log.ts';
import { CheckpointError } from '../audit/checkpoint-error.ts';
import { type LeafFacts } from '../audit/leaf.ts';
import { type PolicyWitness, type WitnessPolicy } from '../audit/note/witness-policy.ts';
import { hasQuorum, keyOf, type SizeAndTime, witnessStanding } from '../audit/witness/witness-standing.ts';
import { WitnessError } from '../notary/witness-error.ts';
import { type PushedLog, type PushPorts } from './push-ports.ts';
import { type QuorumState, QuorumWatch } from './quorum-watch.ts';
import { askForCosignature, type RoundOutcome } from './witness-round.ts';

/** How the log stands with one witness. */
export interface WitnessState {
  readonly name: string;
  readonly url: string | null;
  /** Newest checkpoint that it cosigned; null for none. */
  readonly newest: SizeAndTime | null;
  /** Code of the newest failure; null once it cosigned. `disputed` where it knows another history, `internal` for ours. */
  readonly lastError: string | null;
}

/** How the log stands with all. */
export interface PushState {
  readonly configured: boolean;
  readonly witnesses: readonly WitnessState[];
  readonly quorum: QuorumState;
}

/** `quorum` and `no-quorum` speak of the newest checkpoint of the log that takes records. */
export type PushOutcome = 'not-configured' | 'nothing-yet' | 'quorum' | 'no-quorum' | 'failed';

const AT_ONCE = 4;

/** Sends the newest checkpoint to every witness of the policy that has not cosigned it yet. */
export class PushJob {
  readonly #ports: PushPorts;
  readonly #quorum: QuorumWatch;
  /** By origin and the witness's vkey. */
  readonly #known = new Map<string, SizeAndTime>();
  readonly #errors = new Map<string, string>();
  readonly #disputed = new Set<string>();
  readonly #scanned = new Set<string>();
  #origin = '';
  #running: Promise<PushOutcome> | undefined;

  constructor(ports: PushPorts) {
    this.#ports = ports;
    this.#quorum = new QuorumWatch(ports.clock, ports.logger);
  }

  /** One attempt at every witness; a call during another joins it. Never rejects. */
  async run(signal?: AbortSignal): Promise<PushOutcome> {
    this.#running ??= this.#attempt(signal).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Resolves once no attempt is under way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  state(): PushState {
    const { witnesses } = this.#ports.policy();
    return {
      configured: witnesses.length > 0,
      witnesses: witnesses.map((witness) => {
        const place = placeOf(this.#origin, witness);
        const lastError = this.#errors.get(place) ?? null;
        return { name: witness.name, url: witness.url, newest: this.#known.get(place) ?? null, lastError };
      }),
      quorum: this.#quorum.state(),
    };
  }

  async #attempt(signal: AbortSignal | undefined): Promise<PushOutcome> {
    try {
      const policy = this.#ports.policy();
      if (policy.witnesses.length === 0) return 'not-configured';
      const [current, ...ended] = await this.#ports.logs();
      if (current === undefined) return 'nothing-yet';
      this.#origin = current.origin;
      const checkpoint = await this.#pushLog(current, policy, signal);
      for (const log of ended) await this.#pushLog(log, policy, signal).catch(unlessRolledBack);
      return await this.#judge(current, checkpoint, policy);
    } catch (thrown) {
      if (thrown instanceof CheckpointError && thrown.code === 'LOG_EMPTY') return 'nothing-yet';
      this.#ports.logger.error('witness.push-failed: checkpoints could not be sent to the witnesses', {
        cause: thrown,
      });
      return 'failed';
    }
  }

  async #pushLog(
    log: PushedLog,
    policy: WitnessPolicy,
    signal: AbortSignal | undefined,
  ): Promise<StoredCheckpoint> {
    const checkpoint = await log.publish();
    this.#scan(log, policy);
    const there = log.reader.cosignaturesAt(checkpoint.size).map(({ line }) => keyOf(line, policy)?.vkey);
    const left = policy.witnesses.filter(({ url, key }) => url !== null && !there.includes(key.vkey));
    const takeTurns = async (): Promise<void> => {
      for (let witness = left.shift(); witness !== undefined; witness = left.shift()) {
        await this.#push(log, checkpoint, witness, signal);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, takeTurns));
    return checkpoint;
  }

  /** What was stored before this process began. */
  #scan(log: PushedLog, policy: WitnessPolicy): void {
    if (this.#scanned.has(log.origin)) return;
    const { newest, quorum } = witnessStanding(log.reader, policy);
    for (const [vkey, at] of newest) this.#known.set(`${log.origin} ${vkey}`, at);
    if (log.origin === this.#origin) this.#quorum.begin(quorum);
    this.#scanned.add(log.origin);
  }

  async #push(
    log: PushedLog,
    checkpoint: StoredCheckpoint,
    witness: PolicyWitness,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const place = placeOf(log.origin, witness);
    const believed = this.#known.get(place)?.size ?? 0;
    const { client } = this.#ports;
    try {
      const outcome = await askForCosignature({ client, log, checkpoint, witness, believed, signal });
      if (outcome.kind === 'disputed') await this.#dispute(log, checkpoint, witness, outcome);
      else {
        this.#known.set(place, { size: checkpoint.size, at: this.#ports.clock.now() });
        this.#errors.delete(place);
        this.#disputed.delete(place);
      }
    } catch (thrown) {
      const code = thrown instanceof WitnessError ? thrown.code : 'internal';
      if (code === 'stopped') return;
      this.#errors.set(place, code);
      const fields = {
        witness: witness.name,
        code,
        origin: log.origin,
        size: checkpoint.size,
        cause: thrown,
      };
      this.#ports.logger.warn('witness.not-cosigned: a witness gave no cosignature', fields);
    }
  }

  /** Either our log was rolled back or forked, or the witness lies: for an operator to find out. */
  async #dispute(
    { origin }: PushedLog,
    checkpoint: StoredCheckpoint,
    witness: PolicyWitness,
    { reason, size }: Extract<RoundOutcome, { kind: 'disputed' }>,
  ): Promise<void> {
    const place = placeOf(origin, witness);
    const facts = { event: 'own-log-disputed', reason, origin, size: checkpoint.size, witness: witness.key.name, witnessSize: size }; // prettier-ignore
    this.#errors.set(place, 'disputed');
    this.#ports.logger.error(
      'witness.own-log-disputed: a witness has cosigned another history of this log; it was rolled back or forked',
      facts,
    );
    if (this.#disputed.has(place)) return;
    await this.#record(facts);
    this.#disputed.add(place);
  }

  async #judge(log: PushedLog, checkpoint: StoredCheckpoint, policy: WitnessPolicy): Promise<PushOutcome> {
    if (hasQuorum(log.reader, checkpoint, policy)) {
      this.#quorum.noteMet(checkpoint.size);
      return 'quorum';
    }
    const metSize = this.#quorum.state().met?.size ?? 0;
    const first = log.reader.checkpointFrom(metSize + 1) ?? checkpoint;
    const facts = this.#quorum.noteMissing(log.origin, checkpoint.size, first.at);
    if (facts !== undefined) await this.#record(facts);
    return 'no-quorum';
  }

  async #record(facts: LeafFacts): Promise<void> {
    try {
      await this.#ports.record(facts);
    } catch (cause) {
      this.#ports.logger.error('witness.event-unrecorded: what was noticed could not be recorded', {
        ...facts,
        cause,
      });
    }
  }
}

/** What a restore cut is not signed any more, so that there is nothing to send: verifying that log says so. */
function unlessRolledBack(thrown: unknown): void {
  if (!(thrown instanceof CheckpointError && thrown.code === 'LOG_ROLLED_BACK')) throw thrown;
}

function placeOf(origin: string, { key }: PolicyWitness): string {
  return `${origin} ${key.vkey}`;
}
