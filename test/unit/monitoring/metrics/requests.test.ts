import { describe, expect, test } from '@jest/globals';
import { observedGateway } from '../../../../src/monitoring/metrics/observed-gateway.ts';
import { createRegistry } from '../../../../src/monitoring/metrics/registry.ts';
import { RequestFigures } from '../../../../src/monitoring/metrics/request-figures.ts';
import { type PartnerGateway } from '../../../../src/gateway/partner-gateway.ts';
import { GatewayError } from '../../../../src/shared/problem.ts';
import { aCaller, aRequest } from '../../../support/exchange-builder.ts';
import { FakePartnerGateway } from '../../../support/fake-partner-gateway.ts';
import { linesOf, valueOf } from '../../../support/metric-lines.ts';
import { refusalOf } from '../../../support/refusal.ts';

const CATALOGUE = {
  has: (agreement: string) => agreement === 'alpha-beta-2024',
  lists: (agreement: string, operation: string) =>
    agreement === 'alpha-beta-2024' && operation === 'permit-lookup',
};

class Observed {
  readonly inner = new FakePartnerGateway();
  readonly figures = new RequestFigures(CATALOGUE);
  readonly gateway: PartnerGateway;

  constructor(agencyOf: (fingerprint: string) => string | undefined = () => 'alpha') {
    this.gateway = observedGateway(this.inner, { figures: this.figures, agencyOf });
  }

  async text(): Promise<{ text: string }> {
    return createRegistry(this.figures.metrics(), (name) => {
      throw new Error(name);
    })();
  }
}

const ANSWERED =
  'gecit_requests_total{kind="query",agreement="alpha-beta-2024",operation="permit-lookup",code="OK"}';

describe('the figures of requests', () => {
  test('count an answer by its operation and time it, and hand it on as it is', async () => {
    const observed = new Observed();
    const request = aRequest();
    expect(await observed.gateway.answer(request)).toMatchObject({ queryId: request.queryId });
    const text = await observed.text();
    expect(valueOf(text, ANSWERED)).toBe(1);
    const times = linesOf(text, 'gecit_request_duration_seconds');
    expect(times.filter((line) => line.includes('_count{'))).toEqual([
      'gecit_request_duration_seconds_count{kind="query",agreement="alpha-beta-2024",operation="permit-lookup",outcome="answered"} 1',
    ]);
  });

  test('tell what was refused from what failed, with its code', async () => {
    const observed = new Observed();
    for (const code of ['QUOTA_EXCEEDED', 'SOURCE_UNAVAILABLE'] as const) {
      observed.inner.onAnswer = async () => Promise.reject(new GatewayError(code));
      expect(await refusalOf(async () => observed.gateway.answer(aRequest()))).toBe(code);
    }
    const text = await observed.text();
    expect(valueOf(text, ANSWERED.replace('OK', 'QUOTA_EXCEEDED'))).toBe(1);
    const outcomes = linesOf(text, 'gecit_request_duration_seconds')
      .filter((line) => line.includes('_count{'))
      .map((line) => /outcome="(\w+)"/.exec(line)?.[1]);
    expect(outcomes).toEqual(['refused', 'failed']);
  });

  test('count what nobody foresaw as INTERNAL_ERROR', async () => {
    const observed = new Observed();
    observed.inner.onAnswer = async () => Promise.reject(new TypeError('unforeseen'));
    await expect(observed.gateway.answer(aRequest())).rejects.toThrow(TypeError);
    expect(valueOf(await observed.text(), ANSWERED.replace('OK', 'INTERNAL_ERROR'))).toBe(1);
  });

  test('take no name that a caller made up for a label', async () => {
    const observed = new Observed();
    for (let made = 0; made < 50; made++) {
      const name = `made-up-${String(made)}`;
      await observed.gateway.answer(aRequest({ agreementId: name }));
      await observed.gateway.answer(aRequest({ operationId: name }));
    }
    const { text } = await observed.text();
    expect(text).not.toContain('made-up');
    expect(text).toContain(
      '\ngecit_requests_total{kind="query",agreement="alpha-beta-2024",operation="",code="OK"} 50\n',
    );
    expect(text).toContain('\ngecit_requests_total{kind="query",agreement="",operation="",code="OK"} 50\n');
  });

  test('count tokens, proofs, exchanges about logs and what no route takes by their kind', async () => {
    const { gateway, ...observed } = new Observed();
    await gateway.issueToken({ ...aCaller(), clientId: 'a', clientSecret: 'b' });
    await gateway.receipt({ ...aCaller(), answerId: 'c' });
    await gateway.attend(aCaller(), async () => Promise.resolve(1));
    await refusalOf(async () => gateway.refuse(aCaller(), 'ROUTE_NOT_FOUND'));
    const lines = linesOf(
      await createRegistry(observed.figures.metrics(), () => undefined)(),
      'gecit_requests_total',
    );
    expect(lines).toEqual(
      [
        ['token', 'OK'],
        ['receipt', 'OK'],
        ['evidence', 'OK'],
        ['unserved', 'ROUTE_NOT_FOUND'],
      ].map(
        ([kind = '', code = '']) =>
          `gecit_requests_total{kind="${kind}",agreement="",operation="",code="${code}"} 1`,
      ),
    );
  });

  test('count agencies by what they registered, strangers for none, and no more than 500 by name', async () => {
    const observed = new Observed((fingerprint) => (fingerprint === 'none' ? undefined : fingerprint));
    await observed.gateway.answer(aRequest({ certificateFingerprint: 'none' }));
    for (let agency = 0; agency < 600; agency++)
      await observed.gateway.answer(aRequest({ certificateFingerprint: `agency-${String(agency)}` }));
    await observed.gateway.answer(aRequest({ certificateFingerprint: 'agency-3' }));
    const lines = linesOf(await observed.text(), 'gecit_agency_requests_total');
    expect(lines).toHaveLength(501);
    expect(lines).toContain('gecit_agency_requests_total{agency="agency-3",code="OK"} 2');
    expect(lines).toContain('gecit_agency_requests_total{agency="others",code="OK"} 100');
  });
});
