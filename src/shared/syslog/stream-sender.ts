import { connect, type Socket } from 'node:net';
import {
  MOST_WAITING,
  settled,
  type SyslogAddress,
  type SyslogEvents,
  type SyslogSender,
} from './syslog-sender.ts';

const CONNECT_MILLISECONDS = 10_000;
const FIRST_PAUSE_MILLISECONDS = 1_000;
const LONGEST_PAUSE_MILLISECONDS = 30_000;

/**
 * A connection whose messages are counted off by their lengths (RFC 6587 §3.4.1), made again when it breaks. Messages wait
 * while it is away or takes no more, and are given up beyond a bound.
 */
export class StreamSender implements SyslogSender {
  readonly #address: SyslogAddress;
  readonly #events: SyslogEvents;
  readonly #firstPause: number;
  #waiting: Buffer[] = [];
  #bytes = 0;
  #socket: Socket | undefined;
  #connected = false;
  /** The operating system takes no more at this moment. */
  #full = false;
  #pause: number;
  #retry: NodeJS.Timeout | undefined;
  #lost = 0;
  #closed = false;

  /** @param pauseMilliseconds before the first try to connect again; doubled with each failure, up to half a minute */
  constructor(
    address: SyslogAddress,
    events: SyslogEvents,
    pauseMilliseconds: number = FIRST_PAUSE_MILLISECONDS,
  ) {
    this.#address = address;
    this.#events = events;
    this.#firstPause = pauseMilliseconds;
    this.#pause = pauseMilliseconds;
    this.#connect();
  }

  send(message: Buffer): void {
    const tooMany = this.#waiting.length >= MOST_WAITING.messages || this.#bytes >= MOST_WAITING.bytes;
    if (this.#closed || tooMany) {
      this.#lost += 1;
      this.#events.unreachable('the server takes no more');
      return;
    }
    this.#waiting.push(message);
    this.#bytes += message.length;
    this.#flush();
  }

  lost(): number {
    return this.#lost;
  }

  async close(): Promise<void> {
    await settled(() => this.#waiting.length === 0 || !this.#connected);
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#lost += this.#waiting.length;
    this.#waiting = [];
    const socket = this.#socket;
    if (socket === undefined) return;
    socket.end();
    await settled(() => socket.destroyed || socket.writableFinished);
    socket.destroy();
  }

  #connect(): void {
    const { host, port } = this.#address;
    const socket = connect({ host, port, noDelay: true, keepAlive: true, timeout: CONNECT_MILLISECONDS });
    this.#socket = socket.unref();
    socket.on('connect', () => {
      socket.setTimeout(0);
      this.#connected = true;
      this.#full = false;
      this.#pause = this.#firstPause;
      this.#flush();
    });
    socket.on('drain', () => {
      this.#full = false;
      this.#flush();
    });
    let cause: unknown = 'the server closed the connection';
    socket.on('timeout', () => socket.destroy(new Error('the connection was not made in time')));
    socket.on('error', (error) => (cause = error));
    // What a server says is not read, but must not stop the connection.
    socket.resume();
    socket.on('close', () => {
      this.#connected = false;
      this.#reconnect(cause);
    });
  }

  #reconnect(cause: unknown): void {
    if (this.#closed) return;
    this.#events.unreachable(cause);
    this.#retry = setTimeout(() => {
      this.#connect();
    }, this.#pause).unref();
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MILLISECONDS);
  }

  #flush(): void {
    while (this.#connected && !this.#full && this.#waiting.length > 0) {
      const message = this.#waiting.shift() ?? Buffer.alloc(0);
      this.#bytes -= message.length;
      const framed = Buffer.concat([Buffer.from(`${String(message.length)} `), message]);
      this.#full = this.#socket?.write(framed) === false;
    }
    if (this.#connected && this.#waiting.length === 0) this.#events.reached();
  }
}
