import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { type RunningGateway } from './cli/command-ports.ts';
import { type AssembledGateway } from './gateway/assemble-gateway.ts';
import { OpsServer, type ReadinessChecks } from './http/ops-server.ts';
import { type EvidenceExchange } from './http/partner-app.ts';
import { PartnerServer } from './http/partner-server.ts';
import { type TlsMaterial } from './http/tls-files.ts';
import { TlsReload } from './http/tls-reload.ts';
import { type StampState } from './jobs/stamp-checkpoints.ts';
import { type Settings } from './settings/settings.ts';
import { type Clock } from './shared/clock.ts';
import { type Logger } from './shared/logger.ts';

/** What the listeners stand before. */
export interface ListenerParts {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Steps that run when the gateway ends, newest first. */
  readonly endings: { add(step: () => Promise<unknown> | undefined): void };
  readonly assembled: AssembledGateway;
  readonly exchange: EvidenceExchange;
  readonly timeStamps: () => StampState;
  readonly tls: TlsMaterial;
  /** Resolves when a stopping gateway need not answer any more; after `partner.drainSeconds` where it is absent. */
  readonly drained?: (() => Promise<void>) | undefined;
}

/** Of the ten seconds that a drained process has, the part that requests under way may use. */
const GRACE_MILLISECONDS = 8_000;

/** Opens the listeners for partners and operators. @throws FaultsError when an address cannot be taken */
export async function openListeners(parts: ListenerParts): Promise<Omit<RunningGateway, 'close'>> {
  const { settings, logger, endings, assembled, timeStamps } = parts;
  const partner = partnerServer(parts);
  const files = keepRenewed(parts, partner);
  let accepting = true;
  const ready: ReadinessChecks = async () => {
    return { ...(await assembled.ready()), certificates: files.current(), accepting };
  };
  const ops = new OpsServer({ ready, timeStamps, tls: () => files.state(), logger });
  // To the end: whoever watches must not take a node that drains for one that hangs.
  endings.add(async () => ops.close(GRACE_MILLISECONDS));
  endings.add(async () => partner.close(GRACE_MILLISECONDS));
  // Health is told only once queries are taken.
  const partnerPort = await partner.listen(settings.partner);
  const opsPort = await ops.listen(settings.ops);
  const drainMilliseconds = settings.partner.drainSeconds * 1000;
  endings.add(async () => {
    accepting = false;
    partner.drain();
    await (parts.drained?.() ?? delay(drainMilliseconds));
    // What has arrived by now is read first, however late this process was given its turn.
    await setImmediate();
  });
  return {
    partnerUrl: `https://localhost:${String(partnerPort)}`,
    opsUrl: `http://${settings.ops.host}:${String(opsPort)}`,
    drainMilliseconds,
    reload: () => {
      files.reload();
    },
  };
}

function partnerServer({ settings, clock, logger, assembled, exchange, tls }: ListenerParts): PartnerServer {
  const { burst, limits, partner } = settings;
  return new PartnerServer({
    gateway: assembled.gateway,
    evidence: exchange,
    tls,
    logger,
    clock,
    burst,
    bodyBytes: limits.bodyBytes,
    balancers: partner.balancers,
  });
}

function keepRenewed(
  { settings, clock, logger, endings, tls }: ListenerParts,
  partner: PartnerServer,
): TlsReload {
  const files = new TlsReload({
    paths: settings.partner,
    first: tls,
    renew: (material) => {
      partner.renew(material);
    },
    clock,
    logger,
  });
  files.start();
  endings.add(() => {
    files.stop();
    return undefined;
  });
  return files;
}
