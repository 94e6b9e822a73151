import { type Duplex } from 'node:stream';
import pg from 'pg';
import { GatewayError } from '../../../shared/problem.ts';
import { answerInvalid } from '../../source-error.ts';
import { MAX_ANSWER_BYTES } from '../server/answer-limit.ts';
import { MessageFrames } from './message-frames.ts';

const MAX_ROWS = 2;

/** What pg's connection has and its types leave out. */
interface Wire extends pg.Connection {
  /** Called with the stream that carries the protocol, in the clear or decrypted. */
  attachListeners(stream: Pick<Duplex, 'on'>): void;
  connect(port: number, host: string): void;
}

const PgConnection = pg.Connection as unknown as new (config: pg.ConnectionConfig) => Wire;

/**
 * The wire of one session. The driver reads whatever a server sends, and throws into the event loop what it cannot read;
 * here, more than an answer may hold and everything that is not the protocol destroys the connection.
 */
export class BoundedWire extends PgConnection {
  #bytes = 0;
  #rows = 0;
  #reason: Error | undefined;

  constructor(config: pg.ConnectionConfig) {
    super(config);
    this.on('dataRow', () => {
      if (++this.#rows > MAX_ROWS) this.destroy(answerInvalid('TOO_MANY_ROWS'));
    });
  }

  /** Whether anything came since the last `expectAnswer`. */
  get began(): boolean {
    return this.#bytes > 0;
  }

  /** Why it was destroyed, where the driver would say something else. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  /** A new question is asked. */
  expectAnswer(): void {
    this.#bytes = 0;
    this.#rows = 0;
  }

  destroy(reason?: Error): void {
    this.#reason ??= reason;
    this.stream.destroy(reason);
  }

  override attachListeners(stream: Duplex): void {
    const bounded = {
      on: (event: string, listener: (data: Buffer) => void) => {
        stream.on(event, event === 'data' ? this.#guarded(listener) : listener);
        return stream;
      },
    };
    super.attachListeners(bounded as Pick<Duplex, 'on'>);
  }

  #guarded(listener: (data: Buffer) => void): (data: Buffer) => void {
    const frames = new MessageFrames();
    return (data) => {
      this.#bytes += data.length;
      try {
        if (this.#bytes > MAX_ANSWER_BYTES) throw answerInvalid('ANSWER_TOO_LARGE');
        const messages = frames.take(data);
        if (messages !== undefined) listener(messages);
      } catch (thrown) {
        this.destroy(thrown instanceof GatewayError ? thrown : answerInvalid('PROTOCOL'));
      }
    };
  }
}
