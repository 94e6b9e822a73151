import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { columns, done, loginAck, packet, PRELOGIN, row, TABULAR } from './tds-tokens.ts';

const BATCH = 1;
const RPC = 3;
const LOGIN = 0x10;
const PRELOGIN_TYPE = 0x12;

/** What a message asks for. */
interface TdsRequest {
  readonly kind: 'prelogin' | 'login' | 'batch' | 'rpc';
  /** All that it holds, read as UTF-16 from both even and odd places. */
  readonly text: string;
}

/** What the server does with a request: sends tokens in a packet, or whatever it likes over the socket. */
type Answer = (request: TdsRequest, socket: Socket) => Buffer | undefined;

/** A server that speaks TDS as far as a login, descriptions and the tokens that a test gives. */
export class TdsServer implements AsyncDisposable {
  /** The answer to a query or a procedure. */
  answer: Answer = () => done();
  /** Takes the place of everything above it. */
  fault: ((request: TdsRequest, socket: Socket) => Buffer | undefined) | undefined;
  /** Names of the columns that statements are described with. */
  described: readonly string[] = ['ad'];
  /** Connections taken since the beginning. */
  taken = 0;
  readonly asked: TdsRequest[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  private constructor() {
    this.#server = createServer((socket) => {
      this.taken++;
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      let pending: Buffer = Buffer.alloc(0);
      socket.on('data', (data) => {
        pending = this.#take(Buffer.concat([pending, data]), socket);
      });
    });
  }

  static async start(): Promise<TdsServer> {
    const server = new TdsServer();
    await server.accept();
    return server;
  }

  get port(): number {
    return this.#port;
  }

  /** Ends every connection, as a server does that is killed. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#sockets.clear();
  }

  async refuse(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    await closed;
  }

  async accept(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.refuse();
  }

  /** Answers whole messages; the clients of tests send each in one packet. Gives what is left. */
  #take(all: Buffer, socket: Socket): Buffer {
    let at = 0;
    while (all.length - at >= 8 && all.length - at >= all.readUInt16BE(at + 2)) {
      const length = all.readUInt16BE(at + 2);
      this.#respond(requestOf(all.subarray(at, at + length)), socket);
      at += length;
    }
    return all.subarray(at);
  }

  #respond(request: TdsRequest, socket: Socket): void {
    this.asked.push(request);
    const reply = this.fault === undefined ? this.#usual(request, socket) : this.fault(request, socket);
    if (reply !== undefined && !socket.destroyed) socket.write(reply);
  }

  #usual(request: TdsRequest, socket: Socket): Buffer | undefined {
    if (request.kind === 'prelogin') return packet(TABULAR, PRELOGIN);
    if (request.kind === 'login') return packet(TABULAR, loginAck());
    if (request.text.includes('sp_describe_first_result_set')) return packet(TABULAR, this.#description());
    if (
      request.text.includes('sp_describe_undeclared') ||
      /SET (?:LOCK_TIMEOUT|ANSI|TEXTSIZE)/i.test(request.text)
    )
      return packet(TABULAR, done());
    const tokens = this.answer(request, socket);
    return tokens === undefined ? undefined : packet(TABULAR, tokens);
  }

  #description(): Buffer {
    const list = columns(['is_hidden', 'bit'], ['name', 'nvarchar']);
    return Buffer.concat([list, ...this.described.map((name) => row(false, name)), done()]);
  }
}

function requestOf(message: Buffer): TdsRequest {
  const kinds = { [BATCH]: 'batch', [RPC]: 'rpc', [LOGIN]: 'login', [PRELOGIN_TYPE]: 'prelogin' } as const;
  const kind = kinds[message[0] as keyof typeof kinds];
  return { kind, text: message.toString('utf16le') + message.subarray(1).toString('utf16le') };
}
