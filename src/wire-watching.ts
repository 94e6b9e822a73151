import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AssembledGateway, type GatewayParts } from './gateway/assemble-gateway.ts';
import { type PartnerGateway } from './gateway/partner-gateway.ts';
import { type StepFrame } from './gateway/step.ts';
import { type Catalogue } from './monitoring/catalogue.ts';
import { CommitFigures } from './monitoring/metrics/commit-figures.ts';
import { type Metric } from './monitoring/metrics/metric.ts';
import { observedGateway } from './monitoring/metrics/observed-gateway.ts';
import { RequestFigures } from './monitoring/metrics/request-figures.ts';
import { StepCosts } from './monitoring/metrics/step-costs.ts';
import { RequestTraces } from './monitoring/traces/request-traces.ts';
import { type Tracer } from './monitoring/traces/tracer.ts';
import { type Settings } from './settings/settings.ts';
import { type Logger } from './shared/logger.ts';

/** What watching the request path rests on. */
export interface WatchingParts {
  readonly settings: Settings;
  /** Folder of package.json, which names the version. */
  readonly root: string;
  readonly logger: Logger;
  readonly catalogue: Catalogue;
  /** Known once the gateway is assembled; no request comes before. */
  readonly gateway: () => Pick<AssembledGateway, 'agencyOf'>;
}

/** What stands around the parts of the request path. */
export interface Watching extends Required<Pick<GatewayParts, 'commitMeasured' | 'frame'>> {
  /** The same gateway, with its requests counted, timed and, where the settings say so, traced. */
  around(gateway: PartnerGateway): PartnerGateway;
  readonly metrics: readonly Metric[];
  /** Sends the traces that are left, within two seconds. */
  close(): Promise<void>;
}

/** Counts always; measures steps and traces only where the settings say so. */
export async function openWatching(parts: WatchingParts): Promise<Watching> {
  const { settings, catalogue } = parts;
  const requests = new RequestFigures(catalogue);
  const commits = new CommitFigures();
  const steps = settings.monitoring.stepCosts ? new StepCosts() : undefined;
  const agencyOf = (fingerprint: string): string | undefined => parts.gateway().agencyOf(fingerprint);
  const tracer = await openTracer(parts);
  const traces = tracer && new RequestTraces({ tracer, catalogue, agencyOf });
  return {
    commitMeasured: (records, milliseconds) => {
      commits.note(records, milliseconds);
    },
    frame: framesTogether([traces?.frame, steps?.frame]),
    around: (gateway) => {
      const traced = traces?.around(gateway) ?? gateway;
      return observedGateway(traced, { figures: requests, agencyOf });
    },
    metrics: [...requests.metrics(), ...commits.metrics(), ...(steps?.metrics() ?? [])],
    close: async () => tracer?.close(),
  };
}

/** Undefined where nobody watches the steps. The last frame is the outermost. */
function framesTogether(frames: readonly (StepFrame | undefined)[]): StepFrame | undefined {
  const given = frames.filter((frame) => frame !== undefined);
  if (given.length === 0) return undefined;
  return (step) => given.reduce((framed, frame) => ({ ...framed, run: frame(framed) }), step).run;
}

/** Loads what makes and sends traces only where the settings ask for them. */
async function openTracer({ settings, root, logger }: WatchingParts): Promise<Tracer | undefined> {
  if (settings.traces === null) return undefined;
  const { openOtlpTracer } = await import('./monitoring/traces/otlp-tracer.ts');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return openOtlpTracer({ ...settings.traces, node: settings.node, version, logger });
}
