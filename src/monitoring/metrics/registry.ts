import { collectDefaultMetrics, Registry } from 'prom-client';
import { type Metric, type OnUnread, register } from './metric.ts';

/** Figures in the text format of Prometheus. */
export interface MetricsText {
  readonly type: string;
  readonly text: string;
}

let ofProcess: Registry | undefined;

/** CPU, memory, event loop, garbage collection: a process has them once, however many gateways it holds. */
function processRegistry(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}

/** All figures of this process: ours, then those of Node. */
export function createRegistry(metrics: readonly Metric[], onUnread: OnUnread): () => Promise<MetricsText> {
  const own = new Registry();
  register(own, metrics, onUnread);
  const registry = Registry.merge([own, processRegistry()]);
  return async () => ({ type: registry.contentType, text: await registry.metrics() });
}
