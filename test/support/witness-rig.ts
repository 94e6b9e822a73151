import { createCosigner, createNoteSigner, type NoteSigner } from '../../src/audit/note/note-signer.ts';
import { encodeCheckpoint } from '../../src/audit/note/checkpoint.ts';
import { encodeNote } from '../../src/audit/note/signed-note.ts';
import { type LeafFacts } from '../../src/audit/leaf.ts';
import { parseWitnessPolicy } from '../../src/audit/note/parse-witness-policy.ts';
import { type WitnessPolicy } from '../../src/audit/note/witness-policy.ts';
import { proveConsistency } from '../../src/audit/tree/consistency-proof.ts';
import { encodeAddCheckpoint } from '../../src/audit/witness/add-checkpoint.ts';
import { type ConflictShelf, Witness } from '../../src/audit/witness/witness.ts';
import { type CosignedCheckpoint, type WitnessState } from '../../src/audit/witness/witness-state.ts';
import { MemoryLog } from './memory-log.ts';
import { RecordingLogger } from './recording-logger.ts';
import { SetClock } from './set-clock.ts';

export const LOG_ORIGIN = 'gecit.partner/node-1/2026';
const WITNESS_NAME = 'gecit.test/node-1/witness';
const NOON = Date.UTC(2026, 10, 24, 12);

/** A log of somebody else, with its key: signs any size, also of a second history. */
export class ForeignLog {
  readonly origin: string;
  readonly signer: NoteSigner;
  readonly tree: MemoryLog;

  constructor({ origin = LOG_ORIGIN, seed = 1, size = 0, history = 'leaf' } = {}) {
    this.origin = origin;
    this.signer = createNoteSigner(origin, Buffer.alloc(32, seed));
    this.tree = new MemoryLog(size, (index) => Buffer.from(`${history} ${String(index)}`));
  }

  grow(count: number): this {
    for (let added = 0; added < count; added += 1)
      this.tree.append(Buffer.from(`leaf ${String(this.tree.size)}`));
    return this;
  }

  note(size: number = this.tree.size, root: Buffer = this.tree.rootAt(size)): string {
    const text = encodeCheckpoint({ origin: this.origin, size, root });
    return encodeNote(text, [this.signer.sign(text)]);
  }

  proof(from: number, to: number = this.tree.size): Buffer[] {
    const state = (size: number) => ({ size, root: this.tree.rootAt(size) });
    return from === 0 ? [] : proveConsistency(this.tree, state(from), state(to));
  }

  /** A request that a witness which cosigned `from` accepts. */
  request(from: number, to: number = this.tree.size): string {
    return encodeAddCheckpoint(from, this.proof(from, to), this.note(to));
  }

  get policyLine(): string {
    return `log ${this.signer.vkey}`;
  }
}

/** Keeps in memory what a witness cosigned. */
export class MemoryWitnessState implements WitnessState {
  readonly cosigned = new Map<string, CosignedCheckpoint>();
  advances = 0;
  /** Runs before a change is compared: what another process does at this moment. */
  meanwhile: () => void = () => undefined;

  async recorded(origin: string): Promise<CosignedCheckpoint | undefined> {
    return Promise.resolve(this.cosigned.get(origin));
  }

  async advance(from: CosignedCheckpoint | undefined, to: CosignedCheckpoint): Promise<boolean> {
    await Promise.resolve();
    this.meanwhile();
    if (this.cosigned.get(to.origin)?.size !== from?.size) return false;
    this.cosigned.set(to.origin, to);
    this.advances += 1;
    return true;
  }
}

/** Keeps every refused note once. */
export class MemoryShelf implements ConflictShelf {
  readonly notes: string[] = [];

  wants(_origin: string, note: string): boolean {
    return !this.notes.includes(note);
  }

  keep(_origin: string, note: string): void {
    this.notes.push(note);
  }
}

/** A witness with everything it tells to others in memory. */
export class WitnessRig {
  readonly clock = new SetClock(NOON);
  readonly logger = new RecordingLogger();
  readonly facts: LeafFacts[] = [];
  readonly state: MemoryWitnessState = new MemoryWitnessState();
  readonly shelf: MemoryShelf = new MemoryShelf();
  readonly cosigner = createCosigner(WITNESS_NAME, Buffer.alloc(32, 77));
  policy: WitnessPolicy;
  onRecord: () => Promise<void> = async () => Promise.resolve();
  readonly witness: Witness;

  constructor(logs: readonly ForeignLog[], state?: WitnessState) {
    this.policy = policyOf(...logs.map((log) => log.policyLine));
    this.witness = new Witness({
      cosigner: this.cosigner,
      policy: () => this.policy,
      state: state ?? this.state,
      shelf: this.shelf,
      record: async (facts) => {
        await this.onRecord();
        this.facts.push(facts);
      },
      clock: this.clock,
      logger: this.logger,
    });
  }
}

export function policyOf(...lines: readonly string[]): WitnessPolicy {
  return parseWitnessPolicy([...lines, 'quorum none'].join('\n'), 'test.policy');
}
