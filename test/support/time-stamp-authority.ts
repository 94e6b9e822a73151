import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { buffer } from 'node:stream/consumers';
import { type Issued, TimeStampPki } from './time-stamp-pki.ts';

const run = promisify(execFile);

/** How the authority behaves when it is asked. */
export type Behaviour =
  | 'good'
  | 'slow'
  | 'half'
  | 'drops'
  | 'wrong-nonce'
  | 'other-data'
  | 'rejects'
  | 'redirects'
  | 'endless'
  | 'too-long'
  | 'wrong-type'
  | 'busy'
  | 'forbids';

export interface AskedFor {
  readonly headers: IncomingMessage['headers'];
  readonly url: string;
  readonly query: Buffer;
}

export const POLICY = '1.3.6.1.4.1.99999.1';
const OTHER_DIGEST = 'ab'.repeat(32);
const REPLY = 'application/timestamp-reply';

/** Makes a response with the real `openssl ts`, signed by `signer`; certificates of `inject` lie in the token besides. */
export function opensslConfiguration(
  pki: TimeStampPki,
  signer: Issued,
  inject: readonly Issued[] = [],
): string {
  pki.write('tsa-serial', '01\n');
  pki.write('chain.pem', inject.map(({ pem }) => pem).join(''));
  return pki.write(
    'tsa.cnf',
    `[tsa]
default_tsa=here
[here]
serial=${pki.folder}/tsa-serial
signer_cert=${signer.file}
signer_key=${signer.keyFile}
${inject.length === 0 ? '' : `certs=${pki.folder}/chain.pem`}
signer_digest=sha256
default_policy=${POLICY}
other_policies=${POLICY}.2
digests=sha256
accuracy=secs:1
clock_precision_digits=3
ordering=yes
tsa_name=yes
ess_cert_id_alg=sha256
`,
  );
}

/** A time-stamp authority on 127.0.0.1 whose answers the real `openssl` makes, and that can be told to misbehave. */
export class TestTimeStampAuthority implements AsyncDisposable {
  readonly pki: TimeStampPki = new TimeStampPki();
  readonly root: Issued = this.pki.root('Test TSA Root');
  readonly asked: AskedFor[] = [];
  behaviour: Behaviour = 'good';
  signer: Issued = this.pki.tsa('Test TSA', this.root);
  inject: readonly Issued[] = [];
  /** What to do on the next requests, before `behaviour` holds again. */
  readonly next: Behaviour[] = [];
  readonly #server: Server;
  #running: Promise<unknown> = Promise.resolve();

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async start(): Promise<TestTimeStampAuthority> {
    const authority = new TestTimeStampAuthority();
    authority.#server.listen(0, '127.0.0.1');
    await once(authority.#server, 'listening');
    return authority;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/tsa`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
    await this.#running;
    this.pki[Symbol.dispose]();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const query = await buffer(request);
    this.asked.push({ headers: request.headers, url: request.url ?? '', query });
    const behaviour = this.next.shift() ?? this.behaviour;
    if (behaviour === 'slow') return;
    if (behaviour === 'drops') request.socket.destroy();
    else if (behaviour === 'redirects') response.writeHead(307, { location: `${this.url}/elsewhere` }).end();
    else if (behaviour === 'busy') response.writeHead(503).end('busy');
    else if (behaviour === 'forbids') response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
    else if (behaviour === 'endless') endless(response);
    else if (behaviour === 'too-long')
      response.writeHead(200, { 'content-type': REPLY }).end(Buffer.alloc(65_537));
    else await this.#reply(behaviour, query, response);
  }

  async #reply(behaviour: Behaviour, query: Buffer, response: ServerResponse): Promise<void> {
    const stamp = await this.stamp(query, behaviour);
    const type = behaviour === 'wrong-type' ? 'text/html' : REPLY;
    response.writeHead(200, { 'content-type': type, 'content-length': stamp.length });
    if (behaviour === 'half') response.write(stamp.subarray(0, 100));
    else response.end(stamp);
  }

  /** One openssl after the other: they share the file of serial numbers. */
  async stamp(query: Buffer, behaviour: Behaviour = 'good'): Promise<Buffer> {
    const made = this.#running.then(async () => this.#openssl(query, behaviour));
    this.#running = made.catch(() => undefined);
    return made;
  }

  async #openssl(query: Buffer, behaviour: Behaviour): Promise<Buffer> {
    const options = { cwd: this.pki.folder };
    const configuration = opensslConfiguration(this.pki, this.signer, this.inject);
    this.pki.write('asked.tsq', behaviour === 'rejects' ? Buffer.from('no query') : query);
    if (behaviour === 'wrong-nonce' || behaviour === 'other-data') {
      const digest = behaviour === 'other-data' ? OTHER_DIGEST : await this.#digestOf();
      await run(
        'openssl',
        ['ts', '-query', '-digest', digest, '-sha256', '-cert', '-out', 'asked.tsq'],
        options,
      );
    }
    const how = ['-config', configuration, '-section', 'here', '-queryfile', 'asked.tsq', '-out', 'made.tsr'];
    await run('openssl', ['ts', '-reply', ...how], options);
    return readFileSync(`${this.pki.folder}/made.tsr`);
  }

  async #digestOf(): Promise<string> {
    const { stdout } = await run('openssl', ['ts', '-query', '-in', 'asked.tsq', '-text'], {
      cwd: this.pki.folder,
    });
    return [...stdout.matchAll(/^ {4}[0-9a-f]{4} - (.{47})/gm)].map(([, bytes]) => bytes).join('').replaceAll(/[^0-9a-f]/g, ''); // prettier-ignore
  }
}

function endless(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': REPLY });
  const more = (): void => {
    while (!response.destroyed && response.write(Buffer.alloc(8192)));
  };
  response.on('drain', more).on('error', () => undefined);
  more();
}
