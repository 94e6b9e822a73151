import { hash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { parseDocument } from 'yaml';
import { decodeLeaf, type Leaf } from '../../src/audit/leaf.ts';
import { type AgencyId, type DemoAccess, readDemoAccess } from './demo-access.ts';
import { proveSecrecy } from './prove-secrecy.ts';
import { freePorts } from './free-ports.ts';
import { GatewayClient } from './gateway-client.ts';
import { type Exit, GatewayProcess, ProductProcess } from './gateway-process.ts';
import { type LoadLine, openLines } from './load-lines.ts';
import { moveRealm, noteRealm } from './moved-realm.ts';
import { type ClientAnswer } from './partner-client.ts';
import { sharedFolder } from './shared-folder.ts';

/** Folder of package.json; the product is built in its `dist`. */
export const ROOT: string = folderOfPackage(dirname(fileURLToPath(import.meta.url)));

const MAIN = join(ROOT, 'dist', 'bundled', 'main.js');
const NO_LIMIT = 1_000_000;

export interface PlaceOptions {
  /** Variables of every process of this place. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Keys of the settings file by dotted path; it becomes a file of this place. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Nobody meets a quota: neither that of the agreement, which becomes a file of this place, nor their own. */
  readonly withoutQuotas?: boolean;
}

export interface ServeOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** A program with arguments that runs the command line which follows them. */
  readonly through?: readonly string[];
}

export interface RunOptions extends ServeOptions {
  readonly input?: string;
}

export interface Finished extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

export interface StoredRecord extends Leaf {
  readonly index: number;
  readonly bytes: Buffer;
}

export interface DatabaseLock {
  release(): void;
}

/**
 * Folders and ports of one gateway of the demo realm, run as the user runs it: as a process, and commands beside it.
 * Disposing of it ends its processes and removes everything.
 */
export class GatewayPlace implements AsyncDisposable {
  readonly folder: string;
  readonly partnerPort: number;
  readonly opsPort: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly #processes = new Set<ProductProcess>();
  readonly #openings = new Set<ProductProcess>();
  readonly #clients = new Set<{ close(): void }>();
  readonly #locks = new Set<() => void>();
  #access: DemoAccess | undefined;

  private constructor(folder: string, [partnerPort = 0, opsPort = 0]: number[], options: PlaceOptions) {
    this.folder = folder;
    this.partnerPort = partnerPort;
    this.opsPort = opsPort;
    this.environment = {
      GECIT_DATA_DIR: this.path('data'),
      GECIT_CERTS_DIR: this.path('certs'),
      GECIT_LOGS_DIR: this.path('logs'),
      GECIT_PARTNER_PORT: String(partnerPort),
      GECIT_OPS_PORT: String(opsPort),
      GECIT_BURST_SIZE: String(NO_LIMIT),
      GECIT_BURST_PER_SECOND: String(NO_LIMIT),
      GECIT_TOKEN_SECONDS: '3600',
      ...options.environment,
    };
  }

  /** An empty place: nothing is initialised. */
  static async create(options: PlaceOptions = {}): Promise<GatewayPlace> {
    const folder = mkdtempSync(join(tmpdir(), 'gecit-scenario-'));
    const own: Record<string, string> = {};
    if (options.settings !== undefined) {
      own['GECIT_CONFIG'] = join(folder, 'gecit.yaml');
      changeYaml(join(ROOT, 'config', 'gecit.yaml'), own['GECIT_CONFIG'], options.settings);
    }
    if (options.withoutQuotas === true) {
      own['GECIT_PROTOCOLS_DIR'] = join(folder, 'protocols');
      copyProtocolsWithoutQuotas(own['GECIT_PROTOCOLS_DIR']);
    }
    const environment = { ...own, ...options.environment };
    return new GatewayPlace(folder, await freePorts(2), { ...options, environment });
  }

