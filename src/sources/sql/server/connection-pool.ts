import { unavailable } from '../../source-error.ts';
import { untilAborted } from '../../until-aborted.ts';

/** A connection that nobody uses is closed after so long, … */
const IDLE_MILLISECONDS = 60_000;
/** … and one so old is not used again, so that a server behind a balancer can be taken out. */
const LIFE_MILLISECONDS = 30 * 60_000;

/** What a pool keeps. */
export interface PooledConnection {
  /** False once it broke, or when nobody can tell what comes over it next. */
  readonly usable: boolean;
  /** Ends it at once, in the middle of a query too; what waits for it rejects. */
  destroy(): void;
}

interface Kept<Connection> {
  readonly connection: Connection;
  readonly opened: number;
  timer?: NodeJS.Timeout;
}

/**
 * Connections to one server, newest first. It opens one whenever none is idle: how many there may be is the business of
 * whoever asks.
 */
export class ConnectionPool<Connection extends PooledConnection> {
  readonly #open: (signal: AbortSignal) => Promise<Connection>;
  readonly #all = new Set<Kept<Connection>>();
  #idle: Kept<Connection>[] = [];
  #closed = false;

  /** @param open MUST leave nothing open when it rejects or `signal` is aborted */
  constructor(open: (signal: AbortSignal) => Promise<Connection>) {
    this.#open = open;
  }

  /**
   * Works with a connection that nobody else uses meanwhile. When the signal is aborted, the connection is destroyed.
   * @throws GatewayError SOURCE_UNAVAILABLE when aborted or closed, else what the opening or the work throws
   */
  async use<T>(signal: AbortSignal, work: (connection: Connection) => Promise<T>): Promise<T> {
    const kept = this.#takeIdle() ?? (await this.#opened(signal));
    try {
      return await untilAborted(signal, work(kept.connection));
    } catch (thrown) {
      if (signal.aborted) this.#remove(kept);
      throw thrown;
    } finally {
      this.#giveBack(kept);
    }
  }

  /** Ends all connections, also those in use; no new one is opened. */
  close(): void {
    this.#closed = true;
    for (const kept of [...this.#all]) this.#remove(kept);
  }

  #takeIdle(): Kept<Connection> | undefined {
    for (let kept = this.#idle.pop(); kept !== undefined; kept = this.#idle.pop()) {
      clearTimeout(kept.timer);
      if (kept.connection.usable) return kept;
      this.#remove(kept);
    }
    return undefined;
  }

  async #opened(signal: AbortSignal): Promise<Kept<Connection>> {
    this.#requireOpen();
    const opening = this.#open(signal);
    const connection = await untilAborted(signal, opening).catch((thrown: unknown) => {
      void opening.then((late) => {
        late.destroy();
      }, ignore);
      throw thrown;
    });
    const kept = { connection, opened: performance.now() };
    try {
      this.#requireOpen();
    } catch (thrown) {
      connection.destroy();
      throw thrown;
    }
    this.#all.add(kept);
    return kept;
  }

  #requireOpen(): void {
    if (this.#closed) throw unavailable('the source is closed');
  }

  #giveBack(kept: Kept<Connection>): void {
    if (!this.#all.has(kept)) return;
    if (!kept.connection.usable || performance.now() - kept.opened > LIFE_MILLISECONDS) {
      this.#remove(kept);
      return;
    }
    kept.timer = setTimeout(() => {
      this.#remove(kept);
    }, IDLE_MILLISECONDS).unref();
    this.#idle.push(kept);
  }

  #remove(kept: Kept<Connection>): void {
    clearTimeout(kept.timer);
    this.#all.delete(kept);
    this.#idle = this.#idle.filter((other) => other !== kept);
    kept.connection.destroy();
  }
}

function ignore(): void {
  // What is opened for nobody may as well fail.
}
