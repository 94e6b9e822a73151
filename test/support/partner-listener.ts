import { jest } from '@jest/globals';
import { PartnerServer, type PartnerServerOptions } from '../../src/http/partner-server.ts';
import { publishedLog } from '../../src/audit/published-log.ts';
import { FakePartnerGateway } from './fake-partner-gateway.ts';
import { type ClientOptions, PartnerClient } from './partner-client.ts';
import { tlsMaterial } from './tls-material.ts';
import { RecordingLogger } from './recording-logger.ts';
import { WitnessRig } from './witness-rig.ts';
import { type TestCertificates, testCertificates } from './test-certificates.ts';

// The certificates of the first test take a second, and many where the machine does other things besides.
jest.setTimeout(60_000);

/** A partner listener on a port of its own, before a fake gateway. */
export class PartnerListener implements AsyncDisposable {
  readonly gateway: FakePartnerGateway;
  readonly logger: RecordingLogger;
  readonly server: PartnerServer;
  readonly certificates: TestCertificates;
  readonly options: ClientOptions;
  readonly #clients: PartnerClient[] = [];

  private constructor(
    server: PartnerServer,
    gateway: FakePartnerGateway,
    logger: RecordingLogger,
    port: number,
  ) {
    this.server = server;
    this.gateway = gateway;
    this.logger = logger;
    this.certificates = testCertificates();
    this.options = { port, ca: this.certificates.ca.certificate, identity: this.certificates.agency };
  }

  static async start(change: Partial<PartnerServerOptions> = {}): Promise<PartnerListener> {
    const { server, ca } = testCertificates();
    const gateway = new FakePartnerGateway();
    const logger = new RecordingLogger();
    const partnerServer = new PartnerServer({
      gateway,
      evidence: {
        witness: new WitnessRig([]).witness,
        published: publishedLog(() => {
          throw new Error('no log in this test');
        }),
      },
      logger,
      tls: tlsMaterial({ certificate: server.certificate, key: server.key, clientCa: ca.certificate }),
      clock: { now: () => Date.now() },
      bodyBytes: 4096,
      burst: { size: 1000, perSecond: 1000 },
      ...change,
    });
    const port = await partnerServer.listen({ host: '127.0.0.1', port: 0 });
    return new PartnerListener(partnerServer, gateway, logger, port);
  }

  client(change: Partial<ClientOptions> = {}): PartnerClient {
    const client = new PartnerClient({ host: '127.0.0.1', ...this.options, ...change });
    this.#clients.push(client);
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.server.close(0);
  }
}

/** Resolves once the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