  /** A place with its realm: a copy of the one that the first place of its kind made in this run. */
  static async initialised(options: PlaceOptions = {}): Promise<GatewayPlace> {
    const kind = withoutLimits(options);
    const name = `realm-${hash('sha256', JSON.stringify(kind), 'hex')}`;
    const shared = await sharedFolder(name, async () => GatewayPlace.#make(kind));
    const place = await GatewayPlace.create(options);
    moveRealm(shared, place);
    return place;
  }

  static async #make(options: PlaceOptions): Promise<GatewayPlace> {
    const place = await GatewayPlace.create(options);
    const { code, stderr } = await place.run('init');
    if (code !== 0) {
      await place[Symbol.asyncDispose]();
      throw new Error(`init failed:\n${stderr}`);
    }
    if (options.withoutQuotas === true) place.#grantWithoutLimit();
    noteRealm(place);
    return place;
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  get databaseFile(): string {
    return this.path('data', 'gecit.db');
  }

  get origin(): string {
    return this.read((database) => database.prepare('select origin from audit_head').pluck().get() as string);
  }

  /** What the partners of the realm hold. */
  get access(): DemoAccess {
    const folders = { projectRoot: ROOT, data: this.path('data'), certs: this.path('certs') };
    return (this.#access ??= readDemoAccess(folders));
  }

  /** Starts `gecit serve --first-run` and waits until it takes queries. */
  async serve(options: ServeOptions = {}): Promise<GatewayProcess> {
    const gateway = new GatewayProcess(
      {
        line: commandLine(['serve', '--first-run'], options.through),
        cwd: ROOT,
        environment: { ...this.environment, ...options.environment },
      },
      this.opsPort,
    );
    this.#processes.add(gateway);
    return gateway.ready();
  }

  /** Runs one command to its end. */
  async run(...args: string[]): Promise<Finished> {
    return this.runWith({}, ...args);
  }

  /** The same with other variables, through another program, or with something on standard input. */
  async runWith({ environment, through, input = '' }: RunOptions, ...args: string[]): Promise<Finished> {
    const command = new ProductProcess({
      line: commandLine(args, through),
      cwd: ROOT,
      environment: { ...this.environment, ...environment },
    });
    // Opening a record for an auditor is the one command that may print a person; the reading is recorded.
    const opens = args[0] === 'audit' && args[1] === 'show';
    (opens ? this.#openings : this.#processes).add(command);
    command.type(input);
    const exit = await command.exited;
    return { ...exit, stdout: command.stdout, stderr: command.stderr };
  }

  /** An agency's client with connections of its own; closed with the place. */
  connect(agency: AgencyId, maxSockets = 32): GatewayClient {
    const client = new GatewayClient(this.access.agencies[agency], {
      port: this.partnerPort,
      ca: this.access.ca,
      maxSockets,
      seen: (path, answer) => {
        this.seen(path, answer);
      },
    });
    this.#clients.add(client);
    return client;
  }

  /** Many connections of an agency at once; closed with the place. */
  async openLines(agency: AgencyId, count: number): Promise<LoadLine[]> {
    const { ca, agencies } = this.access;
    const lines = await openLines(count, this.partnerPort, { ca, agency: agencies[agency] });
    for (const line of lines) this.#clients.add(line);
    return lines;
  }

  /** Told of everything that the clients of this place receive. */
  seen: (path: string, answer: ClientAnswer) => void = () => undefined;

  /** Every record in order of index. */
  records(): StoredRecord[] {
    return this.read((database) => {
      const rows = database.prepare('select idx, leaf from audit_leaf order by idx').all();
      return (rows as { idx: number; leaf: Buffer }[]).map(({ idx, leaf }) => {
        return { ...decodeLeaf(leaf), index: idx, bytes: leaf };
      });
    });
  }

  /** Size of the log after each commit. */
  commits(): number[] {
    return this.read(
      (database) => database.prepare('select size from audit_root order by size').pluck().all() as number[],
    );
  }

  /** Looks into the database beside whoever has it open. */
  read<Result>(look: (database: Database.Database) => Result): Result {
    const database = new Database(this.databaseFile, { readonly: true, fileMustExist: true });
    try {
      return look(database);
    } finally {
      database.close();
    }
  }

  /** Holds the database as another process may: nobody can commit until it is released. */
  lockDatabase(): DatabaseLock {
    const database = new Database(this.databaseFile, { fileMustExist: true });
    database.exec('begin immediate');
    const release = (): void => {
      if (database.open) database.close();
      this.#locks.delete(release);
    };
    this.#locks.add(release);
    return { release };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const release of this.#locks) release();
    for (const client of this.#clients) client.close();
    await Promise.all(
      [...this.#processes, ...this.#openings].map(async (running) => running[Symbol.asyncDispose]()),
    );
    try {
      if (existsSync(this.path('data', 'demo.json'))) proveSecrecy(this.#printed(), this.access);
    } finally {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }

  /** All that the processes of this place printed and wrote to their logs. */
  #printed(): string {
    const logs = this.path('logs');
    const names = existsSync(logs) ? readdirSync(logs, { recursive: true, withFileTypes: true }) : [];
    const files = names
      .filter((one) => one.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'));
    return [...[...this.#processes].flatMap(({ stdout, stderr }) => [stdout, stderr]), ...files].join('\n');
  }

  /** What the agreement grants is entered in the registers once; the demo realm grants its officials less. */
  #grantWithoutLimit(): void {
    const database = new Database(this.databaseFile, { fileMustExist: true });
    database.prepare('update authority set daily_quota = ?').run(NO_LIMIT);
    database.close();
  }
}

/** The options without the limits of calls, which are nothing to `init`. */
function withoutLimits({ settings = {}, ...options }: PlaceOptions): PlaceOptions {
  const kept = Object.entries(settings).filter(([path]) => !path.startsWith('limits.'));
  return kept.length === 0 ? options : { ...options, settings: Object.fromEntries(kept) };
}

function commandLine(args: readonly string[], through: readonly string[] = []): string[] {
  return [...through, process.execPath, MAIN, ...args];
}

function copyProtocolsWithoutQuotas(folder: string): void {
  cpSync(join(ROOT, 'protocols'), folder, { recursive: true });
  const file = join(folder, 'tr-iskur-cgm-2024.yaml');
  const scopes = ['agreement', 'agency', 'official'];
  changeYaml(file, file, Object.fromEntries(scopes.map((scope) => [`quotas.${scope}`, NO_LIMIT])));
}

function changeYaml(from: string, to: string, changes: Readonly<Record<string, unknown>>): void {
  const document = parseDocument(readFileSync(from, 'utf8'));
  for (const [path, value] of Object.entries(changes)) document.setIn(path.split('.'), value);
  writeFileSync(to, String(document));
}

function folderOfPackage(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : folderOfPackage(dirname(folder));
}
