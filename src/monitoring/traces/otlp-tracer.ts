import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer as OtelTracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import { type Logger } from '../../shared/logger.ts';
import { TellingExporter } from './telling-exporter.ts';
import { type OpenSpan, type Tracer } from './tracer.ts';

/** Where spans go, which part of them, and who sends them. */
export interface OtlpOptions {
  /** http or https URL. */
  readonly endpoint: string;
  /** 0 to 1. */
  readonly sampleRatio: number;
  /** Name of this node. */
  readonly node: string;
  readonly version: string;
  readonly logger: Logger;
  /** A test's own, in place of the one that sends. */
  readonly exporter?: SpanExporter;
}

const SEND_MILLISECONDS = 5_000;
/** Spans that wait to be sent; what comes on top is lost. */
const QUEUE = 2_048;
const CLOSE_MILLISECONDS = 2_000;

/**
 * Sends spans by OTLP over HTTP. Loaded only where the settings ask for traces. A caller that wants no trace gets none; one
 * that wants one gets it as often as anybody else. Nothing of `tracestate` or `baggage` is read.
 */
export function openOtlpTracer(options: OtlpOptions): Tracer {
  const { endpoint, sampleRatio, node, version, logger } = options;
  const exporter =
    options.exporter ?? new OTLPTraceExporter({ url: endpoint, timeoutMillis: SEND_MILLISECONDS });
  const ratio = new TraceIdRatioBasedSampler(sampleRatio);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'gecit',
      'service.version': version,
      'service.instance.id': node,
    }),
    sampler: new ParentBasedSampler({
      root: ratio,
      remoteParentSampled: ratio,
      remoteParentNotSampled: new AlwaysOffSampler(),
    }),
    spanProcessors: [
      new BatchSpanProcessor(new TellingExporter(exporter, logger), {
        maxQueueSize: QUEUE,
        exportTimeoutMillis: SEND_MILLISECONDS,
      }),
    ],
  });
  const tracer = provider.getTracer('gecit');
  return {
    begin: (name, traceparent) => {
      const span = tracer.startSpan(name, { kind: SpanKind.SERVER }, parentOf(traceparent));
      return span.isRecording() ? openSpan(tracer, span) : undefined;
    },
    close: async () => {
      const late = new Promise<void>((resolve) => {
        setTimeout(resolve, CLOSE_MILLISECONDS).unref();
      });
      await Promise.race([provider.shutdown(), late]).catch(() => undefined);
    },
  };
}

function openSpan(tracer: OtelTracer, span: Span): OpenSpan {
  return {
    child: (name) => openSpan(tracer, tracer.startSpan(name, {}, trace.setSpan(ROOT_CONTEXT, span))),
    end: (attributes = {}, failed = false) => {
      span.setAttributes(attributes);
      if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}

/** `traceparent` was found to be valid: version, trace, span, flags (W3C Trace Context §3.2). */
function parentOf(traceparent: string | undefined): Context {
  if (traceparent === undefined) return ROOT_CONTEXT;
  const [, traceId = '', spanId = '', flags = ''] = traceparent.split('-');
  const caller: SpanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return trace.setSpanContext(ROOT_CONTEXT, caller);
}
