import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { describe, expect, test } from '@jest/globals';
import { openOtlpTracer, type OtlpOptions } from '../../../src/monitoring/traces/otlp-tracer.ts';
import { type Tracer } from '../../../src/monitoring/traces/tracer.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';

const TRACE = 'ab'.repeat(16);
const SPAN = 'cd'.repeat(8);
const traceparent = (flags: string): string => `00-${TRACE}-${SPAN}-${flags}`;

function tracer(change: Partial<OtlpOptions> = {}): Tracer {
  return openOtlpTracer({
    endpoint: 'http://127.0.0.1:9/v1/traces',
    sampleRatio: 1,
    node: 'node-1',
    version: '1.2.3',
    logger: new RecordingLogger(),
    ...change,
  });
}

/** Keeps what it is given beyond its end, unlike the one it is made of. */
class Kept extends InMemorySpanExporter {
  readonly spans: ReadableSpan[] = [];

  override export(...[spans, done]: Parameters<InMemorySpanExporter['export']>): void {
    this.spans.push(...spans);
    super.export(spans, done);
  }
}

/** How an export ended, in the codes of OpenTelemetry: 0 where it succeeded, 1 where it failed. */
function outcome(error: Error | undefined): ExportResult {
  return (error === undefined ? { code: 0 } : { code: 1, error }) as ExportResult;
}

type ExportResult = Parameters<Parameters<InMemorySpanExporter['export']>[1]>[0];

/** A collector that remembers the bodies it got. */
class Collector implements AsyncDisposable {
  readonly bodies: string[] = [];
  readonly #server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      this.bodies.push(`${request.url ?? ''} ${body}`);
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    });
  });

  async url(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/v1/traces`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe('a span', () => {
  test('joins the trace of its caller, and its children join it', async () => {
    const exporter = new Kept();
    const traces = tracer({ exporter });
    const span = traces.begin('gecit query', traceparent('01'));
    span?.child('fetch').end();
    span?.end({ 'gecit.code': 'OK' });
    await traces.close();
    const [child, parent] = exporter.spans;
    if (child === undefined || parent === undefined) throw new Error('two spans end');
    expect(parent.spanContext().traceId).toBe(TRACE);
    expect(parent.parentSpanContext).toMatchObject({ spanId: SPAN });
    expect(parent.attributes).toEqual({ 'gecit.code': 'OK' });
    expect(child.parentSpanContext).toMatchObject({ spanId: parent.spanContext().spanId });
    expect(parent.resource.attributes).toEqual({
      'service.name': 'gecit',
      'service.version': '1.2.3',
      'service.instance.id': 'node-1',
    });
  });

  test('says that it failed where it did', async () => {
    const exporter = new Kept();
    const traces = tracer({ exporter });
    traces.begin('a', undefined)?.end({}, true);
    traces.begin('b', undefined)?.end({}, false);
    await traces.close();
    expect(exporter.spans.map(({ status }) => status.code)).toEqual([2, 0]);
  });

  test.each([
    ['of a caller who wants no trace', 1, '00', false],
    ['of a caller who wants one', 1, '01', true],
    ['of a caller who wants one, where none is sampled', 0, '01', false],
  ])('%s is made or not', (_name, sampleRatio, flags, made) => {
    expect(tracer({ sampleRatio }).begin('a', traceparent(flags)) !== undefined).toBe(made);
  });

  test('without a caller’s trace begins one as often as the settings say', () => {
    const traces = tracer({ sampleRatio: 0.25 });
    const begun = Array.from({ length: 2_000 }, () => traces.begin('a', undefined));
    const share = begun.filter((span) => span !== undefined).length / begun.length;
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.35);
  });
});

describe('spans', () => {
  test('are sent to the collector that is named, at the latest when the tracer ends', async () => {
    await using collector = new Collector();
    const traces = tracer({ endpoint: await collector.url() });
    traces.begin('gecit query', undefined)?.end({ 'gecit.agreement': 'tr-iskur-cgm-2024' });
    await traces.close();
    expect(collector.bodies).toHaveLength(1);
    expect(collector.bodies[0]).toContain('/v1/traces ');
    expect(collector.bodies[0]).toContain('tr-iskur-cgm-2024');
  });

  test('to a collector that is away are lost; that is said once, and so is its return', async () => {
    const logger = new RecordingLogger();
    const failing = new Kept();
    let away = true;
    failing.export = (_spans, done) => {
      done(outcome(away ? new Error('away') : undefined));
    };
    const traces = tracer({ exporter: failing, logger });
    // A batch is sent at once when 512 spans are together.
    const send = async (): Promise<void> => {
      for (let span = 0; span < 512; span++) traces.begin('a', undefined)?.end();
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await send();
    await send();
    expect(logger.named('traces.not-sent')).toHaveLength(1);
    away = false;
    await send();
    await traces.close();
    expect(logger.named('traces.sent')).toHaveLength(1);
    expect(logger.named('traces.not-sent')).toHaveLength(1);
  });

  test('do not hold up the end of a gateway whose collector hangs', async () => {
    const hanging = new Kept();
    hanging.export = () => undefined;
    const traces = tracer({ exporter: hanging });
    traces.begin('a', undefined)?.end();
    const begun = performance.now();
    await traces.close();
    expect(performance.now() - begun).toBeLessThan(30_000);
  });
});
