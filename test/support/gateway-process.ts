import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** How a process ended: with a code, or by a signal. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Command {
  /** Program and arguments. */
  readonly line: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

const POLL_MILLISECONDS = 20;
/** Its last word before it waits for requests. */
const ANNOUNCED = 'Ctrl-C stops it.';
const TURNS = 4;
const READY_MILLISECONDS = 60_000;
/** Whatever a test has forgotten ends by itself. */
const LIFE_MILLISECONDS = 10 * 60_000;

/** Resolves once the condition holds. @throws Error that says what was waited for, after the time limit */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  milliseconds = 30_000,
): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`in vain: ${what}`);
    await pause(POLL_MILLISECONDS);
  }
}

/** A process of the product, with everything that it prints. It is ended when it is disposed of. */
export class ProductProcess implements AsyncDisposable {
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcessWithoutNullStreams;
  #stdout = '';
  #stderr = '';
  #exit: Exit | undefined;

  constructor({ line: [program = '', ...args], cwd, environment }: Command) {
    const child = spawn(program, args, {
      cwd,
      env: { ...plainEnvironment(), ...environment },
      stdio: 'pipe',
      timeout: LIFE_MILLISECONDS,
      killSignal: 'SIGKILL',
    });
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    // It may end without reading its input.
    child.stdin.on('error', () => undefined);
    this.exited = new Promise((resolve) => {
      // A program that does not exist has no other end.
      child.once('error', (error) => {
        this.#stderr += error.message;
        this.#exit = { code: null, signal: null };
        resolve(this.#exit);
      });
      child.once('close', (code, signal) => {
        this.#exit = { code, signal };
        resolve(this.#exit);
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get running(): boolean {
    return this.#exit === undefined;
  }

  /** Ends standard input after this text. */
  type(text: string): void {
    this.#child.stdin.end(text);
  }

  /** Resolves once it has printed these words. */
  async says(words: string): Promise<void> {
    await until(
      () => !this.running || (this.stdout + this.stderr).includes(words),
      `a process that says "${words}"`,
    );
    if (!(this.stdout + this.stderr).includes(words)) throw new Error(`ended without saying "${words}"`);
  }

  /** Closes this end of what it prints: whatever it writes from then on reaches nobody. */
  stopReading(...streams: readonly ('stdout' | 'stderr')[]): void {
    for (const stream of streams) this.#child[stream].destroy();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** kill -9: nothing of the process runs any more when this resolves. */
  async kill(): Promise<Exit> {
    this.signal('SIGKILL');
    return this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

/** A gateway that serves. */
export class GatewayProcess extends ProductProcess {
  readonly #opsPort: number;

  constructor(command: Command, opsPort: number) {
    super(command);
    this.#opsPort = opsPort;
  }

  /** Resolves once it takes queries. @throws Error with what it printed when it ends instead */
  async ready(): Promise<this> {
    await until(
      async () => !this.running || (this.stdout.includes(ANNOUNCED) && (await this.health('/readyz'))),
      'a gateway that is ready',
      READY_MILLISECONDS,
    );
    if (!this.running) throw new Error(`the gateway ended:\n${this.stdout}${this.stderr}`);
    return this;
  }

  /** Whether the listener of the operators answers 200. */
  async health(path: '/healthz' | '/readyz'): Promise<boolean> {
    return new Promise((resolve) => {
      const options = { host: '127.0.0.1', port: this.#opsPort, path, agent: false, timeout: 5_000 };
      const asked = get(options, (response) => {
        response.resume().once('close', () => {
          resolve(response.statusCode === 200);
        });
      });
      asked.once('timeout', () => asked.destroy());
      asked.once('error', () => {
        resolve(false);
      });
    });
  }

  /**
   * Resolves when it has read what was sent to it before this call: it has answered several requests since, each in a
   * later turn of its event loop.
   */
  async hasRead(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) {
      if (!(await this.health('/healthz'))) throw new Error('the gateway is not alive');
    }
  }

  /** Ctrl-C, and the end that it leads to. */
  async interrupt(): Promise<Exit> {
    this.signal('SIGINT');
    return this.exited;
  }
}

/** The variables of this process but for what would change the product: it speaks English and knows only its own settings. */
function plainEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(GECIT_|LC_|LANG|NODE_OPTIONS|FORCE_COLOR)/.test(name),
  );
  return { ...(Object.fromEntries(kept) as Record<string, string>), LC_ALL: 'C' };
}
