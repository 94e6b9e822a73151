import { CheckpointError } from '../audit/checkpoint-error.ts';
import { type Logger } from '../shared/logger.ts';

/** What the job asks of the log. */
export interface SignPorts {
  /** Signs the durable head of the open log; what is signed already stays as it is. */
  sign(): Promise<unknown>;
  readonly everyMilliseconds: number;
  readonly logger: Logger;
}

/**
 * Has the head of the open log signed at least that often, and when it is stopped. Until a record is signed, whoever owns the database can replace
 * it, and a backup that lacks it can be put in its place unseen.
 */
export class SignJob {
  readonly #ports: SignPorts;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(ports: SignPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#timer = setInterval(() => void this.run(), this.#ports.everyMilliseconds);
  }

  /** Never rejects; a call during another joins it. */
  async run(): Promise<void> {
    this.#running ??= this.#sign().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Signs what came last, where the job was started. To be called when no record can follow. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
    if (this.#timer !== undefined) await this.run();
  }

  async #sign(): Promise<void> {
    try {
      await this.#ports.sign();
    } catch (cause) {
      const code = cause instanceof CheckpointError ? cause.code : 'internal';
      this.#ports.logger.error('evidence.head-unsigned: the newest records could not be signed', {
        code,
        cause,
      });
    }
  }
}
