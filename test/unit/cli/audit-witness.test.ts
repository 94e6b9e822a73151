import { describe, expect, test } from '@jest/globals';
import { type RecordFinding } from '../../../src/audit/witness/witness-state.ts';
import { type PushReport, type WitnessDesk, type WitnessReport } from '../../../src/cli/witness-desk.ts';
import { CommandLine } from '../../support/command-line.ts';
import { NOON } from '../../support/people-builder.ts';

const ORIGIN = 'gecit.partner/node-1/2026';
const ROOT = Buffer.alloc(32, 7);
const COSIGNED = { origin: ORIGIN, size: 12, root: ROOT, note: 'note', at: NOON };

const EMPTY: WitnessReport = {
  vkey: 'gecit.test/node-1/witness+01020304+BA==',
  witnessed: [],
  origin: 'gecit.test/node-1/2026',
  logKey: 'gecit.test/node-1/2026+01020304+AQ==',
  newest: null,
  witnesses: [],
  quorumRequired: false,
  quorum: null,
  stamps: {
    configured: false,
    stampedSize: 0,
    stampedAt: null,
    unstamped: 0,
    firstFailedAt: null,
    lastError: null,
    stale: false,
  },
};
const FULL: WitnessReport = {
  ...EMPTY,
  witnessed: [
    { origin: ORIGIN, fault: null, record: COSIGNED },
    { origin: 'b.log', fault: null, record: undefined },
  ],
  newest: { size: 40, at: NOON },
  witnesses: [
    { name: 'cgm', url: 'https://cgm.test/witness/v1', newest: { size: 40, at: NOON }, lastError: null },
    { name: 'other', url: null, newest: null, lastError: null },
  ],
  quorumRequired: true,
  quorum: { size: 40, at: NOON },
  stamps: {
    configured: true,
    stampedSize: 30,
    stampedAt: NOON,
    unstamped: 10,
    firstFailedAt: null,
    lastError: null,
    stale: false,
  },
};

/** A desk whose answers a test sets, and which remembers what it was asked to do. */
class FakeDesk implements WitnessDesk {
  told: WitnessReport = FULL;
  finding: RecordFinding = { fault: 'WITNESS_RECORD_LOST', record: COSIGNED };
  pushed: PushReport = { outcome: 'quorum', witnesses: FULL.witnesses, noticed: [] };
  readonly done: string[] = [];

  report = async (): Promise<WitnessReport> => Promise.resolve(this.told);
  examine = async (): Promise<RecordFinding> => Promise.resolve(this.finding);
  accept = async (origin: string): Promise<undefined> => {
    this.done.push(`accept ${origin}`);
    return Promise.resolve(undefined);
  };
  push = async (): Promise<PushReport> => {
    this.done.push('push');
    return Promise.resolve(this.pushed);
  };
  close = async (): Promise<void> => {
    this.done.push('close');
    return Promise.resolve();
  };
}

function commandLine(change: Partial<FakeDesk> = {}): { cli: CommandLine; desk: FakeDesk } & Disposable {
  const cli = new CommandLine();
  const desk = Object.assign(new FakeDesk(), change);
  cli.openWitnessDesk = async () => Promise.resolve(desk);
  return {
    cli,
    desk,
    [Symbol.dispose]: () => {
      cli[Symbol.dispose]();
    },
  };
}

describe('gecit audit witness', () => {
  test('shows both sides: our key, whose logs we cosign, who cosigned ours, the quorum, the stamps', async () => {
    using place = commandLine();
    const said = await place.cli.say('audit', 'witness');
    expect([said.code, said.err]).toEqual([0, '']);
    for (const part of [
      FULL.vkey ?? '',
      /gecit\.partner\/node-1\/2026 +12 {2}2026-/,
      /b\.log +none yet/,
      /gecit\.test\/node-1\/2026 {2}40 {2}2026-/,
      /cgm +40 {2}2026-\S+ \S+ +https:\/\/cgm\.test/,
      /other +none yet +-/,
      /Quorum: 40 /,
      /Time stamps\n {2}30 .*\n {2}records without a stamp: 10\n?$/,
    ])
      expect(said.out).toMatch(part instanceof RegExp ? part : part.replaceAll('+', '+'));
    expect(place.desk.done).toEqual(['close']);
    expect(place.cli.database.leaves).toEqual([]);
  });

  test('says how to set it up where there is nothing', async () => {
    using place = commandLine({ told: { ...EMPTY, vkey: null } });
    const said = await place.cli.say('audit', 'witness');
    expect(said.code).toBe(0);
    expect(said.out).toContain('the next "gecit serve" makes it');
    expect(said.out).toContain('name it with the setting witness.logs');
    expect(said.out).toContain('name it with the setting witness.policy');
    expect(said.out).toContain('Time stamps\n  no authority is configured');
    expect(said.out).not.toContain('Quorum');
  });

  test('says since when no stamp is received, and when queries are refused for it', async () => {
    const stamps = { ...FULL.stamps, firstFailedAt: NOON, lastError: null };
    using failing = commandLine({ told: { ...FULL, stamps } });
    expect((await failing.cli.say('audit', 'witness')).out).toMatch(
      /no stamp received since 2026-\S+ \S+\n?$/,
    );
    using stale = commandLine({ told: { ...FULL, stamps: { ...stamps, stale: true } } });
    expect((await stale.cli.say('audit', 'witness')).out).toContain(
      'New queries are refused with EVIDENCE_STALE.',
    );
  });

  test('says that the newest checkpoint has no quorum, and which one has', async () => {
    using place = commandLine({ told: { ...FULL, quorum: { size: 30, at: NOON } } });
    expect((await place.cli.say('audit', 'witness')).out).toMatch(/has no quorum; the last that has: 30 /);
  });

  test('says what is uncertain and what to do, and exits with 3', async () => {
    using place = commandLine({
      told: { ...FULL, witnessed: [{ origin: ORIGIN, fault: 'WITNESS_RECORD_LOST', record: COSIGNED }] },
    });
    const said = await place.cli.say('audit', 'witness');
    expect(said.code).toBe(3);
    expect(said.out).toContain('WITNESS_RECORD_LOST');
    expect(said.out).toContain('gecit audit witness --accept');
  });

  test('gives machines numbers and base64', async () => {
    using place = commandLine();
    const told = JSON.parse((await place.cli.say('audit', 'witness', '--json')).out) as Record<
      string,
      unknown
    >;
    expect(told).toEqual({
      ...FULL,
      witnessed: [
        { origin: ORIGIN, fault: null, cosigned: { size: 12, root: ROOT.toString('base64'), at: NOON } },
        { origin: 'b.log', fault: null, cosigned: null },
      ],
    });
  });

  test('speaks Turkish where the person does', async () => {
    using place = commandLine();
    place.cli.language = 'tr';
    expect((await place.cli.say('audit', 'witness')).out).toContain('Tanıklık ettiğimiz günlükler');
  });

  test('asks for a log first', async () => {
    using place = commandLine();
    place.cli.initialised = false;
    expect((await place.cli.say('audit', 'witness')).code).toBe(2);
    expect(place.desk.done).toEqual([]);
  });
});

