import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { StoreBusyError } from '../../src/gateway/commit/evidence-store.ts';
import { type RegisterChange } from '../../src/gateway/register-change.ts';
import { type Standing } from '../../src/gateway/standing.ts';
import { zonedDay } from '../../src/shared/zoned-day.ts';
import { anAgreement } from '../support/agreement-builder.ts';
import { aBody, aRequest } from '../support/exchange-builder.ts';
import { FakeDatabase, FakeEvidenceStore } from '../support/fake-evidence-store.ts';
import { GatewayRig } from '../support/gateway-rig.ts';
import { ALPHA_CERTIFICATE, anAuthority, anOfficial, NOON, TEST_HASHER } from '../support/people-builder.ts';
import { SetClock } from '../support/set-clock.ts';
import { standingRows } from '../support/standing-builder.ts';

const AGREEMENT = anAgreement({ quotas: { agreement: 7, agency: 6, official: 4 } });
const OFFICIALS = ['official-1', 'official-2'];
const AGREEMENT_SCOPE = 'agreement:alpha-beta-2024';
const AGENCY_SCOPE = 'agency:alpha-beta-2024/alpha';
const officialScope = (official: string): string => `official:alpha-beta-2024/${official}`;
const CEILINGS = new Map([
  [AGREEMENT_SCOPE, 7],
  [AGENCY_SCOPE, 6],
  [officialScope('official-1'), 4],
  [officialScope('official-2'), 3],
]);

/** What may happen. Queries of one step are under way together; only `settle` waits for all that is under way. */
type Happening =
  | { readonly kind: 'ask'; readonly process: number; readonly queries: readonly Query[] }
  | { readonly kind: 'lower'; readonly scope: string; readonly limit: number }
  | { readonly kind: 'end-authority'; readonly official: string }
  | { readonly kind: 'busy'; readonly process: number; readonly times: number }
  | { readonly kind: 'die'; readonly process: number; readonly moment: 'before-commit' | 'after-commit' }
  | { readonly kind: 'later'; readonly milliseconds: number }
  | { readonly kind: 'settle' };

interface Query {
  readonly official: string;
  readonly key: string | undefined;
  readonly caseReference: string;
}

const aProcess = fc.nat(1);
const aQuery: fc.Arbitrary<Query> = fc.record({
  official: fc.constantFrom(...OFFICIALS),
  key: fc.constantFrom(undefined, undefined, undefined, 'key-1', 'key-2'),
  caseReference: fc.constantFrom('1', '1', '1', '2', ''),
});
const anAsk = fc.record({
  kind: fc.constant('ask' as const),
  process: aProcess,
  queries: fc.array(aQuery, { minLength: 1, maxLength: 5 }),
});
const aHappening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: anAsk },
  fc.record({ kind: fc.constant('lower'), scope: fc.constantFrom(...CEILINGS.keys()), limit: fc.nat(9) }),
  fc.record({ kind: fc.constant('end-authority'), official: fc.constant('official-2') }),
  fc.record({ kind: fc.constant('busy'), process: aProcess, times: fc.nat(2) }),
  fc.record({
    kind: fc.constant('die'),
    process: aProcess,
    moment: fc.constantFrom('before-commit', 'after-commit'),
  }),
  fc.record({ kind: fc.constant('later'), milliseconds: fc.constantFrom(1, 3_600_000, 12 * 3_600_000) }),
  fc.record({ kind: fc.constant('settle') }),
);

/** Two processes on one database, with everything that was asked of them. */
class World {
  readonly clock = new SetClock(NOON);
  readonly database: FakeDatabase;
  readonly answered = new Set<string>();
  readonly refused: string[] = [];
  readonly officialOf = new Map<string, string>();
  readonly #administration: FakeEvidenceStore;
  readonly #processes: GatewayRig[];
  readonly #pauses: readonly number[];
  readonly #underWay: Promise<void>[] = [];
  #pausesTaken = 0;

  constructor(pauses: readonly number[]) {
    this.#pauses = pauses;
    const officials = OFFICIALS.map((id) => anOfficial({ id }));
    const far = NOON + 1e12;
    const authorities = [
      anAuthority({ until: far, trainingValidUntil: far }),
      anAuthority({ until: far, trainingValidUntil: far, officialId: 'official-2', dailyQuota: 3 }),
    ];
    const activations = standingRows().activations.map((row) => ({ ...row, hash: AGREEMENT.hash }));
    this.database = new FakeDatabase({ rows: standingRows({ officials, authorities, activations }) });
    this.database.onMove = (move, standing) => {
      expect(move.to).toBeGreaterThan(move.from);
      expect(move.to).toBeLessThanOrEqual(limitOf(move.scope, standing));
    };
    this.#administration = new FakeEvidenceStore(this.database);
    this.#processes = [this.#start(), this.#start()];
  }

  async run(happening: Happening): Promise<void> {
    switch (happening.kind) {
      case 'ask':
        for (const query of happening.queries)
          this.#underWay.push(this.#ask(this.#process(happening.process), query));
        return setImmediate();
      case 'lower':
        return this.#change({ kind: 'lower-limit', scope: happening.scope, limit: happening.limit });
      case 'end-authority': {
        const change = {
          kind: 'end-authority',
          officialId: happening.official,
          agreementId: AGREEMENT.id,
        } as const;
        return this.#change({ ...change, at: this.clock.now() }).catch(() => undefined);
      }
      case 'busy':
        this.#process(happening.process).store.busyTimes(happening.times);
        return;
      case 'die':
        this.#process(happening.process).store.dieAt(happening.moment);
        return;
      case 'later':
        this.clock.advance(happening.milliseconds);
        return;
      case 'settle':
        await this.settle();
    }
  }

