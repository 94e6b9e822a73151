import { type Clock } from '../shared/clock.ts';
import { type Logger } from '../shared/logger.ts';
import { type ReferenceClock } from '../shared/reference-clock.ts';

/** How this node's clock stands to another one. */
export interface ClockDrift {
  readonly name: string;
  /** By how many milliseconds the other clock is ahead of this one; null while it has not answered. */
  readonly milliseconds: number | null;
  /** Whether it is further away than is tolerated, the time of asking not counted. */
  readonly differs: boolean;
}

export interface ClockWatchPorts {
  readonly clock: Clock;
  readonly references: readonly ReferenceClock[];
  /** How far the clock may stand from the others, and how often it is compared. */
  readonly driftMilliseconds: number;
  readonly askMilliseconds: number;
  readonly logger: Logger;
  /** Milliseconds that never jump, to measure how long asking took. */
  readonly monotonic?: () => number;
}

const ANSWER_MILLISECONDS = 2_000;

/**
 * Compares the clock with others. It is not reliable while those that differ from it are at least as many as those that
 * agree, this node counted among them: one reference is believed, one of two is not. A round in which nobody answers
 * changes nothing.
 */
export class ClockWatch {
  readonly #ports: ClockWatchPorts;
  readonly #monotonic: () => number;
  #drifts: readonly ClockDrift[];
  #reliable = true;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(ports: ClockWatchPorts) {
    this.#ports = ports;
    this.#monotonic = ports.monotonic ?? ((): number => performance.now());
    this.#drifts = ports.references.map(({ name }) => ({ name, milliseconds: null, differs: false }));
  }

  /** Resolves once every reference was asked for the first time; where there is none, nothing ever runs. */
  async start(): Promise<void> {
    if (this.#ports.references.length === 0) return;
    this.#timer = setInterval(() => void this.run(), this.#ports.askMilliseconds).unref();
    await this.run();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  reliable(): boolean {
    return this.#reliable;
  }

  drifts(): readonly ClockDrift[] {
    return this.#drifts;
  }

  /** One round; a call during another joins it. Never rejects. */
  async run(): Promise<void> {
    this.#running ??= this.#compare().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #compare(): Promise<void> {
    const drifts = await Promise.all(this.#ports.references.map(async (one) => this.#driftFrom(one)));
    this.#drifts = drifts;
    const answered = drifts.filter(({ milliseconds }) => milliseconds !== null);
    if (answered.length === 0) return;
    const differing = answered.filter(({ differs }) => differs);
    const before = this.#reliable;
    this.#reliable = differing.length < answered.length - differing.length + 1;
    if (before !== this.#reliable) this.#tell(answered);
  }

  #tell(drifts: readonly ClockDrift[]): void {
    const { logger, driftMilliseconds } = this.#ports;
    if (this.#reliable) logger.info('clock.agrees: the clock agrees with the others again', { drifts });
    else
      logger.error(
        'clock.drifted: the clock stands too far from the others; queries are refused with CLOCK_UNRELIABLE',
        { drifts, driftMilliseconds },
      );
  }

  async #driftFrom(reference: ReferenceClock): Promise<ClockDrift> {
    const { clock, driftMilliseconds } = this.#ports;
    const { name } = reference;
    const sent = this.#monotonic();
    const there = await answerOf(reference);
    if (there === undefined) return { name, milliseconds: null, differs: false };
    // The answer was given at some moment between asking and hearing: in the middle, give or take half of it.
    const doubt = (this.#monotonic() - sent) / 2;
    const milliseconds = Math.round(there - (clock.now() - doubt));
    return { name, milliseconds, differs: Math.abs(milliseconds) - doubt > driftMilliseconds };
  }
}

async function answerOf(reference: ReferenceClock): Promise<number | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ANSWER_MILLISECONDS, undefined);
  });
  try {
    return await Promise.race([reference.now(), late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
