import { type Caller, type PartnerGateway } from '../../gateway/partner-gateway.ts';
import { asGatewayError } from '../../shared/problem.ts';
import { type EndCode, type RequestFigures, type RequestSeries } from './request-figures.ts';

/** What the requests to a gateway are counted by. */
export interface Observation {
  readonly figures: RequestFigures;
  /** Id of the agency that registered a certificate; undefined where none did. */
  readonly agencyOf: (certificateFingerprint: string) => string | undefined;
}

/** The same gateway, with every request counted and timed when it ends. */
export function observedGateway(gateway: PartnerGateway, observation: Observation): PartnerGateway {
  const { figures, agencyOf } = observation;
  const note = (series: RequestSeries, caller: Caller, code: EndCode, begun: number): void => {
    const seconds = (performance.now() - begun) / 1000;
    figures.note(series, code, seconds, agencyOf(caller.certificateFingerprint));
  };
  /** `work` has begun, and perhaps decided, before it is handed in: so has the time. */
  const observed = async <Result>(
    series: RequestSeries,
    caller: Caller,
    begun: number,
    work: Promise<Result>,
  ): Promise<Result> => {
    try {
      const result = await work;
      note(series, caller, 'OK', begun);
      return result;
    } catch (thrown) {
      note(series, caller, asGatewayError(thrown).code, begun);
      throw thrown;
    }
  };
  const now = (): number => performance.now();
  return {
    answer: async (request) => {
      const series = figures.query(request.agreementId, request.operationId);
      return observed(series, request, now(), gateway.answer(request));
    },
    issueToken: async (request) =>
      observed(figures.series('token'), request, now(), gateway.issueToken(request)),
    receipt: async (request) => observed(figures.series('receipt'), request, now(), gateway.receipt(request)),
    attend: async (caller, work) =>
      observed(figures.series('evidence'), caller, now(), gateway.attend(caller, work)),
    refuse: async (caller, code, retryAfterSeconds) =>
      observed(figures.series('unserved'), caller, now(), gateway.refuse(caller, code, retryAfterSeconds)),
  };
}
