import { type Gauge, type Registry } from 'prom-client';
import { type HistogramFigures } from './histogram.ts';

/** Values of labels come from catalogues and registers of agencies: a bounded set, and nothing of a person. */
export type Labels = Readonly<Record<string, string>>;

/** Values with their labels. */
export type Samples<Value = number> = Iterable<readonly [Labels, Value]>;

interface Described {
  readonly name: string;
  readonly help: string;
}

interface PlainMetric extends Described {
  readonly type: 'counter' | 'gauge';
  readonly read: () => Samples | Promise<Samples>;
}

interface HistogramMetric extends Described {
  readonly type: 'histogram';
  readonly read: () => Samples<HistogramFigures>;
}

/** A figure that is read when it is asked for: nothing is done for it until then. */
export type Metric = PlainMetric | HistogramMetric;

interface Value {
  readonly value: number;
  readonly labels: Labels;
  readonly metricName?: string;
}

/** Told when a figure cannot be read: it has no values then, and the others have theirs. */
export type OnUnread = (name: string, cause: unknown) => void;

/** Adds figures to a registry of prom-client, which writes them out beside its own. */
export function register(registry: Registry, metrics: readonly Metric[], onUnread: OnUnread): void {
  for (const metric of metrics) registry.registerMetric(readWhenAsked(metric, onUnread) as unknown as Gauge);
}

/** The part of prom-client's own metrics that its registry uses. */
function readWhenAsked(metric: Metric, onUnread: OnUnread): object {
  const { name, help, type } = metric;
  const get = async (): Promise<object> => {
    try {
      return { name, help, type, values: await valuesOf(metric) };
    } catch (cause) {
      onUnread(name, cause);
      return { name, help, type, values: [] };
    }
  };
  return { name, help, type, get };
}

async function valuesOf(metric: Metric): Promise<Value[]> {
  if (metric.type === 'histogram')
    return [...metric.read()].flatMap(([labels, histogram]) => bucketsOf(metric.name, labels, histogram));
  return [...(await metric.read())].map(([labels, value]) => ({ labels, value }));
}

/** Buckets are cumulative (Prometheus exposition format). */
function bucketsOf(name: string, labels: Labels, { bounds, counts, sum }: HistogramFigures): Value[] {
  let total = 0;
  const buckets = [...counts].map((count, place): Value => {
    total += count;
    const le = place < bounds.length ? String(bounds[place]) : '+Inf';
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: total };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: total },
  ];
}

/** A value without labels. */
export function single(value: number): Samples {
  return [[{}, value]];
}

/** A figure that goes up and down. */
export function gauge(name: string, help: string, read: PlainMetric['read']): Metric {
  return { name, help, type: 'gauge', read };
}

/** A figure without labels that only grows while the process lives. */
export function counter(name: string, help: string, read: () => number): Metric {
  return { name, help, type: 'counter', read: () => single(read()) };
}
