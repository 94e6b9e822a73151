import { describe, expect, test } from '@jest/globals';
import {
  type EvidenceReader,
  type StoredCheckpoint,
  type StoredCosignature,
} from '../../../src/audit/audit-log.ts';
import { CheckpointError } from '../../../src/audit/checkpoint-error.ts';
import { type LeafFacts } from '../../../src/audit/leaf.ts';
import { createCosigner } from '../../../src/audit/note/note-signer.ts';
import { parseWitnessPolicy } from '../../../src/audit/note/parse-witness-policy.ts';
import { encodeAddCheckpoint } from '../../../src/audit/witness/add-checkpoint.ts';
import { type PolicyWitness, type WitnessPolicy } from '../../../src/audit/note/witness-policy.ts';
import { PushJob } from '../../../src/jobs/push-checkpoints.ts';
import { type PushedLog } from '../../../src/jobs/push-ports.ts';
import {
  type Submission,
  type WitnessClient,
  type WitnessVerdict,
} from '../../../src/notary/witness-client.ts';
import { WitnessError } from '../../../src/notary/witness-error.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { SetClock } from '../../support/set-clock.ts';
import { ForeignLog, WitnessRig } from '../../support/witness-rig.ts';

const NOON = Date.UTC(2026, 10, 24, 12);
const HOUR = 3_600_000;

/** A log of our own with what is stored under its roots. */
class OwnLog implements PushedLog {
  readonly log: ForeignLog;
  readonly checkpoints: StoredCheckpoint[] = [];
  readonly cosignatures: StoredCosignature[] = [];
  readonly #clock: SetClock;

  constructor(log: ForeignLog, clock: SetClock) {
    this.log = log;
    this.#clock = clock;
  }

  get origin(): string {
    return this.log.origin;
  }

