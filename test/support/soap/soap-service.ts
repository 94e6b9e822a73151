import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { listen, type Server as SoapServer } from 'soap';
import { testCertificates } from '../test-certificates.ts';

/** The WSDL of the service, and of the sources that ask it. */
export const WSDL: string = new URL('araci-kayit.wsdl', import.meta.url).pathname;

interface Call {
  readonly kisi: { readonly kimlikNo: string };
  readonly kurum: string;
}

type Answer = (call: Call) => object;

/** A real SOAP service of the package, over HTTPS with client certificates. */
export class SoapService implements AsyncDisposable {
  readonly calls: Call[] = [];
  /** Whole requests as they came. */
  readonly received: string[] = [];
  answer: Answer = () => ({});
  /** WS-Security of the newest request, as the package reads it. */
  security: Readonly<Record<string, unknown>> | undefined;
  readonly #server: Server;

  private constructor(version: '1.1' | '1.2') {
    const { server, ca } = testCertificates();
    const identity = { cert: server.certificate, key: server.key, ca: ca.certificate };
    this.#server = createServer({ ...identity, requestCert: true });
    const sorgula = (call: Call): object => {
      this.calls.push(call);
      return this.answer(call);
    };
    const soap: SoapServer = listen(this.#server, {
      path: '/araci',
      services: { AraciServisi: { AraciSoap11: { sorgula }, AraciSoap12: { sorgula } } },
      xml: readFileSync(WSDL, 'utf8'),
      uri: WSDL,
      forceSoap12Headers: version === '1.2',
    });
    soap.log = (type: string, data: unknown) => {
      if (type === 'received') this.received.push(String(data));
    };
    soap.authenticate = (security: Readonly<Record<string, unknown>>) => {
      this.security = security;
      return true;
    };
  }

  static async start(version: '1.1' | '1.2'): Promise<SoapService> {
    const service = new SoapService(version);
    await new Promise<void>((resolve) => service.#server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get url(): string {
    return `https://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/araci`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
