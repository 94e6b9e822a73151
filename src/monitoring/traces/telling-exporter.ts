import { type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import { type Logger } from '../../shared/logger.ts';

type Done = Parameters<SpanExporter['export']>[1];

/** Hands spans on and says once when they cannot be sent, and once when they can again. */
export class TellingExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #logger: Logger;
  #failing = false;

  constructor(exporter: SpanExporter, logger: Logger) {
    this.#exporter = exporter;
    this.#logger = logger;
  }

  export(spans: ReadableSpan[], done: Done): void {
    this.#exporter.export(spans, (result) => {
      this.#tell(result.error);
      done(result);
    });
  }

  async shutdown(): Promise<void> {
    await this.#exporter.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush?.();
  }

  /** @param cause undefined where the spans were sent */
  #tell(cause: Error | undefined): void {
    const failed = cause !== undefined;
    if (failed === this.#failing) return;
    this.#failing = failed;
    if (failed) this.#logger.warn('traces.not-sent: traces cannot be sent; they are lost', { cause });
    else this.#logger.info('traces.sent: traces can be sent again');
  }
}
