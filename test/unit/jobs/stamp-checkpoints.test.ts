import { hash } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type LeafFacts, type LeafType } from '../../../src/audit/leaf.ts';
import { callsForStamp } from '../../../src/audit/time-stamp/calls-for-stamp.ts';
import { type SavedStamp } from '../../../src/audit/time-stamp/saved-stamp.ts';
import { StampJob } from '../../../src/jobs/stamp-checkpoints.ts';
import { type StampPorts } from '../../../src/jobs/stamp-ports.ts';
import { AuthorityError, type AuthorityFault } from '../../../src/notary/authority-error.ts';
import { type ReceivedStamp, type TimeStampAuthority } from '../../../src/notary/time-stamp-authority.ts';
import { NOON } from '../../support/people-builder.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { SetClock } from '../../support/set-clock.ts';
import '../../support/patient-with-openssl.ts';

const HOUR = 3_600_000;

class FakeAuthority implements TimeStampAuthority {
  readonly name = 'test-tsa';
  readonly notes: string[] = [];
  fault: AuthorityFault | Error | null = null;
  /** Set to keep answers back. */
  held: Promise<void> = Promise.resolve();

  async stamp(note: Buffer): Promise<ReceivedStamp> {
    this.notes.push(note.toString('utf8'));
    await this.held;
    if (this.fault instanceof Error) throw this.fault;
    if (this.fault !== null) throw new AuthorityError(this.fault);
    const stamp = {
      ok: true,
      genTime: NOON + 5,
      accuracyMilliseconds: 0,
      serial: '7',
      policy: '1.2.3',
      signer: 'CN=TSA',
    } as const;
    return {
      response: Buffer.from(`stamp ${String(this.notes.length)}`),
      stamp: { ...stamp, certificates: [] },
    };
  }
}

/** Log and store of one gateway: what a process leaves behind when it dies. */
class FakeLog {
  readonly leaves: { readonly id: string; readonly type: LeafType; readonly facts: LeafFacts | null }[] = [];
  readonly stamps: SavedStamp[] = [];
  firstFailedAt: number | null = null;
  /** Where the process dies, once: before or after the named step takes effect. */
  dies: { readonly step: 'save' | 'record'; readonly after: boolean } | null = null;

  /** A query that was answered. */
  query(type: LeafType = 'disclosure'): void {
    this.leaves.push({ id: `query-${String(this.leaves.length)}`, type, facts: null });
  }

  get stampLeaves(): LeafFacts[] {
    return this.leaves.map(({ facts }) => facts).filter((facts) => facts !== null);
  }

  ports(authority: TimeStampAuthority | null, clock: SetClock, logger: RecordingLogger): StampPorts {
    return {
      authority,
      clock,
      logger,
      staleMilliseconds: 4 * HOUR,
      publish: async () =>
        Promise.resolve({
          size: this.leaves.length,
          note: `log\n${String(this.leaves.length)}\nroot=\n\n— sig\n`,
        }),
      newest: () => this.stamps.at(-1) ?? null,
      save: async (stamp) => this.#step('save', () => this.stamps.push(stamp)),
      isRecorded: async (leafId) => Promise.resolve(this.leaves.some(({ id }) => id === leafId)),
      record: async (id, facts) =>
        this.#step('record', () => this.leaves.push({ id, type: 'time-stamp', facts })),
      unstamped: () => this.leaves.length - (this.stamps.at(-1)?.size ?? 0),
      grownSince: (size) => this.leaves.slice(size).some(({ type }) => callsForStamp(type)),
      failures: {
        load: () => this.firstFailedAt,
        save: (at) => {
          this.firstFailedAt = at;
        },
      },
    };
  }

  async #step(step: 'save' | 'record', effect: () => unknown): Promise<void> {
    const dies = this.dies?.step === step ? this.dies : null;
    if (dies !== null) this.dies = null;
    if (dies?.after !== false) effect();
    if (dies !== null) throw new Error(`died at ${step}`);
    return Promise.resolve();
  }
}

let authority: FakeAuthority;
let log: FakeLog;
let clock: SetClock;
let logger: RecordingLogger;

