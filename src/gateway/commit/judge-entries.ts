import { asGatewayError, GatewayError, type QuotaFigures } from '../../shared/problem.ts';
import { type ZonedDay, zonedDay } from '../../shared/zoned-day.ts';
import { type QuotaScope } from '../quota/quota-scope.ts';
import { type Standing } from '../standing.ts';
import { quotaExceeded } from '../quota/quota-exceeded.ts';
import { quotaFigures } from '../quota/quota-figures.ts';
import { CounterTable } from './counter-table.ts';
import { type Disclosure, type Entry } from './entry.ts';
import { type EvidenceTransaction, type IdempotencyRecord } from './evidence-store.ts';

/** The last word on an entry, inside the transaction that records it. */
export type Verdict =
  | { readonly kind: 'as-drafted' }
  | { readonly kind: 'answer'; readonly repeats: boolean; readonly quota: QuotaFigures }
  | { readonly kind: 'refused'; readonly error: GatewayError };

/** What the transaction decides about a batch: a verdict for each entry, and what it moves and remembers. */
export interface Judgement {
  readonly verdicts: readonly Verdict[];
  readonly counters: CounterTable;
  readonly newRequests: readonly IdempotencyRecord[];
}

/** RFC draft Idempotency-Key leaves the time to the server; the contract says one day. */
const REMEMBERED_MILLISECONDS = 24 * 60 * 60 * 1000;

interface Case {
  readonly disclosure: Disclosure;
  readonly queryId: string;
  readonly scopes: readonly QuotaScope[];
  readonly day: ZonedDay;
}

/**
 * Decides every answer again on what is true now: standing, retries, counters. The quota day is that of the commit.
 * Entries are judged in order, so the outcome does not depend on timing within the batch.
 */
export async function judgeEntries(
  transaction: EvidenceTransaction,
  entries: readonly Entry[],
  standing: Standing,
  now: number,
): Promise<Judgement> {
  const cases = entries.map((entry) => caseOf(entry, standing, now));
  const open = cases.filter((one) => one !== undefined);
  const keys = open.flatMap(({ disclosure }) => disclosure.retryKey?.key ?? []);
  const requests =
    keys.length === 0 ? new Map<string, IdempotencyRecord>() : await transaction.idempotency(keys, now);
  const counterKeys = open.flatMap(({ scopes, day }) =>
    scopes.map(({ scope }) => ({ scope, day: day.date })),
  );
  const counters = await CounterTable.read(transaction, counterKeys);
  const newRequests: IdempotencyRecord[] = [];
  const verdicts = cases.map((one): Verdict => {
    if (one === undefined) return { kind: 'as-drafted' };
    try {
      return judge(one, { standing, now, requests, counters, newRequests });
    } catch (thrown) {
      return { kind: 'refused', error: asGatewayError(thrown) };
    }
  });
  return { verdicts, counters, newRequests };
}

function caseOf(entry: Entry, standing: Standing, now: number): Case | undefined {
  const { disclosure } = entry;
  if (disclosure === null) return undefined;
  const day = zonedDay(now, disclosure.timeZone);
  return { disclosure, queryId: entry.draft.queryId, scopes: disclosure.scopes(standing), day };
}

interface Bench {
  readonly standing: Standing;
  readonly now: number;
  readonly requests: Map<string, IdempotencyRecord>;
  readonly counters: CounterTable;
  readonly newRequests: IdempotencyRecord[];
}

function judge({ disclosure, queryId, scopes, day }: Case, bench: Bench): Verdict {
  disclosure.recheck(bench.standing, bench.now);
  const repeats = isRepeat(disclosure, bench.requests);
  if (!repeats && !bench.counters.take(scopes, day.date)) throw quotaExceeded(figures(scopes, day, bench));
  if (!repeats && disclosure.retryKey !== null) {
    const expiresAt = bench.now + REMEMBERED_MILLISECONDS;
    const record = { ...disclosure.retryKey, queryId, expiresAt };
    bench.requests.set(record.key, record);
    bench.newRequests.push(record);
  }
  return { kind: 'answer', repeats, quota: figures(scopes, day, bench) };
}

function figures(scopes: readonly QuotaScope[], day: ZonedDay, { counters, now }: Bench): QuotaFigures {
  return quotaFigures(scopes, day, now, (scope, date) => counters.used(scope, date));
}

function isRepeat({ retryKey }: Disclosure, requests: ReadonlyMap<string, IdempotencyRecord>): boolean {
  const known = retryKey === null ? undefined : requests.get(retryKey.key);
  if (known === undefined) return false;
  if (known.requestHash !== retryKey?.requestHash) throw new GatewayError('IDEMPOTENCY_CONFLICT');
  return true;
}
