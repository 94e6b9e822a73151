import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket } from 'node:net';
import mysql from 'mysql2';
import { prepared, resultSet } from './mysql-packets.ts';

/** What the driver's server connection has and its types leave out. */
interface ServerConnection {
  readonly stream: Socket;
  on(event: string, listener: (...args: never[]) => void): void;
  serverHandshake(options: object): void;
  writeOk(): void;
}

/** The driver's own protocol server, which answers every query with one person, or with what a test gives. */
export class FakeMysql implements AsyncDisposable {
  /** What is sent for an executed statement; undefined: nothing. */
  answer: (socket: Socket) => Buffer | undefined = () => resultSet(['ad'], ['Işıl Çağrı']);
  /** What is sent in place of a greeting. */
  greeting: ((socket: Socket) => Buffer | undefined) | undefined;
  serverVersion = '8.0.0-test';
  /** Connections taken since the beginning, and statements executed. */
  taken = 0;
  executed = 0;
  readonly settings: string[] = [];
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  private constructor() {
    const server = mysql.createServer((connection) => {
      this.#greet(connection as unknown as ServerConnection);
    });
    this.#listener = (server as unknown as { readonly _server: Server })._server;
  }

  static async start(): Promise<FakeMysql> {
    const server = new FakeMysql();
    await server.accept();
    return server;
  }

  get port(): number {
    return this.#port;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#sockets.clear();
  }

  async refuse(): Promise<void> {
    const closed = once(this.#listener, 'close');
    this.#listener.close();
    this.cut();
    await closed;
  }

  async accept(): Promise<void> {
    this.#listener.listen(this.#port, '127.0.0.1');
    await once(this.#listener, 'listening');
    this.#port = (this.#listener.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#listener.listening) await this.refuse();
  }

  #greet(connection: ServerConnection): void {
    const { stream } = connection;
    this.taken++;
    this.#sockets.add(stream);
    connection.on('error', () => undefined);
    stream.on('error', () => undefined);
    if (this.greeting !== undefined) {
      const said = this.greeting(stream);
      if (said !== undefined) stream.write(said);
      return;
    }
    connection.on('stmt_prepare', (sql: string) => {
      if (/^SET /i.test(sql)) {
        this.settings.push(sql);
        connection.writeOk();
        return;
      }
      stream.write(prepared(sql.split('?').length - 1, ['ad']));
    });
    connection.on('stmt_execute', () => {
      this.executed++;
      const said = this.answer(stream);
      if (said !== undefined && !stream.destroyed) stream.write(said);
    });
    connection.serverHandshake({
      protocolVersion: 10,
      serverVersion: this.serverVersion,
      connectionId: this.taken,
      statusFlags: 2,
      characterSet: 45,
      capabilityFlags: 0xffffff ^ 2048 ^ 32,
      authCallback: (_given: unknown, decide: (error: null) => void) => {
        decide(null);
      },
    });
  }
}