describe('gecit audit witness --accept', () => {
  test('is recorded with the size from which it goes on, and then done', async () => {
    using place = commandLine();
    const leavesAtAccept: number[] = [];
    place.desk.accept = async () => {
      leavesAtAccept.push(place.cli.database.leaves.length);
      return Promise.resolve(undefined);
    };
    const said = await place.cli.say('audit', 'witness', '--accept', ORIGIN);
    expect([said.code, said.out]).toEqual([0, expect.stringContaining('from size 12 on')]);
    expect(leavesAtAccept).toEqual([1]);
    expect(place.cli.database.leaves).toMatchObject([
      {
        type: 'act',
        action: 'witness.accept',
        proof: 'operator-key',
        facts: { origin: ORIGIN, size: 12, root: ROOT.toString('base64') },
      },
    ]);
  });

  test.each([
    ['is sound', { fault: null, record: COSIGNED }, 'nothing to accept'],
    ['does not exist', { fault: null, record: undefined }, 'nothing to accept'],
    [
      'is damaged in both places',
      { fault: 'WITNESS_RECORD_DAMAGED', record: undefined },
      'Neither the file nor the row',
    ],
  ] as const)('is refused where the record %s', async (_what, finding, sentence) => {
    using place = commandLine({ finding });
    const said = await place.cli.say('audit', 'witness', '--accept', ORIGIN);
    expect([said.code, said.err]).toEqual([1, expect.stringContaining(sentence)]);
    expect(place.desk.done).toEqual(['close']);
    expect(place.cli.database.leaves).toEqual([]);
  });

  test('is refused to whoever is no operator, and nothing is done', async () => {
    using place = commandLine();
    place.cli.database.change({ kind: 'end-operator', operatorId: 'operator-1', at: NOON });
    expect((await place.cli.say('audit', 'witness', '--accept', ORIGIN)).code).toBe(1);
    expect(place.desk.done).toEqual(['close']);
  });
});

describe('gecit audit witness --push', () => {
  test('is recorded, and says what each witness gave', async () => {
    using place = commandLine();
    const said = await place.cli.say('audit', 'witness', '--push');
    expect(said.code).toBe(0);
    expect(said.out).toMatch(/A quorum of witnesses has cosigned the newest checkpoint\.\n.*\n {2}cgm +40 /);
    expect(place.desk.done).toEqual(['push', 'close']);
    expect(place.cli.database.leaves).toMatchObject([{ type: 'act', action: 'witness.push' }]);
  });

  test.each(['no-quorum', 'not-configured', 'nothing-yet', 'failed'] as const)(
    'exits with 1 when it ends in %s',
    async (outcome) => {
      using place = commandLine({ pushed: { outcome, witnesses: [], noticed: [] } });
      expect((await place.cli.say('audit', 'witness', '--push')).code).toBe(1);
    },
  );

  test('tells of a witness that knows another history', async () => {
    const noticed = [{ event: 'own-log-disputed', witness: 'cgm/witness' }];
    using place = commandLine({ pushed: { outcome: 'no-quorum', witnesses: FULL.witnesses, noticed } });
    const said = await place.cli.say('audit', 'witness', '--push');
    expect(said.out).toMatch(/another history of our log.*: cgm\/witness/);
  });

  test('is not given together with --accept', async () => {
    using place = commandLine();
    expect((await place.cli.say('audit', 'witness', '--push', '--accept', ORIGIN)).code).toBe(2);
    expect(place.desk.done).toEqual([]);
  });
});
