import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { answerInvalid } from '../source-error.ts';
import { MAX_ANSWER_BYTES } from '../sql/server/answer-limit.ts';

/** The TCP connection of one session. */
export class MssqlSocket {
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | undefined;
  #bytes = 0;
  #reason: Error | undefined;

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  /** Why the connection was destroyed by us. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  /** Whether anything came since the last `expectAnswer`. */
  get began(): boolean {
    return this.#bytes > 0;
  }

  /** A new question is asked. */
  expectAnswer(): void {
    this.#bytes = 0;
  }

  /** Opens the connection; a driver that asks for another one was sent to another server. */
  async open(): Promise<Socket> {
    if (this.#reason !== undefined) throw this.#reason;
    if (this.#socket !== undefined) {
      this.destroy(answerInvalid('REDIRECTED'));
      throw answerInvalid('REDIRECTED');
    }
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    this.#socket = socket;
    // Whoever reads it later is told of its loss by its end.
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    // Nothing may flow before the driver listens.
    socket.pause();
    socket.on('data', (data) => {
      this.#bytes += data.length;
      if (this.#bytes > MAX_ANSWER_BYTES) this.destroy(answerInvalid('ANSWER_TOO_LARGE'));
    });
    return socket;
  }

  /** Ends the connection at once; no other one is opened after it. */
  destroy(reason?: Error): void {
    this.#reason ??= reason ?? new Error('destroyed');
    this.#socket?.destroy(this.#reason);
  }
}