  async settle(): Promise<void> {
    await Promise.all(this.#underWay.splice(0));
  }

  /** The process, started anew if it died. */
  #process(place: number): GatewayRig {
    const process = this.#processes[place];
    if (process !== undefined && !process.store.dead) return process;
    return (this.#processes[place] = this.#start());
  }

  #start(): GatewayRig {
    const rig = new GatewayRig({ database: this.database, agreements: [AGREEMENT], clock: this.clock });
    for (const officialId of OFFICIALS) {
      const tokenHash = TEST_HASHER.hash(`token of ${officialId}`);
      rig.tokens.saved.push({
        tokenHash,
        officialId,
        certificateFingerprint: ALPHA_CERTIFICATE,
        expiresAt: Infinity,
      });
    }
    rig.store.pause = async () => {
      const turns = this.#pauses[this.#pausesTaken++ % this.#pauses.length] ?? 0;
      for (let turn = 0; turn < turns; turn++) await setImmediate();
    };
    return rig;
  }

  async #ask(process: GatewayRig, { official, key, caseReference }: Query): Promise<void> {
    const request = aRequest({
      bearerToken: `token of ${official}`,
      idempotencyKey: key,
      body: { kind: 'json', value: aBody({ caseReference }) },
    });
    this.officialOf.set(request.queryId, official);
    const outcome = await process.outcomeOf(request);
    if (outcome === 'answered') this.answered.add(request.queryId);
    else if (outcome !== 'AUDIT_NOT_DURABLE') this.refused.push(request.queryId);
  }

  async #change(change: RegisterChange): Promise<void> {
    try {
      await this.#administration.transact(async (transaction) => transaction.applyChange(change));
    } catch (thrown) {
      if (!(thrown instanceof StoreBusyError)) throw thrown;
      await setImmediate();
      await this.#change(change);
    }
  }
}

function limitOf(scope: string, standing: Standing): number {
  return Math.min(CEILINGS.get(scope) ?? 0, standing.loweredLimit(scope) ?? Infinity);
}

/** Answers that were recorded as first answers, by scope and day, counted from the leaves alone. */
function countedFromLeaves({ database, officialOf }: World): Map<string, number> {
  const counts = new Map<string, number>();
  for (const leaf of database.leavesOf('disclosure')) {
    const { date } = zonedDay(Date.parse(leaf.time), AGREEMENT.timeZone);
    const own = officialScope(officialOf.get(leaf.queryId) ?? '');
    for (const scope of [AGREEMENT_SCOPE, AGENCY_SCOPE, own]) {
      counts.set(`${date} ${scope}`, (counts.get(`${date} ${scope}`) ?? 0) + 1);
    }
  }
  return counts;
}

async function lived(happenings: readonly Happening[], pauses: readonly number[]): Promise<World> {
  const world = new World(pauses);
  for (const happening of happenings) await world.run(happening);
  await world.settle();
  return world;
}

describe('the daily quota', () => {
  test('is never exceeded and equals the disclosures, whatever happens in whatever order [R002-031]', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aHappening, { minLength: 3, maxLength: 16 }),
        fc.array(fc.nat(2), { minLength: 1, maxLength: 12 }),
        async (happenings, pauses) => {
          const world = await lived(happenings, pauses);
          expect(new Map([...world.database.content.counters].sort())).toEqual(
            new Map([...countedFromLeaves(world)].sort()),
          );
          for (const [name, used] of world.database.content.counters) {
            expect(used).toBeLessThanOrEqual(CEILINGS.get(name.slice(11)) ?? 0);
          }
        },
      ),
      { numRuns: 120 },
    );
  }, 60_000);

  test('comes with a record for every answer that left and for every refusal [R002-081]', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aHappening, { maxLength: 12 }),
        fc.array(fc.nat(2), { minLength: 1 }),
        async (happenings, pauses) => {
          const { database, answered, refused } = await lived(happenings, pauses);
          const answers = new Set(
            [...database.leavesOf('disclosure'), ...database.leavesOf('repeat')].map((leaf) => leaf.queryId),
          );
          for (const queryId of answered) expect(answers.has(queryId)).toBe(true);
          const refusals = new Set(database.leavesOf('refusal').map((leaf) => leaf.queryId));
          for (const queryId of refused) expect(refusals.has(queryId)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  test('holds from the commit after it was lowered, on every process [R002-032]', async () => {
    const query = { official: 'official-1', key: undefined, caseReference: '1' };
    const ask = (process: number): Happening => ({ kind: 'ask', process, queries: [query] });
    const happenings: Happening[] = [
      ask(0),
      { kind: 'settle' },
      { kind: 'lower', scope: AGENCY_SCOPE, limit: 2 },
      ask(0),
      ask(1),
      ask(1),
    ];
    const { answered, refused } = await lived(happenings, [1, 0, 2]);
    expect([answered.size, refused.length]).toEqual([2, 2]);
  });
});
