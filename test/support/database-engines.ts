import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNoteSigner } from '../../src/audit/note/note-signer.ts';
import { createLog } from '../../src/store/create-log.ts';
import { connectServer } from '../../src/store/server/connect-server.ts';
import { serverAddress } from '../../src/store/server/server-address.ts';
import { postgresTemplate, startPostgres } from './postgres-server.ts';

/** A database of one engine, and a folder for what is copied out of it. */
export interface TestedDatabase extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly copies: string;
}

/** An engine, and how a test gets a database of its own on it. */
export interface TestedEngine {
  readonly name: string;
  /** A database without tables. */
  create(): Promise<TestedDatabase>;
  /** A database with the gateway's tables and the empty log TEST_ORIGIN. */
  createWithLog(): Promise<TestedDatabase>;
}

/** Log of a database under test. */
export const TEST_ORIGIN = 'gecit.test/node-1/2026';

/** Seed of the key that signs it. */
export const TEST_LOG_KEY: Buffer = Buffer.alloc(32, 1);

export const TEST_VKEY: string = createNoteSigner(TEST_ORIGIN, TEST_LOG_KEY).vkey;

const MSSQL_URL = process.env['GECIT_TEST_MSSQL_URL'];

/** The embedded database. */
export const SQLITE: TestedEngine = engine('SQLite', async (folder) =>
  Promise.resolve({ url: `sqlite:${join(folder, 'gecit.db')}`, drop: nothing }),
);

/** A server of the run's own; every database with a log is a copy of the first one. */
export const POSTGRES: TestedEngine = {
  name: 'PostgreSQL',
  create: async () => inFolder(async () => postgres()),
  createWithLog: async () => {
    const template = await postgresTemplate('with_log', putLog);
    return inFolder(async () => postgres(template));
  },
};

/** Engines on a server that are at hand; SQL Server where GECIT_TEST_MSSQL_URL names one with the right to create databases. */
export const SERVERS: readonly TestedEngine[] = [
  POSTGRES,
  ...(MSSQL_URL === undefined || MSSQL_URL === '' ? [] : [mssql(MSSQL_URL)]),
];

/** Every engine at hand. */
export const ENGINES: readonly TestedEngine[] = [SQLITE, ...SERVERS];

/** Says once that a server is not there, so that nobody takes its silence for success. */
export function tellEnginesNotThere(): void {
  if (SERVERS.length === 1)
    process.stderr.write(
      'SQL Server: GECIT_TEST_MSSQL_URL is not set; its generated SQL is checked instead.\n',
    );
}

function mssql(url: string): TestedEngine {
  return engine('SQL Server', async () => {
    const name = `t_${randomBytes(8).toString('hex')}`;
    const admin = connectServer(serverAddress(url));
    await admin.raw(`CREATE DATABASE ${name} COLLATE Turkish_CI_AS`);
    await admin.raw(`ALTER DATABASE ${name} SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE`);
    await admin.raw(`ALTER DATABASE ${name} SET ALLOW_SNAPSHOT_ISOLATION ON`);
    const own = new URL(url);
    own.pathname = `/${name}`;
    const drop = async (): Promise<void> => {
      await admin.raw(`ALTER DATABASE ${name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE`);
      await admin.raw(`DROP DATABASE ${name}`);
      await admin.destroy();
    };
    return { url: own.href, drop };
  });
}

interface Made {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

function engine(name: string, make: (folder: string) => Promise<Made>): TestedEngine {
  const create = async (): Promise<TestedDatabase> => inFolder(make);
  return {
    name,
    create,
    createWithLog: async () => {
      const database = await create();
      await putLog(database.databaseUrl).catch(async (error: unknown) => {
        await database[Symbol.asyncDispose]();
        throw error;
      });
      return database;
    },
  };
}

async function putLog(databaseUrl: string): Promise<void> {
  await createLog({ databaseUrl, origin: TEST_ORIGIN }, TEST_VKEY);
}

async function postgres(template?: string): Promise<Made> {
  const database = await startPostgres(template);
  return { url: database.url, drop: async () => database.stop() };
}

async function inFolder(make: (folder: string) => Promise<Made>): Promise<TestedDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'gecit-engine-'));
  const { url, drop } = await make(folder);
  return {
    databaseUrl: url,
    copies: join(folder, 'copies'),
    [Symbol.asyncDispose]: async () => {
      await drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function nothing(): Promise<void> {
  return Promise.resolve();
}
