import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { fromBER } from 'asn1js';
import { TimeStampReq } from 'pkijs';
import { type Clock } from '../../../src/shared/clock.ts';
import { forgeStamp } from '../forged-stamp.ts';
import { asn1Time, type Issued, TimeStampPki } from '../time-stamp-pki.ts';

const POLICY = '1.3.6.1.4.1.99999.1';

/** A time-stamp authority over HTTP that states the time of a set clock: its tokens are whole and chain to its root. */
export class ClockAuthority implements AsyncDisposable {
  readonly root: Issued;
  /** PEM file of its root. */
  readonly roots: string;
  readonly policy = POLICY;
  readonly #pki = new TimeStampPki();
  readonly #signer: Issued;
  readonly #server: Server;

  private constructor(clock: Clock) {
    this.root = this.#pki.root('Test TSA Root');
    this.roots = this.#pki.write('roots.pem', this.root.pem);
    this.#signer = this.#pki.tsa('Test TSA', this.root);
    this.#server = createServer((request, response) => {
      void buffer(request).then((query) => {
        response.writeHead(200, { 'content-type': 'application/timestamp-reply' });
        response.end(this.#stamp(query, clock.now()));
      });
    });
  }

  static async start(clock: Clock): Promise<ClockAuthority> {
    const authority = new ClockAuthority(clock);
    authority.#server.listen(0, '127.0.0.1');
    await once(authority.#server, 'listening');
    return authority;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/tsa`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#pki[Symbol.dispose]();
  }

  #stamp(query: Buffer, now: number): Buffer {
    const { messageImprint, nonce } = new TimeStampReq({ schema: fromBER(query).result });
    if (nonce === undefined) throw new Error('the query has no nonce');
    return forgeStamp(this.#signer, {
      imprint: Buffer.from(messageImprint.hashedMessage.valueBlock.valueHexView),
      nonce: nonce.toBigInt(),
      genTime: asn1Time(now),
      policy: POLICY,
    });
  }
}