  publish = async (): Promise<StoredCheckpoint> => {
    const size = this.log.tree.size;
    if (size === 0) throw new CheckpointError('LOG_EMPTY');
    const stored = this.checkpoints.find((one) => one.size === size);
    if (stored !== undefined) return Promise.resolve(stored);
    const made = { size, root: this.log.tree.rootAt(size), note: this.log.note(), at: this.#clock.now() };
    this.checkpoints.push(made);
    return Promise.resolve(made);
  };

  async cosigned(size: number, name: string, line: string): Promise<void> {
    this.cosignatures.push({ size, name, line, at: this.#clock.now() });
    return Promise.resolve();
  }

  get reader(): EvidenceReader {
    const { tree } = this.log;
    const reader: Partial<EvidenceReader> = {
      leafHashes: (from, count) => tree.leafHashes(from, count),
      subtree: (level, index) => tree.subtree(level, index),
      checkpointFrom: (size) => this.checkpoints.find((one) => one.size >= size),
      cosignatures: () => this.cosignatures,
      cosignaturesAt: (size) => this.cosignatures.filter((one) => one.size === size),
    };
    return reader as EvidenceReader;
  }
}

/** Three witnesses with URLs, of which two are a quorum; each a real one in memory, which may be made to fail. */
class Rig implements WitnessClient {
  readonly clock = new SetClock(NOON);
  readonly logger = new RecordingLogger();
  readonly facts: LeafFacts[] = [];
  readonly own: OwnLog;
  logs: PushedLog[];
  policy: WitnessPolicy;
  /** Witnesses by the name of the policy. */
  readonly witnesses = new Map<string, WitnessRig>();
  readonly asked: { readonly witness: string; readonly old: number; readonly size: string }[] = [];
  /** In place of what the witness would say. */
  readonly instead = new Map<string, () => Promise<WitnessVerdict>>();
  underWay = 0;
  mostUnderWay = 0;
  job: PushJob;

  constructor(size = 5, names: readonly string[] = ['a', 'b', 'c'], quorum = 2) {
    this.own = new OwnLog(new ForeignLog({ size }), this.clock);
    this.logs = [this.own];
    for (const name of names) this.witnesses.set(name, new WitnessRig([this.own.log]));
    const lines = names.map(
      (name, place) => `witness ${name} ${cosignerOf(place).vkey} https://${name}.test/`,
    );
    const text = [...lines, `group g ${String(quorum)} ${names.join(' ')}`, 'quorum g'].join('\n');
    this.policy = parseWitnessPolicy(text, 'test.policy');
    this.job = this.#newJob();
  }

  /** A process that starts anew over the same store. */
  restart(): void {
    this.job = this.#newJob();
  }

  async submit({ name, key }: PolicyWitness, { old, proof, note }: Submission): Promise<WitnessVerdict> {
    this.asked.push({ witness: name, old, size: note.split('\n')[1] ?? '' });
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    try {
      const instead = this.instead.get(name);
      if (instead !== undefined) return await instead();
      const body = Buffer.from(encodeAddCheckpoint(old, proof, note));
      const answer = await this.witnesses.get(name)?.witness.addCheckpoint(body, 'us');
      if (answer?.kind === 'stale') return answer;
      if (answer?.kind !== 'cosigned') return { kind: 'disputed' };
      const place = this.policy.witnesses.findIndex((one) => one.key.vkey === key.vkey);
      return { kind: 'cosigned', line: cosignerOf(place).cosign(`${note.split('\n\n')[0] ?? ''}\n`, 1) };
    } finally {
      this.underWay -= 1;
    }
  }

  fail(name: string, code: WitnessError['code'] = 'unreachable'): void {
    this.instead.set(name, async () => Promise.reject(new WitnessError(code)));
  }

  errorOf(name: string): string | null | undefined {
    return this.job.state().witnesses.find((one) => one.name === name)?.lastError;
  }

  #newJob(): PushJob {
    return new PushJob({
      policy: () => this.policy,
      logs: async () => Promise.resolve(this.logs),
      client: this,
      record: async (facts) => {
        this.facts.push(facts);
        return Promise.resolve();
      },
      clock: this.clock,
      logger: this.logger,
    });
  }
}

const cosignerOf = (place: number) => createCosigner(`w${String(place)}.test`, Buffer.alloc(32, 100 + place));

describe('pushing checkpoints', () => {
  test('has every witness cosign the newest one and keeps its line under the name of its key', async () => {
    const rig = new Rig();
    expect(await rig.job.run()).toBe('quorum');
    expect(rig.own.cosignatures.map(({ size, name }) => ({ size, name }))).toEqual(
      [0, 1, 2].map((place) => ({ size: 5, name: cosignerOf(place).key.name })),
    );
    expect(rig.job.state()).toMatchObject({
      configured: true,
      witnesses: ['a', 'b', 'c'].map((name) => ({
        name,
        url: `https://${name}.test/`,
        newest: { size: 5, at: NOON },
        lastError: null,
      })),
      quorum: { met: { size: 5, at: NOON }, missingSince: null, alarmed: false },
    });
  });

  test('asks nobody again before the log has grown, and then from the size each had cosigned', async () => {
    const rig = new Rig();
    await rig.job.run();
    await rig.job.run();
    expect(rig.asked).toHaveLength(3);
    rig.own.log.grow(4);
    expect(await rig.job.run()).toBe('quorum');
    expect(rig.asked.slice(3)).toEqual(['a', 'b', 'c'].map((witness) => ({ witness, old: 5, size: '9' })));
  });

  test('goes on from the size that a witness names', async () => {
    const rig = new Rig(9);
    await rig.witnesses.get('a')?.witness.addCheckpoint(Buffer.from(rig.own.log.request(0, 3)), 'us');
    expect(await rig.job.run()).toBe('quorum');
    expect(rig.asked.filter(({ witness }) => witness === 'a').map(({ old }) => old)).toEqual([0, 3]);
    expect(rig.errorOf('a')).toBeNull();
  });

  test('goes on after a restart from what is stored', async () => {
    const rig = new Rig();
    await rig.job.run();
    rig.restart();
    rig.own.log.grow(2);
    await rig.job.run();
    expect(rig.asked.slice(3).map(({ old }) => old)).toEqual([5, 5, 5]);
  });

  test('asks at most four at once, and does not wait for one that fails', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g2', 'h', 'i'];
    const rig = new Rig(5, names);
    rig.fail('a');
    expect(await rig.job.run()).toBe('quorum');
    expect(rig.mostUnderWay).toBe(4);
    expect(rig.own.cosignatures).toHaveLength(8);
  });

  test('joins a run that is under way', async () => {
    const rig = new Rig();
    expect(await Promise.all([rig.job.run(), rig.job.run()])).toEqual(['quorum', 'quorum']);
    expect(rig.asked).toHaveLength(3);
  });

  test('does nothing without witnesses, and nothing with an empty log', async () => {
    const rig = new Rig(0);
    expect(await rig.job.run()).toBe('nothing-yet');
    rig.logs = [];
    expect(await rig.job.run()).toBe('nothing-yet');
    rig.policy = parseWitnessPolicy('quorum none', 'test.policy');
    expect(await rig.job.run()).toBe('not-configured');
    expect(rig.job.state()).toMatchObject({ configured: false, witnesses: [] });
    expect([rig.asked, rig.logger.lines]).toEqual([[], []]);
  });

  test('does not ask a witness without a URL', async () => {
    const rig = new Rig();
    const witnesses = rig.policy.witnesses.map((one) => (one.name === 'b' ? { ...one, url: null } : one));
    rig.policy = { ...rig.policy, witnesses };
    expect(await rig.job.run()).toBe('quorum');
    expect(rig.asked.map(({ witness }) => witness)).toEqual(['a', 'c']);
  });

  test('has the end of the log before cosigned too', async () => {
    const rig = new Rig();
    const before = new OwnLog(
      new ForeignLog({ origin: 'gecit.partner/node-1/2025', seed: 4, size: 7 }),
      rig.clock,
    );
    for (const { policy } of rig.witnesses.values()) Object.assign(policy, { logs: [...policy.logs, { key: before.log.signer.key, url: null }] }); // prettier-ignore
    rig.logs = [rig.own, before];
    expect(await rig.job.run()).toBe('quorum');
    expect(before.cosignatures.map(({ size }) => size)).toEqual([7, 7, 7]);
    await rig.job.run();
    expect(rig.asked).toHaveLength(6);
  });

  test('passes over the log before where a restore cut it, and judges the quorum of the one that takes records', async () => {
    const rig = new Rig();
    const cut = new OwnLog(
      new ForeignLog({ origin: 'gecit.partner/node-1/2025', seed: 4, size: 7 }),
      rig.clock,
    );
    cut.publish = async () => Promise.reject(new CheckpointError('LOG_ROLLED_BACK'));
    rig.logs = [rig.own, cut];
    expect(await rig.job.run()).toBe('quorum');
    expect(rig.logger.named('witness.push-failed')).toEqual([]);
    expect(cut.cosignatures).toEqual([]);
  });

  test('says so and goes on living when the log cannot be signed', async () => {
    const rig = new Rig();
    rig.own.publish = async () => Promise.reject(new CheckpointError('LOG_ROLLED_BACK'));
    expect(await rig.job.run()).toBe('failed');
    expect(rig.logger.named('witness.push-failed')).toHaveLength(1);
  });
});

describe('a witness that gives no cosignature', () => {
  test.each([
    'unreachable',
    'slow',
    'redirected',
    'too-large',
    'refused',
    'malformed',
    'cosignature-invalid',
  ] as const)('because it is %s is told by that code until it cosigns', async (code) => {
    const rig = new Rig();
    rig.fail('b', code);
    expect(await rig.job.run()).toBe('quorum');
    expect(rig.errorOf('b')).toBe(code);
    expect(rig.logger.named('witness.not-cosigned')).toMatchObject([{ witness: 'b', code, size: 5 }]);
    expect(rig.own.cosignatures).toHaveLength(2);
    rig.instead.clear();
    await rig.job.run();
    expect(rig.errorOf('b')).toBeNull();
  });

  test('because the run was stopped is not at fault', async () => {
    const rig = new Rig();
    rig.fail('a', 'stopped');
    await rig.job.run();
    expect(rig.errorOf('a')).toBeNull();
    expect(rig.logger.lines).toEqual([]);
  });

  test('but sends us round in circles is left', async () => {
    const rig = new Rig();
    let size = 0;
    rig.instead.set('a', async () => Promise.resolve({ kind: 'stale', size: (size += 1) }));
    await rig.job.run();
    expect(rig.errorOf('a')).toBe('malformed');
    expect(rig.asked.filter(({ witness }) => witness === 'a')).toHaveLength(3);
  });
});

describe('a witness that knows another history of our log', () => {
  test.each([
    ['a larger tree', 'ahead', { kind: 'stale', size: 6 }],
    ['a tree that ours does not continue', 'differs', { kind: 'disputed' }],
  ] as const)('%s is alarmed each time and recorded once', async (_what, reason, verdict) => {
    const rig = new Rig();
    rig.instead.set('a', async () => Promise.resolve(verdict));
    await rig.job.run();
    await rig.job.run();
    expect(rig.errorOf('a')).toBe('disputed');
    expect(rig.facts).toMatchObject([
      { event: 'own-log-disputed', reason, origin: rig.own.origin, size: 5, witness: cosignerOf(0).key.name },
    ]);
    expect(rig.logger.named('witness.own-log-disputed')).toHaveLength(2);
    rig.instead.clear();
    await rig.job.run();
    expect(rig.errorOf('a')).toBeNull();
  });

  test('notices a database of ours that was restored', async () => {
    const rig = new Rig(9);
    await rig.job.run();
    const restored = new OwnLog(new ForeignLog({ size: 5 }), rig.clock);
    rig.logs = [restored];
    rig.restart();
    expect(await rig.job.run()).toBe('no-quorum');
    expect(rig.facts.map((fact) => [fact['reason'], fact['witnessSize']])).toEqual(
      Array(3).fill(['ahead', 9]),
    );
  });
});

describe('a quorum of two out of three', () => {
  test('is met without one of them and missed without two', async () => {
    const rig = new Rig();
    rig.fail('a');
    expect(await rig.job.run()).toBe('quorum');
    rig.fail('b');
    rig.own.log.grow(1);
    rig.clock.advance(60_000);
    expect(await rig.job.run()).toBe('no-quorum');
    expect(rig.job.state().quorum).toEqual({
      met: { size: 5, at: NOON },
      missingSince: NOON + 60_000,
      alarmed: false,
    });
  });

  test('is alarmed once for each loss, after more than an hour', async () => {
    const rig = new Rig();
    rig.fail('a');
    rig.fail('b');
    await rig.job.run();
    rig.clock.advance(HOUR);
    await rig.job.run();
    expect(rig.facts).toEqual([]);
    rig.clock.advance(1);
    await rig.job.run();
    await rig.job.run();
    expect(rig.facts).toEqual([
      {
        event: 'quorum-lost',
        origin: rig.own.origin,
        size: 5,
        metSize: 0,
        since: new Date(NOON).toISOString(),
      },
    ]);
    expect(rig.logger.named('witness.quorum-lost')).toEqual(rig.facts);
    rig.instead.clear();
    expect(await rig.job.run()).toBe('quorum');
    expect(rig.logger.named('witness.quorum-met')).toEqual([{ size: 5 }]);
    rig.fail('a');
    rig.fail('b');
    rig.own.log.grow(1);
    await rig.job.run();
    rig.clock.advance(HOUR + 1);
    await rig.job.run();
    expect(rig.facts.map(({ metSize }) => metSize)).toEqual([0, 5]);
  });

  test('is counted from the first checkpoint that lacks it, also over a restart', async () => {
    const rig = new Rig();
    await rig.job.run();
    rig.clock.advance(10 * HOUR);
    rig.fail('a');
    rig.fail('b');
    rig.own.log.grow(1);
    await rig.job.run();
    expect(rig.facts).toEqual([]);
    rig.clock.advance(HOUR + 1);
    rig.restart();
    await rig.job.run();
    expect(rig.facts).toMatchObject([{ event: 'quorum-lost', metSize: 5, size: 6 }]);
  });

  test('does not count a stored line that does not hold', async () => {
    const rig = new Rig();
    rig.fail('b');
    rig.fail('c');
    await rig.job.run();
    await rig.own.cosigned(5, cosignerOf(1).key.name, cosignerOf(1).cosign('another text\n', 1));
    expect(await rig.job.run()).toBe('no-quorum');
  });
});