beforeEach(() => {
  authority = new FakeAuthority();
  log = new FakeLog();
  clock = new SetClock(NOON);
  logger = new RecordingLogger();
});

/** A process that has just started on what the last one left. */
function started(asks: TimeStampAuthority | null = authority): StampJob {
  return new StampJob(log.ports(asks, clock, logger));
}

describe('stamping checkpoints', () => {
  test('stamps the newest checkpoint, keeps it, and records what it is', async () => {
    log.query();
    const job = started();
    expect(await job.run()).toBe('stamped');
    expect(authority.notes).toEqual(['log\n1\nroot=\n\n— sig\n']);
    expect(log.stamps).toEqual([
      { size: 1, note: authority.notes[0], response: Buffer.from('stamp 1'), at: NOON, genTime: NOON + 5,
        authority: 'test-tsa', policy: '1.2.3', leafId: log.leaves[1]?.id },
    ]); // prettier-ignore
    expect(log.stampLeaves).toEqual([
      { size: 1, root: 'root=', stamp: `sha256:${hash('sha256', 'stamp 1')}`, genTime: new Date(NOON + 5).toISOString(),
        authority: 'test-tsa', policy: '1.2.3' },
    ]); // prettier-ignore
    expect(job.state()).toEqual({
      configured: true, stampedSize: 1, stampedAt: NOON + 5, unstamped: 1, firstFailedAt: null, lastError: null, stale: false,
    }); // prettier-ignore
  });

  test('asks for nothing while nothing is new: the leaf of a stamp calls for no other', async () => {
    const job = started();
    expect(await job.run()).toBe('nothing-new');
    log.query();
    expect(await job.run()).toBe('stamped');
    for (let round = 0; round < 3; round++) expect(await job.run()).toBe('nothing-new');
    expect(await started().run()).toBe('nothing-new');
    log.query();
    expect(await job.run()).toBe('stamped');
    expect(log.stamps.map(({ size }) => size)).toEqual([1, 3]);
    expect(authority.notes).toHaveLength(2);
  });

  test('does not answer what a witness did with another stamp; the next one covers it', async () => {
    const job = started();
    log.query();
    await job.run();
    log.query('witness');
    expect(await job.run()).toBe('nothing-new');
    log.query('act');
    expect(await job.run()).toBe('stamped');
    expect(log.stamps.at(-1)?.size).toBe(4);
  });

  test('is one attempt at a time, whoever asks', async () => {
    log.query();
    const job = started();
    expect(await Promise.all([job.run(), job.run(), job.run()])).toEqual(['stamped', 'stamped', 'stamped']);
    expect(log.stamps).toHaveLength(1);
  });

  test('does nothing and is never stale where no authority is configured', async () => {
    log.query();
    log.firstFailedAt = NOON - 100 * HOUR;
    const job = started(null);
    expect(await job.run()).toBe('not-configured');
    expect(job.state()).toMatchObject({ configured: false, stampedSize: 0, stampedAt: null, stale: false });
  });
});

