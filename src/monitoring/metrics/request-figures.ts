import { PROBLEMS, type ProblemCode } from '../../shared/problem.ts';
import { type Catalogue, NOTHING, type Subject, subjectOf } from '../catalogue.ts';
import { Histogram, WAITING_SECONDS } from './histogram.ts';
import { type Metric } from './metric.ts';

/** What is asked: an operation, a token, a proof, something about logs, or something that no route takes. */
export type RequestKind = 'query' | 'token' | 'receipt' | 'evidence' | 'unserved';

/** A problem code, or `OK` for what was answered. */
export type EndCode = ProblemCode | 'OK';

type Outcome = 'answered' | 'refused' | 'failed';

/** The requests of one kind about one operation. */
export interface RequestSeries extends Subject {
  readonly kind: RequestKind;
  readonly codes: Map<EndCode, number>;
  readonly seconds: Readonly<Record<Outcome, Histogram>>;
}

/** Certificates of more agencies than this are counted together. */
const MOST_AGENCIES = 500;
const OTHERS = 'others';

/** Rate, errors by code and duration of all requests; by operation, and by agency. */
export class RequestFigures {
  readonly #catalogue: Catalogue;
  readonly #queries = new Map<string, Map<string, RequestSeries>>();
  readonly #kinds: Readonly<Record<RequestKind, RequestSeries>>;
  readonly #agencies = new Map<string, Map<EndCode, number>>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
    this.#kinds = {
      query: newSeries('query'),
      token: newSeries('token'),
      receipt: newSeries('receipt'),
      evidence: newSeries('evidence'),
      unserved: newSeries('unserved'),
    };
  }

  /** The series of a kind that names no operation. */
  series(kind: RequestKind): RequestSeries {
    return this.#kinds[kind];
  }

  /** The series of a query for what its caller names. */
  query(agreementId: string, operationId: string): RequestSeries {
    return this.#queries.get(agreementId)?.get(operationId) ?? this.#named(agreementId, operationId);
  }

  /** @param agency id of the agency that registered the certificate; undefined for a stranger */
  note(series: RequestSeries, code: EndCode, seconds: number, agency: string | undefined): void {
    add(series.codes, code);
    series.seconds[outcomeOf(code)].note(seconds);
    if (agency !== undefined) add(this.#codesOf(agency), code);
  }

  metrics(): Metric[] {
    return [
      {
        name: 'gecit_requests_total',
        help: 'Requests that ended, by what was asked and with which code; OK for an answer',
        type: 'counter',
        read: () => [...this.#all()].flatMap((series) => countsOf(labelsOf(series), series.codes)),
      },
      {
        name: 'gecit_request_duration_seconds',
        help: 'Time from a whole request to its answer, the durable record included',
        type: 'histogram',
        read: () => [...this.#all()].flatMap(durationsOf),
      },
      {
        name: 'gecit_agency_requests_total',
        help: 'Requests that ended, by agency and code',
        type: 'counter',
        read: () => [...this.#agencies].flatMap(([agency, codes]) => countsOf({ agency }, codes)),
      },
    ];
  }

  /** Only names of the catalogue get a series of their own, so that callers cannot make any. */
  #named(agreementId: string, operationId: string): RequestSeries {
    const { agreement, operation } = subjectOf(this.#catalogue, agreementId, operationId);
    if (agreement === '') return this.#kinds.query;
    const ofAgreement = this.#queries.get(agreement) ?? new Map<string, RequestSeries>();
    this.#queries.set(agreement, ofAgreement);
    const series = ofAgreement.get(operation) ?? newSeries('query', { agreement, operation });
    ofAgreement.set(operation, series);
    return series;
  }

  #codesOf(agency: string): Map<EndCode, number> {
    const known = this.#agencies.get(agency);
    if (known !== undefined) return known;
    if (this.#agencies.size > MOST_AGENCIES) return this.#codesOf(OTHERS);
    const codes = new Map<EndCode, number>();
    this.#agencies.set(this.#agencies.size === MOST_AGENCIES ? OTHERS : agency, codes);
    return codes;
  }

  *#all(): Iterable<RequestSeries> {
    for (const ofAgreement of this.#queries.values()) yield* ofAgreement.values();
    yield* Object.values(this.#kinds);
  }
}

function newSeries(kind: RequestKind, { agreement, operation }: Subject = NOTHING): RequestSeries {
  const histogram = (): Histogram => new Histogram(WAITING_SECONDS);
  const seconds = { answered: histogram(), refused: histogram(), failed: histogram() };
  return { kind, agreement, operation, codes: new Map(), seconds };
}

function outcomeOf(code: EndCode): Outcome {
  if (code === 'OK') return 'answered';
  return PROBLEMS[code].kind === 'fault' ? 'failed' : 'refused';
}

function add(codes: Map<EndCode, number>, code: EndCode): void {
  codes.set(code, (codes.get(code) ?? 0) + 1);
}

function labelsOf({ kind, agreement, operation }: RequestSeries): Record<string, string> {
  return { kind, agreement, operation };
}

function countsOf(
  labels: Record<string, string>,
  codes: ReadonlyMap<EndCode, number>,
): (readonly [Record<string, string>, number])[] {
  return [...codes].map(([code, count]) => [{ ...labels, code }, count] as const);
}

function durationsOf(series: RequestSeries): (readonly [Record<string, string>, Histogram])[] {
  return Object.entries(series.seconds)
    .filter(([, histogram]) => histogram.counts.some((count) => count > 0))
    .map(([outcome, histogram]) => [{ ...labelsOf(series), outcome }, histogram] as const);
}
