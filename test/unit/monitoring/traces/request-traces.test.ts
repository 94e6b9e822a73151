import { describe, expect, test } from '@jest/globals';
import { RequestTraces } from '../../../../src/monitoring/traces/request-traces.ts';
import { type OpenSpan, type Tracer } from '../../../../src/monitoring/traces/tracer.ts';
import { aBody, aCaller, aRequest } from '../../../support/exchange-builder.ts';
import { GatewayRig } from '../../../support/gateway-rig.ts';
import { refusalOf } from '../../../support/refusal.ts';

interface Span {
  readonly name: string;
  readonly traceparent?: string | undefined;
  readonly children: Span[];
  attributes?: Readonly<Record<string, string>>;
  failed?: boolean;
}

/** Keeps spans as they end. */
class FakeTracer implements Tracer {
  readonly spans: Span[] = [];
  sampled = true;

  begin(name: string, traceparent: string | undefined): OpenSpan | undefined {
    if (!this.sampled) return undefined;
    const span: Span = { name, traceparent, children: [] };
    this.spans.push(span);
    return open(span);
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }
}

function open(span: Span): OpenSpan {
  return {
    child: (name) => {
      const child: Span = { name, children: [] };
      span.children.push(child);
      return open(child);
    },
    end: (attributes = {}, failed = false) => {
      if (span.attributes !== undefined) throw new Error('a span ends once');
      Object.assign(span, { attributes, failed });
    },
  };
}

const CATALOGUE = {
  has: (agreement: string) => agreement === 'alpha-beta-2024',
  lists: (_agreement: string, operation: string) => operation === 'permit-lookup',
};
const TRACEPARENT = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;

function traced(): { tracer: FakeTracer; rig: GatewayRig; gateway: GatewayRig['gateway'] } {
  const tracer = new FakeTracer();
  const traces = new RequestTraces({ tracer, catalogue: CATALOGUE, agencyOf: () => 'alpha' });
  const rig = new GatewayRig({ parts: { frame: traces.frame } });
  return { tracer, rig, gateway: traces.around(rig.gateway) };
}

describe('the trace of a request', () => {
  test('joins that of its caller, with a child for the fetch and one for the commit', async () => {
    const { tracer, gateway } = traced();
    await gateway.answer(aRequest({ traceparent: TRACEPARENT }));
    expect(tracer.spans).toEqual([
      {
        name: 'gecit query',
        traceparent: TRACEPARENT,
        children: [
          { name: 'fetch', children: [], attributes: {}, failed: false },
          { name: 'commit', children: [], attributes: {}, failed: false },
        ],
        attributes: {
          'gecit.agreement': 'alpha-beta-2024',
          'gecit.operation': 'permit-lookup',
          'gecit.agency': 'alpha',
          'gecit.code': 'OK',
        },
        failed: false,
      },
    ]);
  });

  test('tells a fault from a refusal, and ends with what began in it', async () => {
    const { tracer, rig, gateway } = traced();
    rig.source.failWith();
    expect(await refusalOf(async () => gateway.answer(aRequest()))).toBe('SOURCE_UNAVAILABLE');
    const body = { kind: 'json', value: aBody({ purpose: 'marketing' }) } as const;
    expect(await refusalOf(async () => gateway.answer(aRequest({ body })))).toBe('PURPOSE_NOT_AGREED');
    expect(tracer.spans.map(({ attributes, failed }) => [attributes?.['gecit.code'], failed])).toEqual([
      ['SOURCE_UNAVAILABLE', true],
      ['PURPOSE_NOT_AGREED', false],
    ]);
    expect(tracer.spans[0]?.children.map(({ name, failed }) => [name, failed])).toEqual([['fetch', false]]);
  });

  test('holds nothing that a caller made up', async () => {
    const { tracer, gateway } = traced();
    await refusalOf(async () => gateway.answer(aRequest({ agreementId: 'made-up', operationId: 'made-up' })));
    await refusalOf(async () => gateway.answer(aRequest({ operationId: 'made-up' })));
    expect(JSON.stringify(tracer.spans)).not.toContain('made-up');
  });

  test('is that of its kind for tokens, proofs, logs and what no route takes', async () => {
    const { tracer, gateway } = traced();
    await refusalOf(async () => gateway.issueToken({ ...aCaller(), clientId: 'a', clientSecret: 'b' }));
    await refusalOf(async () => gateway.receipt({ ...aCaller(), answerId: 'c' }));
    await gateway.attend(aCaller(), async () => Promise.resolve(1));
    await refusalOf(async () => gateway.refuse(aCaller(), 'ROUTE_NOT_FOUND'));
    expect(tracer.spans.map(({ name }) => name)).toEqual([
      'gecit token',
      'gecit receipt',
      'gecit evidence',
      'gecit unserved',
    ]);
  });

  test('is not made for a request that is not sampled, which is answered all the same', async () => {
    const { tracer, gateway } = traced();
    tracer.sampled = false;
    expect(await gateway.answer(aRequest())).toMatchObject({ outcome: 'found' });
    expect(tracer.spans).toEqual([]);
  });
});
