import { type IncomingHttpHeaders } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TLSSocket } from 'node:tls';
import { testCertificates } from './test-certificates.ts';

export interface ServiceRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Common name of the client's certificate. */
  readonly client: string;
}

export interface ServiceReply {
  readonly status?: number;
  /** Written as JSON; a text as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

type Answer = (request: ServiceRequest) => ServiceReply | Promise<ServiceReply>;

/** A real HTTPS service on loopback that asks every client for a certificate of the test CA. */
export class JsonService implements AsyncDisposable {
  readonly requests: ServiceRequest[] = [];
  connections = 0;
  answer: Answer = () => ({ body: {} });
  readonly #server: Server;

  private constructor() {
    const { server, ca } = testCertificates();
    const identity = { cert: server.certificate, key: server.key, ca: ca.certificate };
    this.#server = createServer({ ...identity, requestCert: true }, (incoming, response) => {
      void (async () => {
        const client = (incoming.socket as TLSSocket).getPeerCertificate().subject.CN;
        const { method = '', url = '', headers } = incoming;
        const request = { method, url, headers, body: await text(incoming), client: String(client) };
        this.requests.push(request);
        const reply = await this.answer(request);
        response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
        response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
      })();
    });
    this.#server.on('secureConnection', () => {
      this.connections += 1;
    });
  }

  static async start(): Promise<JsonService> {
    const service = new JsonService();
    await new Promise<void>((resolve) => service.#server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get url(): string {
    return `https://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
