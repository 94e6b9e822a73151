import { type Caller, type PartnerGateway } from '../../gateway/partner-gateway.ts';
import { type AnyStep } from '../../gateway/step.ts';
import { asGatewayError, PROBLEMS } from '../../shared/problem.ts';
import { type Catalogue, NOTHING, type Subject, subjectOf } from '../catalogue.ts';
import { type RequestKind } from '../metrics/request-figures.ts';
import { type OpenSpan, type Tracer } from './tracer.ts';

/** Steps that wait for something outside of this process, and the name of their span. */
const WAITING_STEPS: ReadonlyMap<string, string> = new Map([
  ['fetch-answer', 'fetch'],
  ['record-answer', 'commit'],
]);

/** What tracing rests on. */
export interface TraceParts {
  readonly tracer: Tracer;
  readonly catalogue: Catalogue;
  readonly agencyOf: (certificateFingerprint: string) => string | undefined;
}

/**
 * A span for every request that is traced, with a child for the fetch from the source and for the commit of its record. Spans say
 * agreement, operation, agency and code, and nothing that a caller chose.
 */
export class RequestTraces {
  readonly #parts: TraceParts;
  readonly #open = new WeakMap<Caller, OpenSpan>();

  constructor(parts: TraceParts) {
    this.#parts = parts;
  }

  /** The same gateway, with every request traced. */
  around(gateway: PartnerGateway): PartnerGateway {
    const { catalogue } = this.#parts;
    return {
      answer: async (request) => {
        const subject = subjectOf(catalogue, request.agreementId, request.operationId);
        return this.#traced('query', request, async () => gateway.answer(request), subject);
      },
      issueToken: async (request) => this.#traced('token', request, async () => gateway.issueToken(request)),
      receipt: async (request) => this.#traced('receipt', request, async () => gateway.receipt(request)),
      attend: async (caller, work) =>
        this.#traced('evidence', caller, async () => gateway.attend(caller, work)),
      refuse: async (caller, code, retryAfterSeconds) =>
        this.#traced('unserved', caller, async () => gateway.refuse(caller, code, retryAfterSeconds)),
    };
  }

  /** The frame (`gateway/step.ts`) that makes the children. */
  readonly frame = (step: AnyStep): AnyStep['run'] => {
    const name = WAITING_STEPS.get(step.name);
    if (name === undefined) return step.run;
    return async (state) => {
      const span = this.#open.get((state as { readonly caller: Caller }).caller)?.child(name);
      try {
        return await step.run(state);
      } finally {
        span?.end();
      }
    };
  };

  async #traced<Result>(
    kind: RequestKind,
    caller: Caller,
    work: () => Promise<Result>,
    subject: Subject = NOTHING,
  ): Promise<Result> {
    const span = this.#parts.tracer.begin(`gecit ${kind}`, caller.traceparent);
    if (span === undefined) return work();
    this.#open.set(caller, span);
    try {
      const result = await work();
      span.end(this.#attributes(subject, caller, 'OK'));
      return result;
    } catch (thrown) {
      const { code } = asGatewayError(thrown);
      span.end(this.#attributes(subject, caller, code), PROBLEMS[code].kind === 'fault');
      throw thrown;
    }
  }

  #attributes({ agreement, operation }: Subject, caller: Caller, code: string): Record<string, string> {
    const agency = this.#parts.agencyOf(caller.certificateFingerprint) ?? '';
    const all = { agreement, operation, agency, code };
    const known = Object.entries(all).filter(([, value]) => value !== '');
    return Object.fromEntries(known.map(([name, value]) => [`gecit.${name}`, value]));
  }
}