describe('a process that dies while it stamps', () => {
  beforeEach(() => {
    log.query();
  });

  test('before the stamp is saved has lost it, and the next one asks again', async () => {
    log.dies = { step: 'save', after: false };
    expect(await started().run()).toBe('failed');
    expect([log.stamps.length, log.stampLeaves.length]).toEqual([0, 0]);
    expect(await started().run()).toBe('stamped');
    expect([log.stamps.length, log.stampLeaves.length]).toEqual([1, 1]);
  });

  test.each([
    ['after the stamp is saved', 'save', true],
    ['before the leaf is appended', 'record', false],
  ] as const)(
    '%s leaves a stamp whose leaf the next one appends, without asking again',
    async (_when, step, after) => {
      log.dies = { step, after };
      expect(await started().run()).toBe('failed');
      expect([log.stamps.length, log.stampLeaves.length]).toEqual([1, 0]);
      expect(await started().run()).toBe('nothing-new');
      expect(log.leaves.at(-1)?.id).toBe(log.stamps[0]?.leafId);
      expect([log.stampLeaves.length, authority.notes.length]).toEqual([1, 1]);
      expect(log.stampLeaves[0]).toMatchObject({ size: 1, stamp: `sha256:${hash('sha256', 'stamp 1')}` });
    },
  );

  test('after the leaf is appended has left everything, and nothing is appended twice', async () => {
    log.dies = { step: 'record', after: true };
    expect(await started().run()).toBe('failed');
    expect(await started().run()).toBe('nothing-new');
    expect([log.stamps.length, log.stampLeaves.length, authority.notes.length]).toEqual([1, 1, 1]);
    expect(started().state()).toMatchObject({ stampedSize: 1, firstFailedAt: null });
  });

  test('and whose log went on gets the missing leaf first and a stamp over it then', async () => {
    log.dies = { step: 'record', after: false };
    await started().run();
    log.query();
    expect(await started().run()).toBe('stamped');
    expect(log.stampLeaves.map((facts) => facts['size'])).toEqual([1, 3]);
  });
});

describe('an authority that fails', () => {
  beforeEach(() => {
    log.query();
    authority.fault = 'unreachable';
  });

  test('makes the evidence stale four hours after the first failure, also over a restart', async () => {
    expect(await started().run()).toBe('failed');
    clock.advance(3 * HOUR);
    const later = started();
    expect(await later.run()).toBe('failed');
    expect(later.state()).toMatchObject({ firstFailedAt: NOON, lastError: 'unreachable', stale: false });
    clock.set(NOON + 4 * HOUR);
    expect(later.stale()).toBe(false);
    clock.advance(1);
    expect(later.stale()).toBe(true);
    expect(started().stale()).toBe(true);
  });

  test('is forgotten with the first success', async () => {
    const job = started();
    await job.run();
    clock.advance(5 * HOUR);
    expect(job.stale()).toBe(true);
    authority.fault = null;
    expect(await job.run()).toBe('stamped');
    expect(job.state()).toMatchObject({ firstFailedAt: null, lastError: null, stale: false });
    expect(log.firstFailedAt).toBeNull();
  });

  test('is no reason to be stale while there is nothing to stamp', async () => {
    authority.fault = null;
    const job = started();
    await job.run();
    authority.fault = 'unreachable';
    clock.advance(100 * HOUR);
    expect(await job.run()).toBe('nothing-new');
    expect(job.stale()).toBe(false);
  });

  test('is told in the log by its code: a warning at first, an error once answers stop', async () => {
    const job = started();
    await job.run();
    expect(logger.named('stamp.failed')).toMatchObject([
      { authority: 'test-tsa', code: 'unreachable', firstFailedAt: NOON },
    ]);
    clock.advance(5 * HOUR);
    authority.fault = 'wrong-nonce';
    await job.run();
    expect(logger.named('stamp.stale')).toMatchObject([{ code: 'wrong-nonce', firstFailedAt: NOON }]);
    expect(job.state().lastError).toBe('wrong-nonce');
  });

  test('counts like a store or a log that fails', async () => {
    authority.fault = new Error('the disk is full');
    const job = started();
    expect(await job.run()).toBe('failed');
    expect(job.state()).toMatchObject({ firstFailedAt: NOON, lastError: 'internal' });
  });

  test('is not counted when it was the gateway that stopped', async () => {
    authority.fault = 'stopped';
    const job = started();
    expect(await job.run(AbortSignal.abort())).toBe('stopped');
    expect(job.state()).toMatchObject({ firstFailedAt: null, lastError: null });
  });

  test('still makes the evidence stale where the failure itself cannot be saved', async () => {
    const ports = log.ports(authority, clock, logger);
    const broken = { load: () => null, save: () => { throw new Error('read-only'); } }; // prettier-ignore
    const job = new StampJob({ ...ports, failures: broken });
    expect(await job.run()).toBe('failed');
    expect(logger.named('stamp.failure-not-saved')).toHaveLength(1);
    clock.advance(5 * HOUR);
    expect(job.stale()).toBe(true);
  });
});
